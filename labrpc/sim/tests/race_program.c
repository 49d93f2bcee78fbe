/*
 * race_program.c - what orders accesses, and what does not; race_test.sh
 * builds this with a look at each access and runs it.
 *
 * Each body shares a variable in one way.  Those that are ordered must pass
 * every seed; each of the others must be found within a few.
 */
#define _GNU_SOURCE 1

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "labrpc/sim/image.h"
#include "labrpc/sim/sim.h"

#define THREADS 3
#define SEEDS 200
#define SEEDS_TO_FIND 20

/* A block of which one byte is used, and what that may cost at most. */
#define LARGE_BYTES ((size_t)100 << 20)
#define COST_KIB 200000

static int shared;
static pthread_mutex_t mu;
static pthread_cond_t cond;
static pthread_rwlock_t rw;
static pthread_spinlock_t spin;
static pthread_once_t once;
static pthread_barrier_t barrier;
static sem_t sem;
static atomic_int flag;
static char *published; /* under mu, mostly */

/* Two fields of one word, each under a lock of its own. */
static struct {
	pthread_mutex_t mu[2];
	char field[2];
} pair;

static void run_all(void *(*start)(void *))
{
	pthread_t threads[THREADS];
	intptr_t i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, start, (void *)i);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	shared++;
}

static void *with_mutex(void *arg)
{
	pthread_mutex_lock(&mu);
	shared++;
	pthread_mutex_unlock(&mu);
	return arg;
}

static void *with_rwlock(void *arg)
{
	int seen;

	pthread_rwlock_rdlock(&rw);
	seen = shared;
	pthread_rwlock_unlock(&rw);
	pthread_rwlock_wrlock(&rw);
	shared += seen > 0;
	pthread_rwlock_unlock(&rw);
	return arg;
}

static void *with_spin(void *arg)
{
	pthread_spin_lock(&spin);
	shared++;
	pthread_spin_unlock(&spin);
	return arg;
}

static void *with_sem(void *arg)
{
	sem_wait(&sem);
	shared++;
	sem_post(&sem);
	return arg;
}

static void initialise(void)
{
	shared = 7;
}

static void *with_once(void *arg)
{
	pthread_once(&once, initialise);
	return shared == 7 ? arg : NULL;
}

static void *with_barrier(void *arg)
{
	if (arg == NULL)
		shared++;
	pthread_barrier_wait(&barrier);
	if (shared > 0 && (intptr_t)arg == 1) {
		pthread_barrier_wait(&barrier);
		shared++;
	} else {
		pthread_barrier_wait(&barrier);
	}
	return arg;
}

/* The first thread publishes; the others read once they see it. */
static void *with_atomic(void *arg)
{
	if (arg == NULL) {
		shared = 5;
		atomic_store_explicit(&flag, 1, memory_order_release);
	} else if (atomic_load_explicit(&flag, memory_order_acquire) == 1) {
		return shared == 5 ? arg : NULL;
	}
	return arg;
}

/* The same by fences around what orders nothing; or by one of the two. */
static void *with_fences(void *arg)
{
	if (arg == NULL) {
		shared = 5;
		atomic_thread_fence(memory_order_release);
		atomic_store_explicit(&flag, 1, memory_order_relaxed);
	} else if ((intptr_t)arg == 1) {
		if (atomic_load_explicit(&flag, memory_order_acquire) == 1)
			return shared == 5 ? arg : NULL;
	} else if (atomic_load_explicit(&flag, memory_order_relaxed) == 1) {
		atomic_thread_fence(memory_order_acquire);
		return shared == 5 ? arg : NULL;
	}
	return arg;
}

/* Whoever lets go last may do with it as he likes. */
static void *with_a_count(void *arg)
{
	char *mine = published;

	mine[(intptr_t)arg]++;
	if (atomic_fetch_sub_explicit(&flag, 1, memory_order_release) > 1)
		return arg;
	atomic_thread_fence(memory_order_acquire);
	free(mine);
	return arg;
}

/* The first thread hands over to each other one what it has made. */
static void *with_a_queue(void *arg)
{
	if (arg == NULL) {
		char i, *made;

		for (i = 1; i < THREADS; i++) {
			made = malloc(1);
			*made = i;
			pthread_mutex_lock(&mu);
			while (published != NULL)
				pthread_cond_wait(&cond, &mu);
			published = made;
			pthread_cond_broadcast(&cond);
			pthread_mutex_unlock(&mu);
		}
	} else {
		char *mine;

		pthread_mutex_lock(&mu);
		while ((mine = published) == NULL)
			pthread_cond_wait(&cond, &mu);
		published = NULL;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mu);
		free(*mine > 0 ? mine : NULL);
	}
	return arg;
}

static void *with_two_locks(void *arg)
{
	int i = (int)((intptr_t)arg % 2);

	pthread_mutex_lock(&pair.mu[i]);
	pair.field[i]++;
	pthread_mutex_unlock(&pair.mu[i]);
	return arg;
}

/* A block that another thread had before is a new one. */
static void *with_heap(void *arg)
{
	char *block = malloc(40);

	memset(block, 1, 40);
	free(block);
	return arg;
}

