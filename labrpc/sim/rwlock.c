/*
 * rwlock.c - read-write locks as the simulation has them.
 *
 * Readers come in while others read, also past a writer that waits, as the C
 * library has it by default.  Who is woken tries again.  Of readers only the
 * number is known.
 */
#include <errno.h>
#include <string.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/shim_sync.h"

static struct object *lock_at(pthread_rwlock_t *lock)
{
	return object_at(lock, OBJECT_RWLOCK);
}

int sim_pthread_rwlock_init(pthread_rwlock_t *lock,
			    const pthread_rwlockattr_t *attr)
{
	(void)attr;
	memset(lock, 0, sizeof(*lock));
	object_make(lock, OBJECT_RWLOCK);
	return 0;
}

int sim_pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
	struct object *object = lock_at(lock);

	if (object->count > 0)
		sim_end(SIM_BUSY_DESTROY, "a read-write lock is destroyed "
			"while it is held for reading");
	object_destroy(object);
	return 0;
}

static int read_lock(pthread_rwlock_t *lock, int64_t deadline_ns, bool wait)
{
	struct object *object = lock_at(lock);

	sim_step(OP_READ_LOCK, (uint64_t)object->id);
	if (object->owner == sim.current)
		return wait ? EDEADLK : EBUSY;
	while (object->owner != NULL) {
		if (!wait)
			return EBUSY;
		if (object_wait(object, SIM_WAIT_READ, deadline_ns) ==
			    WAKE_TIMEOUT &&
		    object->owner != NULL)
			return ETIMEDOUT;
	}
	object->count++;
	race_acquire(&object->clock);
	return 0;
}

static int write_lock(pthread_rwlock_t *lock, int64_t deadline_ns, bool wait)
{
	struct object *object = lock_at(lock);

	sim_step(OP_WRITE_LOCK, (uint64_t)object->id);
	if (object->owner == sim.current)
		return wait ? EDEADLK : EBUSY;
	while (object->owner != NULL || object->count > 0) {
		if (!wait)
			return EBUSY;
		if (object_wait(object, SIM_WAIT_WRITE, deadline_ns) ==
			    WAKE_TIMEOUT &&
		    (object->owner != NULL || object->count > 0))
			return ETIMEDOUT;
	}
	object_take(object);
	return 0;
}

int sim_pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	return read_lock(lock, SIM_NEVER, true);
}

int sim_pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
	return read_lock(lock, SIM_NEVER, false);
}

int sim_pthread_rwlock_timedrdlock(pthread_rwlock_t *lock,
				   const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return read_lock(lock, deadline_ns, true);
}

int sim_pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	return write_lock(lock, SIM_NEVER, true);
}

int sim_pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
	return write_lock(lock, SIM_NEVER, false);
}

int sim_pthread_rwlock_timedwrlock(pthread_rwlock_t *lock,
				   const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return write_lock(lock, deadline_ns, true);
}

int sim_pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	struct object *object = lock_at(lock);
	char who[64];

	sim_step(OP_RW_UNLOCK, (uint64_t)object->id);
	if (object->owner != NULL && object->owner != sim.current)
		sim_end(SIM_NOT_OWNER, "a thread unlocks a read-write lock "
			"that %s holds",
			sim_thread_words(object->owner, who, sizeof(who)));
	if (object->owner == NULL && object->count == 0)
		sim_end(SIM_NOT_OWNER, "a thread unlocks a read-write lock "
			"that nobody holds");
	if (object->owner != NULL) {
		object_give(object);
	} else {
		race_release(&object->clock);
		object->count--;
	}
	if (object->count == 0)
		object_wake_all(object);
	return 0;
}
