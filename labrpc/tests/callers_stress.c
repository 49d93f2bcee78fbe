/*
 * callers_stress.c - a thousand short-lived callers, many at once: each gets
 * its own reply, and nothing is left open behind them.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <pthread.h>
#include <stdint.h>

#include "labrpc/tests/echo.h"

#define CALLERS 1000
#define AT_ONCE 250
#define CALLS 3

static struct rpc_end *end;

static void *call_and_go(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg, i;

	for (i = 0; i < CALLS; i++)
		check(echo_call(end, &PROC_ECHO, 10 + me, me + i),
		      "caller %u, call %u", me, i);
	return NULL;
}

static void wave(unsigned first)
{
	pthread_t threads[AT_ONCE];
	pthread_attr_t attr;
	unsigned i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 20);
	for (i = 0; i < AT_ONCE; i++)
		check(pthread_create(&threads[i], &attr, call_and_go,
				     (void *)(uintptr_t)(first + i)) == 0,
		      "thread %u", i);
	for (i = 0; i < AT_ONCE; i++)
		check(pthread_join(threads[i], NULL) == 0, "thread %u", i);
	pthread_attr_destroy(&attr);
}

int main(void)
{
	struct sockdir *dir = sockdir_make();
	int before = count_descriptors(), between, after;
	struct echo *echo;
	char path[108];
	unsigned i;

	raise_descriptors();
	echo = echo_open(echo_path(dir, path));
	end = rpc_end_open(path, 9, ECHO_DEADLINE_MS);
	for (i = 0; i < CALLERS; i += AT_ONCE)
		wave(i);
	echo_wait_handled(echo, CALLERS * CALLS);
	between = count_descriptors();
	check(between <= before + 1 + 2 * 64, "%d of %d", between, before);
	rpc_end_close(end);
	echo_close(echo);
	after = count_descriptors();
	check(after == before, "%d open before, %d after", before, after);
	sockdir_remove(dir);
	return 0;
}
