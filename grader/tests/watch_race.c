/*
 * watch_race.c - two threads of a submission, one after the other in time but
 * in no order that C knows, before the eyes of a referee between them.
 *
 *     watch_race lock|none
 *
 * With a lock of their own they are well; without one that is a race, which
 * the referee's lock must not hide.  watch_test.sh runs it under
 * ThreadSanitizer.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "grader/host/watch.h"
#include "labrpc/sync.h"

#define TIMES 100

static bool with_lock;
static struct mutex mu;
static int shared; /* theirs */
static atomic_int turns;

static int64_t now_us(void)
{
	return 0;
}

static void touch(void)
{
	if (with_lock)
		mutex_lock(&mu);
	shared++;
	if (with_lock)
		mutex_unlock(&mu);
}

static void *thread_main(void *arg)
{
	const struct value v = { (unsigned char *)arg, 1 };
	int me = *(const char *)arg - '0';

	for (int i = 0; i < TIMES; i++) {
		while (atomic_load_explicit(&turns, memory_order_relaxed) %
			       2 != me)
			sched_yield();
		watch_learned(me, i, v);
		touch();
		watch_learned(me, i, v);
		atomic_fetch_add_explicit(&turns, 1, memory_order_relaxed);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static char names[2][2] = { "0", "1" };
	struct accusation found;
	pthread_t threads[2];

	with_lock = argc == 2 && strcmp(argv[1], "lock") == 0;
	mutex_init(&mu);
	watch_open(3, 0, now_us, false);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, thread_main,
				   names[i]) != 0)
			return 2;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	mutex_destroy(&mu);
	if (!watch_accusation(&found))
		return 3;
	printf("%s\n", found.saw);
	return 0;
}
