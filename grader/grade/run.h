/*
 * run.h - runs the tests of a plan, several at a time.
 *
 * Threads: none; each test has a supervisor process (supervise.h), and grade
 * waits for all of them in one poll(2).
 *
 * Memory: an outcome per test, the caller's; what a supervisor says is
 * bounded.
 *
 * Errors: what fails of the machine's becomes the outcome of the test.
 */
#ifndef GRADER_GRADE_RUN_H
#define GRADER_GRADE_RUN_H

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* How often a test is run in all if its judge does not begin. */
#define RUNS_MAX 3

/* Tests at a time: what was asked for, or fewer where memory is short. */
int run_jobs(const struct options *options);

/*
 * Runs PLAN, JOBS tests at a time, in folders below DIR, in as many passes as
 * OPTIONS has, and stores what came of each test in OUTCOMES, which are
 * initialised.  What needs a test needs its first pass only: a race costs
 * the points of the tests that show it.  Returns 0, or the number
 * of the signal that stopped it; either way nothing is left running.
 */
int run_plan(const struct plan *plan, const struct options *options, int jobs,
	     const char *dir, struct outcome outcomes[]);

#endif
