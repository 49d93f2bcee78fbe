/*
 * sync_test.c - waits end by signal or by the monotonic clock, never early,
 * and misuse of a lock ends the process.
 */
#include "labrpc/sync.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <inttypes.h>
#include <signal.h>
#include <time.h>

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct gate {
	struct mutex mu;
	struct cond cv;
	int open; /* guarded by mu */
};

static void gate_init(struct gate *gate)
{
	mutex_init(&gate->mu);
	cond_init(&gate->cv);
	gate->open = 0;
}

static void gate_deinit(struct gate *gate)
{
	cond_destroy(&gate->cv);
	mutex_destroy(&gate->mu);
}

static void *open_gate(void *arg)
{
	struct gate *gate = arg;

	mutex_lock(&gate->mu);
	gate->open = 1;
	cond_broadcast(&gate->cv);
	mutex_unlock(&gate->mu);
	return NULL;
}

/* Waits for another thread to open GATE, for TIMEOUT_MS at a time. */
static void pass_gate(struct gate *gate, int64_t timeout_ms)
{
	pthread_t opener;

	mutex_lock(&gate->mu);
	cr_assert(pthread_create(&opener, NULL, open_gate, gate) == 0);
	while (!gate->open) {
		if (timeout_ms == 0)
			cond_wait(&gate->cv, &gate->mu);
		else
			cr_assert(cond_wait_ms(&gate->cv, &gate->mu,
					       timeout_ms));
	}
	mutex_unlock(&gate->mu);
	pthread_join(opener, NULL);
}

Test(sync, a_wait_ends_by_signal)
{
	struct gate gate;

	gate_init(&gate);
	pass_gate(&gate, 0);
	gate_deinit(&gate);
}

Test(sync, a_very_long_wait_is_one_and_ends_by_signal)
{
	struct gate gate;

	gate_init(&gate);
	pass_gate(&gate, INT64_MAX);
	gate_deinit(&gate);
}

/* Waits on a condition that nobody signals until the time is out. */
static void expect_timeout(int64_t timeout_ms)
{
	struct gate gate;
	int64_t began_us = now_us(), took_us;

	gate_init(&gate);
	mutex_lock(&gate.mu);
	while (cond_wait_ms(&gate.cv, &gate.mu, timeout_ms))
		began_us = now_us(); /* woken without a signal: wait anew */
	took_us = now_us() - began_us;
	mutex_unlock(&gate.mu); /* held again, or this would abort */
	gate_deinit(&gate);
	cr_assert(took_us >= timeout_ms * 1000,
		  "a wait of %" PRId64 " ms ended after %" PRId64 " us",
		  timeout_ms, took_us);
}

Test(sync, a_timed_wait_is_never_too_short)
{
	/* More than a second's rest, so that nanoseconds carry over. */
	for (int i = 0; i < 30; i++)
		expect_timeout(37);
}

Test(sync, no_time_left_is_a_timeout)
{
	expect_timeout(0);
	expect_timeout(-1);
	expect_timeout(INT64_MIN / 1000);
}

Test(sync, unlocking_what_is_not_locked_is_fatal, .signal = SIGABRT)
{
	struct mutex mu;

	cr_redirect_stderr();
	mutex_init(&mu);
	mutex_unlock(&mu);
}

Test(sync, locking_twice_is_fatal, .signal = SIGABRT)
{
	struct mutex mu;

	cr_redirect_stderr();
	mutex_init(&mu);
	mutex_lock(&mu);
	mutex_lock(&mu);
}

Test(sync, destroying_a_held_lock_is_fatal, .signal = SIGABRT)
{
	struct mutex mu;

	cr_redirect_stderr();
	mutex_init(&mu);
	mutex_lock(&mu);
	mutex_destroy(&mu);
}
