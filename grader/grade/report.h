/*
 * report.h - the results for other programs.
 *
 * Each file is complete or not there at all.  Their formats: results.json as
 * in Gradescope's autograder specification; junit.xml as the de facto standard
 * has it; results.tap as in version 14 of the Test Anything Protocol.
 *
 * Threads: none.  Memory: none is kept.  Errors: a file that cannot be
 * written ends the process with a message.
 */
#ifndef GRADER_GRADE_REPORT_H
#define GRADER_GRADE_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* The harness cuts output beyond this; ours stays below it in sum. */
#define REPORT_OUTPUT_MAX 100000

/* Removes those of an earlier run, which must not be taken for this one's. */
void reports_clear(const struct options *options);

/* Prints their names, with commas between. */
void reports_name(FILE *to);

/* Writes them to the folder OUT; the run took ELAPSED_MS. */
void reports_write(const struct plan *plan, const struct outcome outcomes[],
		   const struct options *options, int64_t elapsed_ms);

/* What stands in each. */
void results_json_write(FILE *to, const struct plan *plan,
			const struct outcome outcomes[],
			const struct options *options, int64_t elapsed_ms);
void junit_write(FILE *to, const struct plan *plan,
		 const struct outcome outcomes[],
		 const struct options *options, int64_t elapsed_ms);
void tap_write(FILE *to, const struct plan *plan,
	       const struct outcome outcomes[],
	       const struct options *options, int64_t elapsed_ms);

#endif