/* One frees what another may still be reading. */
static void *free_too_early(void *arg)
{
	char *mine;

	if (arg == NULL) {
		pthread_mutex_lock(&mu);
		published = malloc(8);
		published[0] = 1;
		pthread_mutex_unlock(&mu);
	}
	pthread_mutex_lock(&mu);
	mine = published;
	pthread_mutex_unlock(&mu);
	if (mine != NULL && arg != NULL)
		return mine[0] == 1 ? arg : NULL;
	pthread_mutex_lock(&mu);
	published = NULL;
	pthread_mutex_unlock(&mu);
	free(mine);
	return arg;
}

/* One makes an array grow in which another may still be reading. */
static void *grow_too_early(void *arg)
{
	char *mine;

	pthread_mutex_lock(&mu);
	if (published == NULL) {
		published = malloc(8);
		published[0] = 1;
	} else if (arg == NULL) {
		published = realloc(published, 100);
	}
	mine = published;
	pthread_mutex_unlock(&mu);
	return mine[0] == 1 ? arg : NULL;
}

static void *without(void *arg)
{
	shared++;
	return arg;
}

static void *relaxed(void *arg)
{
	if (arg == NULL) {
		shared = 5;
		atomic_store_explicit(&flag, 1, memory_order_relaxed);
	} else if (atomic_load_explicit(&flag, memory_order_relaxed) == 1) {
		return shared == 5 ? arg : NULL;
	}
	return arg;
}

static void *write_under_read_lock(void *arg)
{
	pthread_rwlock_rdlock(&rw);
	shared++;
	pthread_rwlock_unlock(&rw);
	return arg;
}

static void *with_wrong_lock(void *arg)
{
	int i = (int)((intptr_t)arg % 2);

	pthread_mutex_lock(&pair.mu[i]);
	pair.field[0]++;
	pthread_mutex_unlock(&pair.mu[i]);
	return arg;
}

static const struct {
	const char *name;
	void *(*start)(void *arg);
	bool races;
} bodies[] = {
	{ "mutex", with_mutex, false },
	{ "rwlock", with_rwlock, false },
	{ "spin", with_spin, false },
	{ "sem", with_sem, false },
	{ "once", with_once, false },
	{ "barrier", with_barrier, false },
	{ "atomic", with_atomic, false },
	{ "fences", with_fences, false },
	{ "count", with_a_count, false },
	{ "queue", with_a_queue, false },
	{ "two locks", with_two_locks, false },
	{ "heap", with_heap, false },
	{ "nothing", without, true },
	{ "free", free_too_early, true },
	{ "realloc", grow_too_early, true },
	{ "relaxed", relaxed, true },
	{ "read lock", write_under_read_lock, true },
	{ "wrong lock", with_wrong_lock, true },
};

static void body(void *arg)
{
	const size_t *number = arg;

	pthread_mutex_init(&mu, NULL);
	pthread_rwlock_init(&rw, NULL);
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	once = (pthread_once_t)PTHREAD_ONCE_INIT;
	pthread_barrier_init(&barrier, NULL, THREADS);
	sem_init(&sem, 0, 1);
	pthread_mutex_init(&pair.mu[0], NULL);
	pthread_mutex_init(&pair.mu[1], NULL);
	shared = 0;
	published = NULL;
	pthread_cond_init(&cond, NULL);
	atomic_store(&flag, 0);
	if (bodies[*number].start == with_a_count) {
		atomic_store(&flag, THREADS);
		published = calloc(THREADS, 1);
	}
	run_all(bodies[*number].start);
}

/* Runs body NUMBER until a run fails, which must be as it should. */
static bool try(size_t number)
{
	uint64_t most = bodies[number].races ? SEEDS_TO_FIND : SEEDS, seed;

	for (seed = 1; seed <= most; seed++) {
		struct sim_config config = { .seed = seed, .races = true };

		sim_draw_profile(&config.profile, seed);
		sim_begin(&config);
		if (sim_do(body, &number) && sim_finish(1000))
			continue;
		if (bodies[number].races && sim_report()->reason == SIM_RACE)
			return true;
		printf("%s, seed %d: %s", bodies[number].name, (int)seed,
		       sim_report()->words);
		return false;
	}
	if (bodies[number].races)
		printf("%s: no race was found\n", bodies[number].name);
	return !bodies[number].races;
}

static void use_one_byte(void *arg)
{
	published = malloc(LARGE_BYTES);
	(void)arg;
	published[LARGE_BYTES - 1] = 1;
}

/* To forget what a run has done must not touch what that run has not. */
static bool forgets(void)
{
	const struct sim_config config = { .seed = 1, .races = true };
	struct rusage used;
	int i;

	for (i = 0; i < 2; i++) {
		sim_begin(&config);
		sim_do(use_one_byte, NULL);
		sim_finish(1000);
	}
	getrusage(RUSAGE_SELF, &used);
	if (used.ru_maxrss > COST_KIB)
		printf("%ld KiB for one byte\n", used.ru_maxrss);
	return sim_report()->reason == SIM_FINE && used.ru_maxrss <= COST_KIB;
}

int main(void)
{
	bool fine = sim_instrumented();
	size_t i;

	if (!fine)
		printf("no access is looked at\n");
	image_take((const void *)(uintptr_t)main);
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		fine = try(i) && fine;
	fine = forgets() && fine;
	return fine ? 0 : 1;
}
