/*
 * debug.h - one test for a person with a debugger.
 *
 * Threads: none.  Memory: none is kept.  Errors: no terminal, or other than
 * one test, is wrong use and ends the process.
 */
#ifndef GRADER_GRADE_DEBUG_H
#define GRADER_GRADE_DEBUG_H

#include "grader/grade/options.h"
#include "grader/grade/plan.h"

/*
 * Runs the one test of PLAN, with its host under gdb in the foreground of the
 * terminal and without any limits of time, until gdb is quit.  DIR is a
 * private folder, or NULL if the submission did not build.
 */
void debug_test(const struct plan *plan, const struct options *options,
		const char *dir);

#endif
