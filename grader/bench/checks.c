/*
 * checks.c - the linearizability checker on histories made for it.
 *
 * Each check has a process of its own, which makes the history first: so the
 * most memory that the process had is that of history and check together,
 * and no check finds memory that another one left behind.
 */
#include "grader/bench/bench.h"

#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes CONTEST's history, checks it, and tells what that came to. */
static struct reading check(const struct contest *contest)
{
	struct lin_sample sample = *contest->sample;
	struct lin_history *history;
	struct lin_report report;
	struct reading reading;
	struct rusage usage;
	struct watch watch;

	sample.ops = contest->operations;
	history = lin_sample_make(&sample);
	watch = watch_start();
	lin_check(history, NULL, &report);
	reading = watch_read(watch, contest->operations);
	must(report.verdict == LIN_OK, "a history that is linearizable");
	must(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage");
	reading.bytes = (double)usage.ru_maxrss * 1024;
	lin_report_deinit(&report);
	lin_history_free(history);
	return reading;
}

struct reading checks(const struct contest *contest)
{
	struct reading reading = { .bytes = 0 };
	int fds[2], status = 1;
	pid_t child;

	must(pipe(fds) == 0, "pipe");
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		reading = check(contest);
		_exit(write(fds[1], &reading, sizeof reading) !=
		      sizeof reading);
	}
	must(read(fds[0], &reading, sizeof reading) == sizeof reading &&
	     waitpid(child, &status, 0) == child && status == 0, "a check");
	close(fds[0]);
	close(fds[1]);
	return reading;
}
