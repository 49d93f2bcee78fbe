/*
 * cond.c - condition variables as the simulation has them.
 *
 * A signal wakes any of the waiters, drawn by the seed; a wait may also end
 * for no reason, some time after it began, as POSIX allows.
 */
#include <errno.h>
#include <string.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/shim_sync.h"

/* A wait that ends for no reason does so within this time. */
#define SPURIOUS_MAX_NS (20 * SIM_MS)

int sim_pthread_cond_init(pthread_cond_t *cond,
			  const pthread_condattr_t *attr)
{
	clockid_t clock = CLOCK_REALTIME;

	if (attr != NULL)
		pthread_condattr_getclock(attr, &clock);
	memset(cond, 0, sizeof(*cond));
	object_make(cond, OBJECT_COND)->type = (int)clock;
	return 0;
}

int sim_pthread_cond_destroy(pthread_cond_t *cond)
{
	struct object *object = object_at(cond, OBJECT_COND);

	sim_step(OP_TRYLOCK, (uint64_t)object->id);
	object_destroy(object);
	return 0;
}

/* Lets the wait that begins now end for no reason, perhaps. */
static void draw_spurious(void)
{
	double chance = sim.config.profile.spurious;
	uint64_t after_ns;

	if (chance <= 0 || !random_chance(&sim.scheduler, chance))
		return;
	after_ns = random_below(&sim.scheduler, SPURIOUS_MAX_NS);
	if (!harm_comes_next(HARM_WAKE))
		return;
	/* sim_block() will give the wait this turn. */
	timers_add(&sim.timers, sim_after((int64_t)after_ns), TIMER_SPURIOUS,
		   sim.current, sim.turns + 1);
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex,
		      int64_t deadline_ns)
{
	struct object *object = object_at(cond, OBJECT_COND);
	struct object *lock = object_at(mutex, OBJECT_MUTEX);
	enum sim_wake woken;
	int depth;

	sim_step(OP_WAIT, (uint64_t)object->id);
	depth = lock->count;
	lock->count = 0;
	if (!mutex_release(lock))
		sim_end(SIM_WAIT_UNLOCKED, "a thread waits for a condition "
			"without holding the mutex that goes with it");
	draw_spurious();
	woken = object_wait(object, SIM_WAIT_COND, deadline_ns);
	if (woken != WAKE_CALLED)
		sim_note(OP_WAIT, (uint64_t)object->id);
	mutex_acquire(lock, SIM_NEVER);
	lock->count = depth;
	return woken == WAKE_TIMEOUT ? ETIMEDOUT : 0;
}

int sim_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	return wait_until(cond, mutex, SIM_NEVER);
}

int sim_pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			       clockid_t clock, const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(clock, until, &deadline_ns))
		return EINVAL;
	return wait_until(cond, mutex, deadline_ns);
}

int sim_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			       const struct timespec *until)
{
	struct object *object = object_at(cond, OBJECT_COND);

	return sim_pthread_cond_clockwait(cond, mutex, object->type, until);
}

int sim_pthread_cond_signal(pthread_cond_t *cond)
{
	struct object *object = object_at(cond, OBJECT_COND);

	sim_step(OP_SIGNAL, (uint64_t)object->id);
	object_wake_one(object);
	return 0;
}

int sim_pthread_cond_broadcast(pthread_cond_t *cond)
{
	struct object *object = object_at(cond, OBJECT_COND);

	sim_step(OP_BROADCAST, (uint64_t)object->id);
	object_wake_all(object);
	return 0;
}
