/*
 * meet_test.c - read-write locks, semaphores, barriers, once, spin locks and
 * keys do in a run what they do elsewhere, whatever the seed.
 */
#define _GNU_SOURCE 1 /* usleep(), pthread_setname_np() */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "labrpc/sim/tests/runs.h"

#define THREADS 5
#define SEEDS 100

/* Runs START(ARG) in THREADS threads, to their end. */
static void run_all(void *(*start)(void *), void *arg)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		cr_assert(pthread_create(&threads[i], NULL, start, arg) == 0);
	for (i = 0; i < THREADS; i++)
		cr_assert(pthread_join(threads[i], NULL) == 0);
}

static void for_all_seeds(void (*body)(void *))
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		run_well(seed, body, NULL);
}

/* ---- read-write locks -------------------------------------------------- */

static pthread_rwlock_t lock;
static int readers, writers, most_readers;

static void *read_and_write(void *arg)
{
	int i;

	for (i = 0; i < 10; i++) {
		pthread_rwlock_rdlock(&lock);
		cr_assert(writers == 0);
		readers++;
		if (readers > most_readers)
			most_readers = readers;
		usleep(10);
		readers--;
		pthread_rwlock_unlock(&lock);
		pthread_rwlock_wrlock(&lock);
		cr_assert(readers == 0 && writers == 0);
		writers++;
		usleep(10);
		writers--;
		pthread_rwlock_unlock(&lock);
	}
	return arg;
}

static void use_rwlock(void *arg)
{
	struct timespec now;

	pthread_rwlock_init(&lock, NULL);
	readers = writers = 0;
	run_all(read_and_write, arg);
	pthread_rwlock_rdlock(&lock);
	cr_assert(pthread_rwlock_tryrdlock(&lock) == 0);
	cr_assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
	clock_gettime(CLOCK_REALTIME, &now);
	cr_assert(pthread_rwlock_timedwrlock(&lock, &now) == ETIMEDOUT);
	pthread_rwlock_unlock(&lock);
	pthread_rwlock_unlock(&lock);
	pthread_rwlock_destroy(&lock);
}

Test(meet, many_readers_or_one_writer)
{
	for_all_seeds(use_rwlock);
	cr_assert(most_readers > 1);
}

/* ---- semaphores and barriers ------------------------------------------- */

static sem_t sem;
static int inside;

static void *enter(void *arg)
{
	int i;

	for (i = 0; i < 10; i++) {
		cr_assert(sem_wait(&sem) == 0);
		cr_assert(++inside <= 2);
		usleep(10);
		inside--;
		cr_assert(sem_post(&sem) == 0);
	}
	return arg;
}

static void use_sem(void *arg)
{
	struct timespec now;
	int value;

	cr_assert(sem_init(&sem, 0, 2) == 0);
	inside = 0;
	run_all(enter, arg);
	cr_assert(sem_getvalue(&sem, &value) == 0 && value == 2);
	cr_assert(sem_trywait(&sem) == 0 && sem_trywait(&sem) == 0);
	cr_assert(sem_trywait(&sem) == -1 && errno == EAGAIN);
	clock_gettime(CLOCK_REALTIME, &now);
	cr_assert(sem_timedwait(&sem, &now) == -1 && errno == ETIMEDOUT);
	cr_assert(sem_destroy(&sem) == 0);
}

Test(meet, a_semaphore_lets_in_as_many_as_it_says)
{
	for_all_seeds(use_sem);
}

static pthread_barrier_t barrier;
static int arrived, leaders;

static void *meet(void *arg)
{
	int i;

	for (i = 1; i <= 5; i++) {
		arrived++;
		if (pthread_barrier_wait(&barrier) ==
		    PTHREAD_BARRIER_SERIAL_THREAD)
			leaders++;
		cr_assert(arrived >= i * THREADS, "%d in round %d", arrived,
			  i);
		pthread_barrier_wait(&barrier);
	}
	return arg;
}

