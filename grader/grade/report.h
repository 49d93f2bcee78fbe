/*
 * report.h - the results for other programs.
 *
 * Both files are complete or not there at all.  Their formats: results.json
 * as in Gradescope's autograder specification; junit.xml as the de facto
 * standard has it.
 *
 * Threads: none.  Memory: none is kept.  Errors: a file that cannot be
 * written ends the process with a message.
 */
#ifndef GRADER_GRADE_REPORT_H
#define GRADER_GRADE_REPORT_H

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* The harness cuts output beyond this; ours stays below it in sum. */
#define REPORT_OUTPUT_MAX 100000

/* Writes OUT/results.json; the run took ELAPSED_MS. */
void results_json_write(const struct plan *plan,
			const struct outcome outcomes[],
			const struct options *options, int64_t elapsed_ms);

/* Writes OUT/junit.xml. */
void junit_write(const struct plan *plan, const struct outcome outcomes[],
		 const struct options *options, int64_t elapsed_ms);

#endif
