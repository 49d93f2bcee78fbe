/*
 * simulation.c - simulated runs of a group of three with two instances, seed
 * after seed: in one process (swarm), which can look for races as well, and
 * through the judge, which drives the same runs in a host.
 *
 * Each contest is a program, measured from its start to its end; in a
 * contest's full work its start is a few hundredths of that.
 */
#include "grader/bench/bench.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *toolchain, *folder;

void simulations_prepare(const char *tools, const char *submissions)
{
	toolchain = tools;
	folder = submissions;
}

static void set(const char *name, const char *value)
{
	must(setenv(name, value, 1) == 0, "setenv");
}

static _Noreturn void execute_judge(const char *submission, const char *runs)
{
	char judge[PATH_MAX], host[PATH_MAX];
	int nowhere = open("/dev/null", O_WRONLY);

	snprintf(judge, sizeof judge, "%s-plain/judges/grader_suites_paxos",
		 toolchain);
	snprintf(host, sizeof host, "%s-sim/host", toolchain);
	set("LAB_HOST", host);
	set("LAB_SUBMISSION", submission);
	set("LAB_FLAVOUR", "sim");
	set("LAB_WORLD", "sim");
	set("LAB_RUNS", runs);
	set("LAB_SEED", "1");
	/* What it tells a person; whether it passed, its status says. */
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	execl(judge, judge, "--run=basic/one_proposer", (char *)NULL);
	_exit(127);
}

static _Noreturn void execute_swarm(const char *submission, const char *runs)
{
	char swarm[PATH_MAX], option[32];

	snprintf(swarm, sizeof swarm, "%s-plain/swarm", toolchain);
	snprintf(option, sizeof option, "--runs=%s", runs);
	execl(swarm, swarm, "--figures", option, submission, (char *)NULL);
	_exit(127);
}

static double number(const json_t *figures, const char *key)
{
	return json_number_value(json_object_get(figures, key));
}

/* Takes what the swarm says of itself from FD to READING. */
static void take_figures(int fd, struct reading *reading)
{
	json_t *figures = json_loadfd(fd, 0, NULL);

	must(figures != NULL && number(figures, "real_us") > 0,
	     "the figures of a swarm");
	reading->virtual_s = number(figures, "virtual_us") /
			     number(figures, "real_us");
	reading->early_bytes = number(figures, "early_kib") * 1024;
	reading->bytes = number(figures, "peak_kib") * 1024;
	json_decref(figures);
}

struct reading simulations(const struct contest *contest)
{
	struct watch watch = watch_start();
	struct reading reading, said = { .bytes = 0 };
	char submission[PATH_MAX], runs[16];
	int fds[2], status;
	pid_t child;

	snprintf(submission, sizeof submission, "%s/%s.so", folder,
		 contest->flavour);
	snprintf(runs, sizeof runs, "%d", contest->operations);
	must(pipe(fds) == 0, "pipe");
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (contest->judged)
			execute_judge(submission, runs);
		execute_swarm(submission, runs);
	}
	close(fds[1]);
	if (!contest->judged)
		take_figures(fds[0], &said);
	must(waitpid(child, &status, 0) == child && status == 0,
	     contest->name);
	close(fds[0]);
	reading = watch_read(watch, contest->operations);
	said.per_second = reading.per_second;
	return said;
}
