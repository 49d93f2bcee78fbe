/*
 * trace.h - what happened in a simulated run that failed: on the terminal, in
 * the log, and in a file for programs (grader/judge/TRACE.md).
 *
 * Threads: none.  Memory: none is kept.
 *
 * Errors: a file that cannot be written is not named in the outcome.
 */
#ifndef GRADER_GRADE_TRACE_H
#define GRADER_GRADE_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* Prints the trace of OUTCOME, if it has one: IN_FULL, or else its end. */
void trace_print(FILE *to, const struct outcome *outcome, bool in_full);

/*
 * Writes the trace of TEST to a file beside LOG, if OUTCOME has one, and its
 * name to OUTCOME.
 */
void trace_write(const struct test *test, struct outcome *outcome,
		 const char *log);

#endif
