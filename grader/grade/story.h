/*
 * story.h - one test's outcome in words.
 *
 * The same words serve the terminal, where they are kept short, and the log,
 * results.json, junit.xml and results.tap, which tell everything.
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

/* What came of pass number PASS, for the table; "" if there was none. */
const char *story_again(const struct outcome *outcome, int pass, char *buf,
			size_t size);

/* What confined the submission in PLAN, or "" if no judge said it. */
const char *story_confined(const struct plan *plan,
			   const struct outcome outcomes[]);

/* What TEST scored. */
double story_score(const struct test *test, const struct outcome *outcome);

/*
 * What of REPORT fits on a page: of the report of a race the accesses with the
 * innermost frames of their stacks, of that of a bad access the frames of the
 * submission, else its beginning.  To be freed.
 */
char *report_brief(const char *report);

/*
 * Where the two accesses are of the race that OUTCOME is about, whoever found
 * it: "peer.c:12 against peer.c:99".  To be freed; NULL if it is no race.
 */
char *race_places(const struct outcome *outcome);

/* The seed that repeats OUTCOME: of a simulated run that failed its own. */
uint64_t story_seed(const struct test *test, const struct outcome *outcome,
		    const struct options *options);

/*
 * The command that gives TEST its OUTCOME again, in a tree where the
 * submission is in its place; to be freed.
 */
char *story_replay(const struct test *test, const struct outcome *outcome,
		   const struct options *options);

/* The command that simulates TEST, from the beginning; to be freed. */
char *story_simulate(const struct test *test, const struct options *options);

/*
 * Tells what was expected of TEST, what happened, and how to see it again:
 * IN_FULL, for a file, or else the first lines of each, for a page of
 * PAGE_WIDTH, with commands that work here if that is a terminal.
 */
void story_write(FILE *to, const struct test *test,
		 const struct outcome *outcome, const struct options *options,
		 bool in_full);

/* The same in full as a string, with what was printed; to be freed. */
char *story_text(const struct test *test, const struct outcome *outcome,
		 const struct options *options);

#endif
