/*
 * plan.h - the tests that this executable holds.
 *
 * Threads: constants.  Memory: none.  Errors: a test that lacks something is
 * named on stderr.
 */
#ifndef GRADER_JUDGE_PLAN_H
#define GRADER_JUDGE_PLAN_H

#include <stdbool.h>
#include <stdio.h>

#include "grader/judge/graded.h"

/* Prints one JSON object per test, by file and line.  False: see Errors. */
bool plan_print(FILE *to);

/* The test called NAME, "suite/name", or NULL. */
const struct graded *plan_find(const char *name);

/* What TEST lacks, in words, or NULL if it is fit to be graded. */
const char *plan_flaw(const struct graded *test);

/* Prints TEST as one line of JSON. */
void plan_print_test(const struct graded *test, FILE *to);

#endif
