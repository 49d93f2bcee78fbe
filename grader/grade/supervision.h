/*
 * supervision.h - what a supervisor knows of its test (private to it).
 *
 * supervise.c watches and kills; conclude.c decides, when all is over, what
 * it amounts to.
 *
 * Threads: none.  Memory: supervise() frees what is in it.  Errors: none.
 */
#ifndef GRADER_GRADE_SUPERVISION_H
#define GRADER_GRADE_SUPERVISION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/output.h"
#include "grader/grade/plan.h"
#include "grader/grade/proc.h"
#include "grader/grade/verdict.h"

struct supervision {
	const struct test *test;
	const struct options *options;
	int pass;      /* index in options->passes */
	const char *dir;
	struct channel channel;
	struct output output;
	struct watch watch;
	int output_fd, signal_fd;
	pid_t judge;
	bool judge_ended;
	int judge_status;
	int64_t started_ms, began_ms, looked_ms;
	bool not_begun; /* was cut short for it, whatever came later */
	char *cut;     /* why the test was cut short, or NULL */
	char *behind;  /* what the judge left behind, or NULL */
	char *fault;   /* how the machine failed, or NULL */
	bool stopped;  /* grade wants no outcome any more */
};

/* Decides on the outcome of S, whose processes are all gone. */
void supervision_conclude(struct supervision *s, struct outcome *outcome);

#endif
