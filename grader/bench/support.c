/*
 * support.c - what the contests have in common: clock, threads, processors,
 * folder.
 */
#define _GNU_SOURCE 1 /* for the CPU_SET() family */

#include "grader/bench/bench.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "labrpc/sockdir.h"

static struct sockdir *dir;

static void remove_dir(void)
{
	sockdir_remove(dir);
}

const char *bench_dir(void)
{
	if (dir == NULL) {
		dir = sockdir_make();
		must(dir != NULL, "a folder for the sockets");
		atexit(remove_dir);
	}
	return sockdir_path(dir);
}

void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench: failed: %s\n", what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static long switches_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

struct watch watch_start(void)
{
	return (struct watch){ now_ns(), switches_now() };
}

struct reading watch_read(struct watch watch, int operations)
{
	int64_t ns = now_ns() - watch.began_ns;
	long switches = switches_now() - watch.switches;

	return (struct reading){
		.per_second = operations * 1e9 / (double)ns,
		.switches = (double)switches / operations,
	};
}

static cpu_set_t may_use;

void stay_on_one(void)
{
	cpu_set_t one;
	int cpu = 0;

	must(sched_getaffinity(0, sizeof may_use, &may_use) == 0,
	     "sched_getaffinity");
	while (!CPU_ISSET(cpu, &may_use))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	must(sched_setaffinity(0, sizeof one, &one) == 0, "sched_setaffinity");
}

void stay_no_longer(void)
{
	must(sched_setaffinity(0, sizeof may_use, &may_use) == 0,
	     "sched_setaffinity");
}

struct job {
	pthread_t thread;
	void (*body)(void *context, int i);
	void *context;
	int i;
};

static void *run_job(void *arg)
{
	struct job *job = arg;

	job->body(job->context, job->i);
	return NULL;
}

void on_threads(int n, void (*body)(void *context, int i), void *context)
{
	struct job *jobs = calloc((size_t)n, sizeof jobs[0]);

	must(jobs != NULL, "memory");
	for (int i = 0; i < n; i++) {
		jobs[i] = (struct job){ .body = body, .context = context,
					.i = i };
		must(pthread_create(&jobs[i].thread, NULL, run_job,
				    &jobs[i]) == 0,
		     "pthread_create");
	}
	for (int i = 0; i < n; i++)
		pthread_join(jobs[i].thread, NULL);
	free(jobs);
}
