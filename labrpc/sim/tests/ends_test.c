/*
 * ends_test.c - every way in which a run ends as failed, with its words.
 */
#define _DEFAULT_SOURCE 1 /* usleep() */

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "labrpc/sim/tests/runs.h"

static pthread_mutex_t one, two;
static pthread_cond_t cond;
static int flag; /* guarded by one */

static void make_locks(void)
{
	pthread_mutex_init(&one, NULL);
	pthread_mutex_init(&two, NULL);
	pthread_cond_init(&cond, NULL);
	flag = 0;
}

static pthread_t begin(void *(*start)(void *), void *arg)
{
	pthread_t thread;

	cr_assert(pthread_create(&thread, NULL, start, arg) == 0);
	return thread;
}

/* ---- waiting for ever -------------------------------------------------- */

static void *wait_for_flag(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&one);
	if (!flag) /* no loop */
		pthread_cond_wait(&cond, &one);
	pthread_mutex_unlock(&one);
	return NULL;
}

static void forget_to_signal(void *arg)
{
	(void)arg;
	make_locks();
	pthread_join(begin(wait_for_flag, NULL), NULL);
}

Test(ends, nobody_can_run)
{
	struct sim_config config = run_config(1);

	config.profile.spurious = 0;
	cr_assert(run(&config, forget_to_signal, NULL) == SIM_DEADLOCK);
	assert_words("no thread can run");
	assert_words("thread `thread 1`, waits for condition variable");
	assert_words("the test waits for another thread to end, that is "
		     "thread `thread 1`, which waits for condition variable");
}

static void leave_a_waiter(void *arg)
{
	(void)arg;
	make_locks();
	begin(wait_for_flag, NULL);
}

Test(ends, a_thread_is_left_blocked)
{
	struct sim_config config = run_config(1);

	config.profile.spurious = 0;
	cr_assert(run(&config, leave_a_waiter, NULL) == SIM_LEFT_BLOCKED);
	assert_words("waits for what never comes");
}

static void *run_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		usleep(1000);
	return NULL;
}

static void leave_a_runner(void *arg)
{
	(void)arg;
	begin(run_for_ever, NULL);
}

Test(ends, a_thread_is_left_running)
{
	assert_end(leave_a_runner, SIM_LEFT_RUNNING);
	assert_words("still runs");
}

/* ---- circles ----------------------------------------------------------- */

static void *lock_backwards(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&two);
	pthread_mutex_lock(&one);
	pthread_mutex_unlock(&one);
	pthread_mutex_unlock(&two);
	return NULL;
}

static void lock_both_ways(void *arg)
{
	pthread_t other;

	(void)arg;
	make_locks();
	other = begin(lock_backwards, NULL);
	pthread_mutex_lock(&one);
	pthread_mutex_lock(&two);
	pthread_mutex_unlock(&two);
	pthread_mutex_unlock(&one);
	pthread_join(other, NULL);
}

Test(ends, locks_are_taken_in_two_orders)
{
	run_until(SIM_CYCLE, 100, lock_both_ways, NULL);
	assert_words("in a circle");
	assert_words("the test waits for mutex 1, held by thread `thread 1`, "
		     "which waits for mutex 0");
}

static void *take_one(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&one);
	pthread_mutex_unlock(&one);
	return NULL;
}

static void join_with_the_lock(void *arg)
{
	pthread_t other;

	(void)arg;
	make_locks();
	pthread_mutex_lock(&one);
	other = begin(take_one, NULL);
	pthread_join(other, NULL);
	pthread_mutex_unlock(&one);
}

Test(ends, a_thread_is_joined_that_needs_the_joiners_lock)
{
	assert_end(join_with_the_lock, SIM_CYCLE);
}

static void *end_with_the_lock(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&one);
	return NULL;
}

static void lock_what_the_dead_hold(void *arg)
{
	(void)arg;
	make_locks();
	begin(end_with_the_lock, NULL);
	usleep(1000000);
	pthread_mutex_lock(&one);
}

/* Of one that was joined no record is left but this. */
static void lock_what_the_joined_hold(void *arg)
{
	(void)arg;
	make_locks();
	pthread_join(begin(end_with_the_lock, NULL), NULL);
	pthread_join(begin(take_one, NULL), NULL);
}

Test(ends, the_owner_of_a_lock_has_ended)
{
	assert_end(lock_what_the_dead_hold, SIM_CYCLE);
	assert_words("a mutex that thread `thread 1` had locked when it");
	assert_words("which has ended");
	assert_end(lock_what_the_joined_hold, SIM_CYCLE);
	assert_words("a mutex that thread `thread 1` had locked when it");
}

