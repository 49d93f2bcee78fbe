/*
 * limits_test.c - what would go on for ever, or take all there is, ends.
 */
#define _DEFAULT_SOURCE 1 /* usleep() */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "labrpc/sim/place.h"
#include "labrpc/sim/tests/runs.h"

static pthread_t start(void *(*routine)(void *))
{
	pthread_t thread;

	cr_assert(pthread_create(&thread, NULL, routine, NULL) == 0);
	return thread;
}

/* ---- limits ------------------------------------------------------------ */

static void yield_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		usleep(0);
}

Test(ends, limits_on_steps_and_time)
{
	struct sim_config config = run_config(1);

	config.steps_max = 10000;
	cr_assert(run(&config, yield_for_ever, NULL) == SIM_STEP_LIMIT);
	config.steps_max = 0;
	config.time_max_ns = SIM_MS;
	cr_assert(run(&config, yield_for_ever, NULL) == SIM_TIME_LIMIT);
}

/* ---- who yields waits -------------------------------------------------- */

static atomic_bool slept;

static void *yield_until_slept(void *arg)
{
	while (!slept)
		sched_yield();
	return arg;
}

static void yield_for_a_sleeper(void *arg)
{
	pthread_t yielders[3];
	int i;

	(void)arg;
	slept = false;
	for (i = 0; i < 3; i++)
		yielders[i] = start(yield_until_slept);
	usleep(10 * 1000000);
	slept = true;
	for (i = 0; i < 3; i++)
		pthread_join(yielders[i], NULL);
}

/* Ten seconds of it are a hundred million ticks, and cost hardly a step. */
Test(ends, who_yields_lets_time_pass)
{
	uint64_t seed;

	for (seed = 1; seed <= 200; seed++) {
		struct sim_config config = run_config(seed);

		config.profile.tick_ns = 100;
		config.steps_max = 10000;
		cr_assert(run(&config, yield_for_a_sleeper, NULL) == SIM_FINE,
			  "seed %" PRIu64 ": %s", seed, sim_report()->words);
	}
}

static void *do_nothing(void *arg)
{
	usleep(1000000);
	return arg;
}

static void begin_without_end(void *arg)
{
	(void)arg;
	for (;;)
		start(do_nothing);
}

Test(ends, a_million_threads)
{
	assert_end(begin_without_end, SIM_THREAD_LIMIT);
}

static void leave_threads_unjoined(void *arg)
{
	(void)arg;
	for (;;) {
		start(do_nothing);
		usleep(1000000);
	}
}

Test(ends, threads_that_nobody_joins)
{
	assert_end(leave_threads_unjoined, SIM_THREAD_LIMIT);
	assert_words("which have ended and were not joined");
}

static void *lock_twice(void *arg)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&mutex);
	pthread_mutex_lock(&mutex);
	return arg;
}

static void fail_in_a_crowd(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 100; i++)
		start(do_nothing);
	pthread_join(start(lock_twice), NULL);
}

Test(ends, a_crowd_hides_nobody)
{
	assert_end(fail_in_a_crowd, SIM_RELOCK);
	assert_words("\n  thread `thread 101`, ");
}

static void allocate_without_end(void *arg)
{
	void *volatile block; /* or the compiler leaves it out */

	(void)arg;
	for (;;) {
		block = malloc(100 << 20);
		if (block == NULL)
			cr_assert_fail("it cannot fail");
	}
}

Test(ends, ten_gigabytes)
{
	assert_end(allocate_without_end, SIM_MEMORY_LIMIT);
}

/* ---- what only a signal tells ------------------------------------------ */

#if !SIM_ASAN
static int descend(volatile const int *above)
{
	volatile int here[256];

	here[0] = *above + 1;
	return here[0] < 0 ? 0 : descend(here) + here[0];
}

static void *recurse(void *arg)
{
	const int none = 0;

	(void)arg;
	return descend(&none) == 0 ? arg : NULL;
}

static void recurse_for_ever(void *arg)
{
	(void)arg;
	pthread_join(start(recurse), NULL);
}

Test(ends, a_recursion_without_end)
{
	assert_end(recurse_for_ever, SIM_STACK);
	assert_words("used up its stack");
	assert_words("(thread `thread 1`, ");
}

static void write_to_null(void *arg)
{
	int *volatile nowhere = arg;

	*nowhere = 1;
}

static void write_to_nowhere(void *arg)
{
	int *volatile nowhere = (int *)((uintptr_t)arg + (UINT64_C(7) << 60));

	*nowhere = 1;
}

static void call_null(void *arg)
{
	void (*volatile nothing)(void *) = NULL;

	nothing(arg);
}

static void divide(void *arg)
{
	volatile int zero = arg != NULL;

	zero = 7 / zero;
}

Test(ends, a_crash)
{
	assert_end(write_to_null, SIM_CRASH);
	assert_words("a thread uses a pointer that is NULL (signal 11");
}

Test(ends, a_crash_elsewhere)
{
	assert_end(write_to_nowhere, SIM_CRASH);
	assert_words("a thread uses a pointer that leads nowhere");
}

Test(ends, a_crash_in_no_function)
{
	assert_end(call_null, SIM_CRASH);
	assert_words("(the test, ");
}

#ifdef __x86_64__ /* others have a result for that */
Test(ends, a_division_by_zero)
{
	assert_end(divide, SIM_CRASH);
	assert_words("a thread divides by zero");
}
#endif

/* The same on threads of their own. */
static void assert_gated_end(void (*body)(void *), enum sim_reason reason)
{
	struct sim_config config = run_config(1);

	config.carrier = SIM_PTHREADS;
	cr_assert(run(&config, body, NULL) == reason, "%s",
		  sim_report()->words);
}

Test(ends, a_crash_on_a_pthread)
{
	assert_gated_end(write_to_null, SIM_CRASH);
}

Test(ends, a_recursion_on_a_pthread)
{
	assert_gated_end(recurse_for_ever, SIM_STACK);
}
#endif

static void spin(void *arg)
{
	static volatile int never;

	(void)arg;
	while (!never)
		continue;
}

Test(ends, a_loop_without_a_call)
{
	assert_end(spin, SIM_SPIN);
	assert_words("without a call");
}

Test(ends, a_loop_on_a_pthread)
{
	struct sim_config config = run_config(1);

	config.carrier = SIM_PTHREADS;
	cr_assert(run(&config, spin, NULL) == SIM_SPIN);
}

static void leak(void *arg)
{
	void *volatile block = malloc(100);

	(void)arg;
	(void)block;
}

Test(ends, memory_is_left)
{
	struct sim_config config = run_config(1);

	cr_assert(run(&config, leak, NULL) == SIM_FINE);
	config.frees_all = true;
	cr_assert(run(&config, leak, NULL) == SIM_LEFT_MEMORY);
	assert_words("1 blocks of together 100 bytes");
}

static void fail(void *arg)
{
	(void)arg;
	sim_fail("%d is not %d", 1, 2);
}

Test(ends, in_the_drivers_words)
{
	assert_end(fail, SIM_FAILED);
	assert_words("1 is not 2 (the test, ");
}
