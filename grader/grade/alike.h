/*
 * alike.h - what several tests show alike.
 *
 * Threads: none.  Memory: none is kept.  Errors: none.
 */
#ifndef GRADER_GRADE_ALIKE_H
#define GRADER_GRADE_ALIKE_H

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* Says of races that several tests show that each is one to be mended. */
void alike_races(const struct plan *plan, const struct outcome outcomes[]);

/* Tells what simulated runs that have passed warn of. */
void alike_lints(const struct plan *plan, const struct outcome outcomes[],
		 const struct options *options);

#endif
