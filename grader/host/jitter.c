/*
 * jitter.c - see jitter.h.
 *
 * Invariant: a thread is held up only after it has unlocked, so nobody waits
 * for it who would not have to anyway.
 *
 * Locks: none of its own.  The switch is atomic and orders nothing, so that
 * it hides no race.
 */
#include "grader/host/jitter.h"

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "labrpc/random.h"

/* A thread is held up one time in ODDS, by up to PAUSE_NS and what it takes
 * to go to sleep and wake up. */
#define ODDS 3
#define PAUSE_NS 50000

static atomic_bool is_on;

void jitter(bool on)
{
	atomic_store_explicit(&is_on, on, memory_order_relaxed);
}

static void pause_by_chance(void)
{
	static _Thread_local uint64_t pauses;
	struct timespec pause = { .tv_sec = 0 };
	uint64_t chance;

	if (!atomic_load_explicit(&is_on, memory_order_relaxed))
		return;
	chance = random_mix((uint64_t)(uintptr_t)&pauses, pauses++);
	if (chance % ODDS != 0)
		return;
	pause.tv_nsec = (long)(chance / ODDS % PAUSE_NS);
	nanosleep(&pause, NULL);
}

void lab_mutex_unlock(struct mutex *mu) LAB_TSA(no_thread_safety_analysis)
{
	mutex_unlock(mu);
	pause_by_chance();
}

int lab_pthread_mutex_unlock(pthread_mutex_t *mu)
{
	int error = pthread_mutex_unlock(mu);

	pause_by_chance();
	return error;
}

int lab_pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	int error = pthread_rwlock_unlock(lock);

	pause_by_chance();
	return error;
}