static void use_barrier(void *arg)
{
	arrived = leaders = 0;
	cr_assert(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	run_all(meet, arg);
	cr_assert(leaders == 5);
	cr_assert(pthread_barrier_destroy(&barrier) == 0);
}

Test(meet, nobody_passes_a_barrier_before_all_have_come)
{
	for_all_seeds(use_barrier);
}

/* ---- once, spin locks, mutexes of other kinds -------------------------- */

static pthread_once_t once;
static int initialised;

static void initialise(void)
{
	usleep(100);
	initialised++;
}

static void *need_it(void *arg)
{
	cr_assert(pthread_once(&once, initialise) == 0);
	cr_assert(initialised == 1);
	return arg;
}

static void use_once(void *arg)
{
	once = (pthread_once_t)PTHREAD_ONCE_INIT;
	initialised = 0;
	run_all(need_it, arg);
}

Test(meet, once_is_once_and_before_all_else)
{
	for_all_seeds(use_once);
}

static pthread_spinlock_t spin;
static int alone;

static void *spin_in(void *arg)
{
	int i;

	for (i = 0; i < 10; i++) {
		while (i % 2 == 0 && pthread_spin_trylock(&spin) != 0)
			usleep(10);
		if (i % 2 != 0)
			pthread_spin_lock(&spin);
		cr_assert(++alone == 1);
		usleep(10);
		alone--;
		pthread_spin_unlock(&spin);
	}
	return arg;
}

static void use_spin(void *arg)
{
	alone = 0;
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	run_all(spin_in, arg);
	pthread_spin_destroy(&spin);
}

Test(meet, one_at_a_time_in_a_spin_lock)
{
	for_all_seeds(use_spin);
}

static void use_mutexes(void *arg)
{
	pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	struct timespec now;

	(void)arg;
	pthread_mutex_lock(&recursive);
	cr_assert(pthread_mutex_lock(&recursive) == 0);
	cr_assert(pthread_mutex_trylock(&recursive) == 0);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_destroy(&recursive);

	clock_gettime(CLOCK_REALTIME, &now);
	pthread_mutex_lock(&checking);
	cr_assert(pthread_mutex_lock(&checking) == EDEADLK);
	cr_assert(pthread_mutex_trylock(&checking) == EBUSY);
	cr_assert(pthread_mutex_timedlock(&checking, &now) == EDEADLK);
	pthread_mutex_unlock(&checking);
	pthread_mutex_destroy(&checking);
}

Test(meet, mutexes_of_other_kinds)
{
	for_all_seeds(use_mutexes);
}

/* ---- keys, names, ends ------------------------------------------------- */

static pthread_key_t key;
static int destroyed;

static void destroy(void *value)
{
	cr_assert(value != NULL);
	destroyed++;
	free(value);
}

static void *have_values(void *arg)
{
	char name[16];
	int *mine = malloc(sizeof(*mine));

	cr_assert(pthread_getspecific(key) == NULL);
	cr_assert(pthread_setspecific(key, mine) == 0);
	usleep(10);
	cr_assert(pthread_getspecific(key) == mine);
	cr_assert(pthread_setname_np(pthread_self(), "worker") == 0);
	cr_assert(pthread_getname_np(pthread_self(), name, 16) == 0);
	cr_assert(strcmp(name, "worker") == 0);
	pthread_exit(arg);
}

static void use_keys(void *arg)
{
	pthread_t thread;
	pthread_attr_t attr;

	destroyed = 0;
	cr_assert(pthread_key_create(&key, destroy) == 0);
	run_all(have_values, arg);
	cr_assert(destroyed == THREADS);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	cr_assert(pthread_create(&thread, &attr, have_values, arg) == 0);
	pthread_attr_destroy(&attr);
	cr_assert(pthread_create(&thread, NULL, have_values, arg) == 0);
	cr_assert(pthread_detach(thread) == 0);
}

Test(meet, each_thread_has_values_of_its_own)
{
	for_all_seeds(use_keys);
}
