/*
 * story.h - one test's outcome in words.
 *
 * The same words serve the terminal, where they are kept short, and the log,
 * results.json and junit.xml, which tell everything.
 *
 * Threads: none.  Memory: strings returned are the caller's.  Errors: none.
 */
#ifndef GRADER_GRADE_STORY_H
#define GRADER_GRADE_STORY_H

#include <stdbool.h>
#include <stdio.h>

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

#define PAGE_WIDTH 80

/* One word for the table: ok, FAIL, zero, error. */
const char *story_status(const struct outcome *outcome);

/* What TEST scored. */
double story_score(const struct test *test, const struct outcome *outcome);

/* The command that runs TEST again with its seed; to be freed. */
char *story_replay(const struct test *test, const struct options *options);

/*
 * Tells what was expected of TEST, what happened, and how to see it again:
 * IN_FULL, or else the first lines of each, for a page of PAGE_WIDTH.
 */
void story_write(FILE *to, const struct test *test,
		 const struct outcome *outcome, const struct options *options,
		 bool in_full);

/* The same in full as a string, with what was printed; to be freed. */
char *story_text(const struct test *test, const struct outcome *outcome,
		 const struct options *options);

#endif
