/*
 * plan.h - all tests there are, and which of them are to be run in which
 * order.
 *
 * Threads: read once, at the start, then constant.
 *
 * Memory: tests and their strings live as long as the plan.
 *
 * Errors: a plan that cannot be read or makes no sense is the suite's fault
 * and a machine error that names the test; a part or pattern that selects
 * nothing is a usage error.
 */
#ifndef GRADER_GRADE_PLAN_H
#define GRADER_GRADE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "grader/grade/options.h"

struct test {
	char *part, *suite, *name;
	char *full;         /* suite/name */
	char *about;        /* one sentence */
	char *needs;        /* suite/name of its prerequisite, or empty */
	char *file;         /* where it is written, */
	int line;           /* and in which line */
	char *visibility;   /* Gradescope's word for who may see it */
	double points;      /* a multiple of 0.25, so that sums are exact */
	int limit_s;        /* on wall time, in the plain flavour */
	int todo;           /* the last TODO that it needs, or 0 */
	bool raceless;      /* no races are looked for in it */
	bool threads;       /* it makes sense in real time */
	bool simulated;     /* it makes sense in the simulated world, where */
	uint64_t steps;     /* a run of it has about so many steps, */
	bool scripted;      /* and chance can do little in it */
	uint64_t runs;      /* how often it is simulated, */
	uint64_t most_runs; /* and at most, or 0 */
	const char *judge;  /* the executable that runs it */
	int need;           /* index of the prerequisite if selected, or -1 */
	int suite_number;   /* numbers for results: 1.1, 1.2, 2.1, ... */
	int test_number;
	uint64_t seed;
};

struct plan {
	struct test *tests; /* suite by suite, in the order to mend them */
	int n;
};

/* Asks every suite of OPTIONS for its tests and checks what it says. */
void plan_load(struct plan *plan, const struct options *options);

/*
 * Keeps the tests that OPTIONS asks for and some pass can run, orders and
 * numbers them and draws their seeds.
 */
void plan_select(struct plan *plan, const struct options *options);

/*
 * Shares TOTAL simulated runs out, so that each test has as many steps to
 * spend, and a scripted one an eighth of that; but one that is not scripted is
 * run at least two fifths as often as if all were run as often.  The sum is
 * TOTAL, or less where that would cost too much, or the number of tests.
 */
void plan_share_runs(struct plan *plan, uint64_t total);

/*
 * Bounds the runs of each test of PLAN, which are all, by ten times what it
 * has of TOTAL, for when some are selected.
 */
void plan_bound_runs(struct plan *plan, uint64_t total);

/* Whether TEST is of a kind that is run in PASS at all. */
bool test_takes(const struct test *test, int pass,
		const struct options *options);

/* How often TEST is simulated in PASS. */
uint64_t test_runs(const struct test *test, int pass);

/* The pass in which TEST is run after PASS; PASSES_MAX if there is none. */
int pass_after(int pass, const struct test *test,
	       const struct options *options);

/* The first pass in which TEST is run: another one than of most if it makes
 * sense in the simulation only. */
int pass_begin(const struct test *test, const struct options *options);

/* Shows the plan to a person. */
void plan_list(const struct plan *plan, FILE *to);

/* Lists the names of the suites in PLAN: "a, b, c".  To be freed. */
char *plan_suites(const struct plan *plan);

void plan_free(struct plan *plan);

#endif
