/*
 * sched_test.c - a seed is a trace: the same on both carriers and every time,
 * with every thread running and time going on.
 */
#define _DEFAULT_SOURCE 1 /* usleep() */

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/sim/tests/runs.h"
#include "labrpc/sync.h"

#define WORKERS 4
#define TURNS 20

struct counter {
	pthread_mutex_t mu;
	pthread_cond_t changed;
	int value;             /* guarded by mu */
	int order[WORKERS * TURNS];
};

static void *count(void *arg)
{
	struct counter *counter = arg;
	int i;

	for (i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&counter->mu);
		counter->order[counter->value++] = (int)pthread_self();
		pthread_cond_broadcast(&counter->changed);
		pthread_mutex_unlock(&counter->mu);
		if (i % 7 == 0)
			usleep((unsigned)rand() % 1000);
	}
	return arg;
}

static void count_together(void *arg)
{
	struct counter *counter = arg;
	pthread_t workers[WORKERS];
	void *result;
	int i;

	memset(counter, 0, sizeof(*counter));
	for (i = 0; i < WORKERS; i++)
		cr_assert(pthread_create(&workers[i], NULL, count,
					 counter) == 0);
	pthread_mutex_lock(&counter->mu);
	while (counter->value < WORKERS * TURNS)
		pthread_cond_wait(&counter->changed, &counter->mu);
	pthread_mutex_unlock(&counter->mu);
	for (i = 0; i < WORKERS; i++) {
		cr_assert(pthread_join(workers[i], &result) == 0);
		cr_assert(result == counter);
	}
}

Test(sched, a_seed_gives_the_same_trace_every_time)
{
	struct counter one, two;
	uint64_t seed, hash;

	for (seed = 1; seed <= 200; seed++) {
		hash = run_well(seed, count_together, &one);
		run_well(seed + 1000, count_together, &two);
		cr_assert(run_well(seed, count_together, &two) == hash,
			  "seed %" PRIu64, seed);
		cr_assert(memcmp(&one.order, &two.order,
				 sizeof(one.order)) == 0);
	}
}

Test(sched, seeds_give_different_traces)
{
	struct counter one, two;
	int seed, different = 0;

	run_well(1, count_together, &one);
	for (seed = 2; seed <= 101; seed++) {
		run_well((uint64_t)seed, count_together, &two);
		if (memcmp(&one.order, &two.order, sizeof(one.order)) != 0)
			different++;
	}
	cr_assert(different > 95, "only %d of 100", different);
}

Test(sched, gated_pthreads_give_the_trace_of_fibers)
{
	struct counter one, two;
	uint64_t seed, hash;

	for (seed = 1; seed <= 30; seed++) {
		struct sim_config config = run_config(seed);

		hash = run_well(seed, count_together, &one);
		config.carrier = SIM_PTHREADS;
		cr_assert(run(&config, count_together, &two) == SIM_FINE);
		cr_assert(sim_hash() == hash, "seed %" PRIu64, seed);
		cr_assert(memcmp(&one.order, &two.order,
				 sizeof(one.order)) == 0);
	}
}

/* ---- time -------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void sleep_for_a_day(void *arg)
{
	const int64_t day_ms = 24 * 3600 * INT64_C(1000);
	int64_t began_ms = now_ms();
	time_t began = time(NULL);

	(void)arg;
	sleep(24 * 3600);
	cr_assert(now_ms() - began_ms >= day_ms);
	cr_assert(now_ms() - began_ms < day_ms + 1000);
	cr_assert(time(NULL) - began >= 24 * 3600);
}

Test(sched, a_day_of_sleep_takes_no_time)
{
	struct sim_config config = run_config(1);

	config.time_max_ns = INT64_C(100) * 3600 * 1000 * SIM_MS;
	cr_assert(run(&config, sleep_for_a_day, NULL) == SIM_FINE, "%s",
		  sim_report()->words);
}

static void time_out(void *arg)
{
	struct mutex mu;
	struct cond cv;
	int64_t began_ms = now_ms();

	(void)arg;
	mutex_init(&mu);
	cond_init(&cv);
	mutex_lock(&mu);
	/* True is a spurious wake-up: nobody signals. */
	while (cond_wait_ms(&cv, &mu, 250))
		continue;
	mutex_unlock(&mu);
	cr_assert(now_ms() - began_ms >= 250);
	cond_destroy(&cv);
	mutex_destroy(&mu);
}