/* ---- misuse ------------------------------------------------------------ */

static void unlock_twice(void *arg)
{
	(void)arg;
	make_locks();
	pthread_mutex_lock(&one);
	pthread_mutex_unlock(&one);
	pthread_mutex_unlock(&one);
}

static void *unlock_one(void *arg)
{
	(void)arg;
	pthread_mutex_unlock(&one);
	return NULL;
}

static void let_another_unlock(void *arg)
{
	(void)arg;
	make_locks();
	pthread_mutex_lock(&one);
	pthread_join(begin(unlock_one, NULL), NULL);
}

Test(ends, an_unlock_by_another_thread)
{
	assert_end(unlock_twice, SIM_NOT_OWNER);
	assert_words("that nobody holds");
	assert_end(let_another_unlock, SIM_NOT_OWNER);
	assert_words("unlocks a mutex that the test holds");
}

static void wait_unlocked(void *arg)
{
	(void)arg;
	make_locks();
	pthread_cond_wait(&cond, &one);
}

Test(ends, a_wait_without_the_mutex)
{
	assert_end(wait_unlocked, SIM_WAIT_UNLOCKED);
}

static void lock_twice(void *arg)
{
	(void)arg;
	make_locks();
	pthread_mutex_lock(&one);
	pthread_mutex_lock(&one);
}

Test(ends, a_lock_is_taken_twice)
{
	assert_end(lock_twice, SIM_RELOCK);
}

static void destroy_locked(void *arg)
{
	(void)arg;
	make_locks();
	pthread_mutex_lock(&one);
	pthread_mutex_destroy(&one);
}

Test(ends, a_locked_mutex_is_destroyed)
{
	assert_end(destroy_locked, SIM_BUSY_DESTROY);
	assert_words("destroyed while the test holds it");
}

static void use_destroyed(void *arg)
{
	(void)arg;
	make_locks();
	pthread_mutex_destroy(&one);
	pthread_mutex_lock(&one);
}

static void use_a_copy(void *arg)
{
	pthread_mutex_t copy;

	(void)arg;
	make_locks();
	memcpy(&copy, &one, sizeof(copy));
	pthread_mutex_lock(&copy);
}

static void use_rubbish(void *arg)
{
	pthread_mutex_t *mutex = malloc(sizeof(*mutex));

	(void)arg;
	pthread_mutex_lock(mutex);
}

Test(ends, a_mutex_is_none)
{
	assert_end(use_destroyed, SIM_NO_OBJECT);
	assert_end(use_a_copy, SIM_NO_OBJECT);
	assert_end(use_rubbish, SIM_NO_OBJECT);
}

static void join_twice(void *arg)
{
	pthread_t other;

	(void)arg;
	make_locks();
	other = begin(take_one, NULL);
	pthread_join(other, NULL);
	pthread_join(other, NULL);
}

static void *sleep_long(void *arg)
{
	sleep(2);
	return arg;
}

static void *detach(void *other)
{
	sleep(1);
	pthread_detach(*(pthread_t *)other);
	return NULL;
}

static void detach_while_joining(void *arg)
{
	pthread_t sleeper, other;

	(void)arg;
	sleeper = begin(sleep_long, NULL);
	other = begin(detach, &sleeper);
	pthread_join(sleeper, NULL);
	pthread_join(other, NULL);
}

static void free_twice(void *arg)
{
	void *volatile block = malloc(10); /* or the compiler sees it */

	(void)arg;
	free(block);
	free(block);
}

static void free_a_variable(void *arg)
{
	/* AddressSanitizer may keep variables elsewhere than on the stack. */
	void *volatile here = __builtin_frame_address(0);

	(void)arg;
	free(here);
}

static void write_before_a_block(void *arg)
{
	volatile char *volatile block = malloc(10);

	(void)arg;
	block[-16] = 7;
	free((void *)block);
}

static void leave_the_test(void *arg)
{
	pthread_exit(arg);
}

Test(ends, other_misuse)
{
	assert_end(join_twice, SIM_MISUSE);
	assert_end(detach_while_joining, SIM_MISUSE);
	assert_words("of a thread that is being joined");
	assert_end(free_twice, SIM_MISUSE);
	assert_end(free_a_variable, SIM_MISUSE);
	assert_words("of a variable");
	assert_end(write_before_a_block, SIM_MISUSE);
	assert_words("in front of which something was written");
	assert_end(leave_the_test, SIM_MISUSE);
	assert_words("it belongs to who calls it");
}
