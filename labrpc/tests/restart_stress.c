/*
 * restart_stress.c - a server that is closed and opened again while many call
 * it: a call gets its own reply or none, and in the end all get theirs.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "labrpc/tests/echo.h"

#define CALLERS 6
#define RESTARTS 30
#define CALLS 20 /* that come through between two restarts, in all */

static struct rpc_end *end;
static atomic_int replies;
static atomic_bool over;

static void *call_on(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg, i;

	for (i = 0; !atomic_load(&over); i++)
		if (echo_call(end, &PROC_ECHO, 10 + 500 * (i % 20), me + i))
			atomic_fetch_add(&replies, 1);
	return NULL;
}

int main(void)
{
	struct sockdir *dir = sockdir_make();
	pthread_t threads[CALLERS];
	struct echo *echo;
	char path[108];
	int i, seen;

	raise_descriptors();
	echo = echo_open(echo_path(dir, path));
	end = rpc_end_open(path, 9, ECHO_DEADLINE_MS);
	for (i = 0; i < CALLERS; i++)
		check(pthread_create(&threads[i], NULL, call_on,
				     (void *)(uintptr_t)i) == 0, "%d", i);
	for (i = 0; i < RESTARTS; i++) {
		seen = atomic_load(&replies);
		while (atomic_load(&replies) < seen + CALLS)
			check(echo_call(end, &PROC_ECHO, 3, 1), "is there");
		echo_close(echo);
		echo = echo_open(path);
	}
	atomic_store(&over, true);
	for (i = 0; i < CALLERS; i++)
		pthread_join(threads[i], NULL);
	check(echo_call(end, &PROC_ECHO, 3, 1), "is there");
	rpc_end_close(end);
	echo_close(echo);
	sockdir_remove(dir);
	return 0;
}
