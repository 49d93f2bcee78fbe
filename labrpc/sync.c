/*
 * sync.c - pthread's mutex and condition variable, with every error fatal.
 *
 * Mutexes are of the error-checking kind: taking one twice, or unlocking one
 * that another thread holds, is reported where it happens, for a few
 * nanoseconds a lock.
 *
 * Each thread counts what it holds, for who asks when it should hold nothing.
 *
 * The functions are outside clang's analysis: they are what it starts from.
 */
#include "labrpc/sync.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "labrpc/fatal.h"
#include "labrpc/held.h"

#define UNCHECKED LAB_TSA(no_thread_safety_analysis)

/* The longest wait, so that a deadline cannot overflow: some 30 years. */
#define WAIT_MAX_MS INT64_C(1000000000000)

static _Thread_local int held;

/* ERROR in the words of locks, where pthread has some for it. */
static const char *words(int error)
{
	switch (error) {
	case EDEADLK: return "this thread holds it already";
	case EPERM: return "this thread does not hold it";
	default: return strerror(error);
	}
}

/* Ends the process if ERROR is one; WHAT was asked for the object AT. */
static void must(int error, const char *what, const void *at)
{
	if (error != 0)
		lab_fatal("%s(%p): %s", what, at, words(error));
}

void mutex_init(struct mutex *mu)
{
	pthread_mutexattr_t attr;

	must(pthread_mutexattr_init(&attr), "mutex_init", (void *)mu);
	must(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK),
	     "mutex_init", (void *)mu);
	must(pthread_mutex_init(&mu->os, &attr), "mutex_init", (void *)mu);
	must(pthread_mutexattr_destroy(&attr), "mutex_init", (void *)mu);
}

void mutex_destroy(struct mutex *mu)
{
	must(pthread_mutex_destroy(&mu->os), "mutex_destroy", (void *)mu);
}

void cond_init(struct cond *cv)
{
	pthread_condattr_t attr;

	must(pthread_condattr_init(&attr), "cond_init", (void *)cv);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "cond_init",
	     (void *)cv);
	must(pthread_cond_init(&cv->os, &attr), "cond_init", (void *)cv);
	must(pthread_condattr_destroy(&attr), "cond_init", (void *)cv);
}

void cond_destroy(struct cond *cv)
{
	must(pthread_cond_destroy(&cv->os), "cond_destroy", (void *)cv);
}

UNCHECKED void mutex_lock(struct mutex *mu)
{
	must(pthread_mutex_lock(&mu->os), "mutex_lock", (void *)mu);
	held++;
}

UNCHECKED void mutex_unlock(struct mutex *mu)
{
	must(pthread_mutex_unlock(&mu->os), "mutex_unlock", (void *)mu);
	held--;
}

int mutexes_held(void)
{
	return held;
}

UNCHECKED void cond_wait(struct cond *cv, struct mutex *mu)
{
	must(pthread_cond_wait(&cv->os, &mu->os), "cond_wait", (void *)cv);
}

/* The time on cond's clock TIMEOUT_MS from now. */
static struct timespec deadline_after(int64_t timeout_ms)
{
	struct timespec at;

	if (timeout_ms < 0)
		timeout_ms = 0;
	if (timeout_ms > WAIT_MAX_MS)
		timeout_ms = WAIT_MAX_MS;
	must(clock_gettime(CLOCK_MONOTONIC, &at) == 0 ? 0 : errno,
	     "cond_wait_ms", NULL);
	at.tv_sec += (time_t)(timeout_ms / 1000);
	at.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

UNCHECKED bool cond_wait_ms(struct cond *cv, struct mutex *mu,
			    int64_t timeout_ms)
{
	struct timespec deadline = deadline_after(timeout_ms);
	int error = pthread_cond_timedwait(&cv->os, &mu->os, &deadline);

	if (error == ETIMEDOUT)
		return false;
	must(error, "cond_wait_ms", (void *)cv);
	return true;
}

void cond_signal(struct cond *cv)
{
	must(pthread_cond_signal(&cv->os), "cond_signal", (void *)cv);
}

void cond_broadcast(struct cond *cv)
{
	must(pthread_cond_broadcast(&cv->os), "cond_broadcast", (void *)cv);
}
