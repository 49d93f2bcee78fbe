/*
 * meeting.c - semaphores, barriers and pthread_once() as the simulation has
 * them.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/shim_sync.h"

/* ---- semaphores -------------------------------------------------------- */

/* sem_init() is the only way to make one: none is all 0. */
static struct object *sem_at(sem_t *sem)
{
	uint32_t handle = 0;

	if (sem != NULL)
		memcpy(&handle, sem, sizeof(handle));
	if (handle == 0)
		sim_end(SIM_NO_OBJECT, "a semaphore is used without "
			"sem_init() before");
	return object_at(sem, OBJECT_SEM);
}

int sim_sem_init(sem_t *sem, int shared, unsigned value)
{
	(void)shared;
	if (value > INT_MAX) {
		errno = EINVAL;
		return -1;
	}
	memset(sem, 0, sizeof(*sem));
	object_make(sem, OBJECT_SEM)->count = (int)value;
	return 0;
}

int sim_sem_destroy(sem_t *sem)
{
	object_destroy(sem_at(sem));
	return 0;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int take(sem_t *sem, int64_t deadline_ns, bool wait)
{
	struct object *object = sem_at(sem);

	sim_step(OP_SEM_WAIT, (uint64_t)object->id);
	while (object->count == 0) {
		if (!wait)
			return fail(EAGAIN);
		if (object_wait(object, SIM_WAIT_SEM, deadline_ns) ==
			    WAKE_TIMEOUT &&
		    object->count == 0)
			return fail(ETIMEDOUT);
	}
	object->count--;
	race_acquire(&object->clock);
	return 0;
}

int sim_sem_wait(sem_t *sem)
{
	return take(sem, SIM_NEVER, true);
}

int sim_sem_trywait(sem_t *sem)
{
	return take(sem, SIM_NEVER, false);
}

int sim_sem_clockwait(sem_t *sem, clockid_t clock,
		      const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(clock, until, &deadline_ns))
		return fail(EINVAL);
	return take(sem, deadline_ns, true);
}

int sim_sem_timedwait(sem_t *sem, const struct timespec *until)
{
	return sim_sem_clockwait(sem, CLOCK_REALTIME, until);
}

int sim_sem_post(sem_t *sem)
{
	struct object *object = sem_at(sem);

	sim_step(OP_SEM_POST, (uint64_t)object->id);
	if (object->count == INT_MAX)
		return fail(EOVERFLOW);
	object->count++;
	race_release(&object->clock);
	object_wake_one(object);
	return 0;
}

int sim_sem_getvalue(sem_t *sem, int *value)
{
	struct object *object = sem_at(sem);

	sim_step(OP_SEM_WAIT, (uint64_t)object->id);
	*value = object->count;
	return 0;
}

/* ---- barriers ---------------------------------------------------------- */

static struct object *barrier_at(pthread_barrier_t *barrier)
{
	uint32_t handle = 0;

	if (barrier != NULL)
		memcpy(&handle, barrier, sizeof(handle));
	if (handle == 0)
		sim_end(SIM_NO_OBJECT, "a barrier is used without "
			"pthread_barrier_init() before");
	return object_at(barrier, OBJECT_BARRIER);
}

int sim_pthread_barrier_init(pthread_barrier_t *barrier,
			     const pthread_barrierattr_t *attr, unsigned n)
{
	(void)attr;
	if (n == 0 || n > INT_MAX)
		return EINVAL;
	memset(barrier, 0, sizeof(*barrier));
	object_make(barrier, OBJECT_BARRIER)->total = (int)n;
	return 0;
}

int sim_pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	object_destroy(barrier_at(barrier));
	return 0;
}

int sim_pthread_barrier_wait(pthread_barrier_t *barrier)
{
	struct object *object = barrier_at(barrier);

	sim_step(OP_BARRIER, (uint64_t)object->id);
	race_release(&object->clock);
	if (++object->count == object->total) {
		object->count = 0;
		race_acquire(&object->clock);
		object_wake_all(object);
		return PTHREAD_BARRIER_SERIAL_THREAD;
	}
	/* Only the last to come wakes anybody. */
	object_wait(object, SIM_WAIT_BARRIER, SIM_NEVER);
	race_acquire(&object->clock);
	return 0;
}

/* ---- once -------------------------------------------------------------- */

int sim_pthread_once(pthread_once_t *once, void (*init)(void))
{
	struct object *object = object_at(once, OBJECT_ONCE);

	sim_step(OP_ONCE, (uint64_t)object->id);
	while (object->count == 0 && object->owner != NULL)
		object_wait(object, SIM_WAIT_ONCE, SIM_NEVER);
	race_acquire(&object->clock);
	if (object->count > 0)
		return 0;
	object_take(object);
	init();
	object_give(object);
	object->count = 1;
	object_wake_all(object);
	return 0;
}
