/*
 * mutex.c - mutexes and spin locks as the simulation has them.
 *
 * Unlocking frees the mutex and wakes one waiter, which tries again: another
 * may come first, as with real ones, but not for ever: who has waited long is
 * handed the mutex.  What POSIX leaves undefined ends the
 * run and says so: that is what the simulation is for.  A mutex of the
 * error-checking kind returns its errors, as it must.
 */
#define _GNU_SOURCE 1 /* the initialisers of other types */

#include <errno.h>
#include <string.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/shim_sync.h"

/* For so many steps a waiter may find that others come first. */
#define UNFAIR_STEPS 2000

/* The mutex at MUTEX; a static initialiser may have given it a type. */
static struct object *mutex_at(pthread_mutex_t *mutex)
{
	static const struct {
		pthread_mutex_t bytes;
		int type;
	} initial[] = {
		{ PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_NORMAL },
		{ PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
		  PTHREAD_MUTEX_RECURSIVE },
		{ PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP,
		  PTHREAD_MUTEX_ERRORCHECK },
		{ PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP,
		  PTHREAD_MUTEX_NORMAL },
	};
	struct object *object;
	uint32_t handle;
	size_t i;

	if (mutex == NULL)
		return object_at(mutex, OBJECT_MUTEX);
	memcpy(&handle, mutex, sizeof(handle));
	if (handle != 0)
		return object_at(mutex, OBJECT_MUTEX);
	for (i = 0; i < sizeof(initial) / sizeof(initial[0]); i++) {
		if (memcmp(mutex, &initial[i].bytes, sizeof(*mutex)) != 0)
			continue;
		object = object_at(mutex, OBJECT_MUTEX);
		object->type = initial[i].type;
		return object;
	}
	sim_end(SIM_NO_OBJECT, "a mutex is used that was initialised neither "
		"by pthread_mutex_init() nor by PTHREAD_MUTEX_INITIALIZER");
}

int sim_pthread_mutex_init(pthread_mutex_t *mutex,
			   const pthread_mutexattr_t *attr)
{
	int type = PTHREAD_MUTEX_NORMAL;

	if (attr != NULL)
		pthread_mutexattr_gettype(attr, &type);
	memset(mutex, 0, sizeof(*mutex));
	object_make(mutex, OBJECT_MUTEX)->type = type;
	return 0;
}

int sim_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	struct object *object = mutex_at(mutex);

	sim_step(OP_TRYLOCK, (uint64_t)object->id);
	object_destroy(object);
	return 0;
}

/* The running thread locks what it has locked. */
static int lock_again(struct object *object)
{
	char locked[LOCKED_BYTES];

	if (object->type == PTHREAD_MUTEX_RECURSIVE) {
		object->count++;
		return 0;
	}
	if (object->type == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	sim_end(SIM_RELOCK, "a thread locks a mutex that it holds itself%s",
		object_locked_words(object, locked, sizeof(locked)));
}

int mutex_acquire(struct object *object, int64_t deadline_ns)
{
	struct thread *me = sim.current;
	enum sim_wake woken = WAKE_CALLED;

	me->lock_since = sim.steps;
	while (object->owner != NULL && object->owner != me) {
		if (woken == WAKE_TIMEOUT)
			return ETIMEDOUT;
		/* Whoever was woken must try: nobody else was. */
		woken = object_wait(object, SIM_WAIT_MUTEX, deadline_ns);
	}
	object_take(object); /* for the heir: what was kept for it */
	return 0;
}

/* Who waits for OBJECT, asleep, and has waited for too long; or NULL. */
static struct thread *starved(const struct object *object)
{
	struct thread *thread;

	for (thread = object->first; thread != NULL;
	     thread = thread->next_waiter)
		if (thread->state == THREAD_BLOCKED &&
		    sim.steps - thread->lock_since > UNFAIR_STEPS)
			return thread;
	return NULL;
}

static int lock(pthread_mutex_t *mutex, int64_t deadline_ns)
{
	struct object *object = mutex_at(mutex);

	sim_step(OP_LOCK, (uint64_t)object->id);
	if (object->owner == sim.current)
		return lock_again(object);
	return mutex_acquire(object, deadline_ns);
}

int sim_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	return lock(mutex, SIM_NEVER);
}

int sim_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	struct object *object = mutex_at(mutex);

	sim_step(OP_TRYLOCK, (uint64_t)object->id);
	if (object->owner == sim.current &&
	    object->type == PTHREAD_MUTEX_RECURSIVE)
		return lock_again(object);
	if (object->owner != NULL)
		return EBUSY;
	object_take(object);
	return 0;
}

int sim_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
				const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(clock, until, &deadline_ns))
		return EINVAL;
	return lock(mutex, deadline_ns);
}

int sim_pthread_mutex_timedlock(pthread_mutex_t *mutex,
				const struct timespec *until)
{
	return sim_pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

bool mutex_release(struct object *object)
{
	struct thread *heir;

	if (object->owner != sim.current)
		return false;
	object_give(object);
	heir = starved(object);
	if (heir == NULL) {
		object_wake_one(object);
		return true;
	}
	object_wake(object, heir);
	object->owner = heir;
	return true;
}

int sim_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	struct object *object = mutex_at(mutex);
	char who[64];

	sim_step(OP_UNLOCK, (uint64_t)object->id);
	if (object->owner == sim.current && object->count > 0) {
		object->count--;
		return 0;
	}
	if (mutex_release(object))
		return 0;
	if (object->owner == NULL)
		sim_end(SIM_NOT_OWNER,
			"a thread unlocks a mutex that nobody holds");
	sim_end(SIM_NOT_OWNER, "a thread unlocks a mutex that %s holds",
		sim_thread_words(object->owner, who, sizeof(who)));
}

/* ---- spin locks -------------------------------------------------------- */

/* As a mutex: who spins for one loses its turn, or nobody would go on. */
static struct object *spin_at(pthread_spinlock_t *spin)
{
	return object_at((void *)spin, OBJECT_SPIN);
}

int sim_pthread_spin_init(pthread_spinlock_t *spin, int shared)
{
	(void)shared;
	object_make((void *)spin, OBJECT_SPIN);
	return 0;
}

int sim_pthread_spin_destroy(pthread_spinlock_t *spin)
{
	object_destroy(spin_at(spin));
	return 0;
}

int sim_pthread_spin_lock(pthread_spinlock_t *spin)
{
	struct object *object = spin_at(spin);
	char locked[LOCKED_BYTES];

	sim_step(OP_SPIN, (uint64_t)object->id);
	if (object->owner == sim.current)
		sim_end(SIM_RELOCK, "a thread locks a spin lock that it "
			"holds itself%s",
			object_locked_words(object, locked, sizeof(locked)));
	return mutex_acquire(object, SIM_NEVER);
}

int sim_pthread_spin_trylock(pthread_spinlock_t *spin)
{
	struct object *object = spin_at(spin);

	sim_step(OP_SPIN, (uint64_t)object->id);
	if (object->owner != NULL)
		return EBUSY;
	object_take(object);
	return 0;
}

int sim_pthread_spin_unlock(pthread_spinlock_t *spin)
{
	struct object *object = spin_at(spin);

	sim_step(OP_SPIN, (uint64_t)object->id);
	if (!mutex_release(object))
		sim_end(SIM_NOT_OWNER,
			"a thread unlocks a spin lock that it does not hold");
	return 0;
}