Test(sched, a_wait_times_out_in_virtual_time)
{
	uint64_t seed;

	for (seed = 1; seed <= 50; seed++)
		run_well(seed, time_out, NULL);
}

static void wait_for_the_clock(void *arg)
{
	int64_t until_ms = now_ms() + 3;

	(void)arg;
	while (now_ms() < until_ms)
		continue;
}

Test(sched, a_loop_over_the_clock_gets_there)
{
	uint64_t seed;

	for (seed = 1; seed <= 50; seed++)
		run_well(seed, wait_for_the_clock, NULL);
}

/* ---- who never rests --------------------------------------------------- */

#define PAIRS 12

static struct pair {
	pthread_mutex_t mu;
	bool over; /* guarded by mu */
} pairs[PAIRS];

/* Always able to go on, or to wait for one who is. */
static void *rest_never(void *arg)
{
	struct pair *pair = arg;
	bool over;

	do {
		pthread_mutex_lock(&pair->mu);
		over = pair->over;
		pthread_mutex_unlock(&pair->mu);
	} while (!over);
	return NULL;
}

static void come_through(void *arg)
{
	pthread_t busy[2 * PAIRS];
	int i;

	(void)arg;
	for (i = 0; i < PAIRS; i++) {
		pthread_mutex_init(&pairs[i].mu, NULL);
		pairs[i].over = false;
	}
	for (i = 0; i < 2 * PAIRS; i++)
		pthread_create(&busy[i], NULL, rest_never, &pairs[i / 2]);
	for (i = 0; i < 50; i++) {
		pthread_mutex_lock(&pairs[0].mu);
		pthread_mutex_unlock(&pairs[0].mu);
	}
	for (i = 0; i < PAIRS; i++) {
		pthread_mutex_lock(&pairs[i].mu);
		pairs[i].over = true;
		pthread_mutex_unlock(&pairs[i].mu);
	}
	for (i = 0; i < 2 * PAIRS; i++)
		pthread_join(busy[i], NULL);
}

Test(sched, one_among_many_that_never_rest_comes_through)
{
	uint64_t seed;

	for (seed = 1; seed <= 30; seed++)
		run_well(seed, come_through, NULL);
}

/* ---- chance ------------------------------------------------------------ */

static void draw(void *arg)
{
	int *numbers = arg;
	int i;

	sim_act_for(0);
	srand(7);
	for (i = 0; i < 4; i++)
		numbers[i] = rand();
	sim_act_for(1);
	srand(7);
	sim_act_for(0);
	numbers[4] = rand();
	sim_act_for(1);
	for (i = 5; i < 10; i++)
		numbers[i] = rand();
	for (i = 0; i < 10; i++)
		cr_assert(numbers[i] >= 0);
}

Test(sched, each_peer_has_a_generator_of_its_own)
{
	int numbers[10];

	run_well(1, draw, numbers);
	cr_assert(memcmp(numbers, numbers + 5, 5 * sizeof(int)) == 0);
	cr_assert(numbers[0] != numbers[1]);
}

/* ---- memory ------------------------------------------------------------ */

static void remember_address(void *arg)
{
	void **address = arg;

	*address = malloc(100);
	memset(*address, 0, 100);
}

Test(sched, the_heap_begins_anew_with_each_run)
{
	void *first, *again;

	run_well(1, remember_address, &first);
	run_well(2, remember_address, &again);
	cr_assert(first == again, "%p, then %p", first, again);
}
