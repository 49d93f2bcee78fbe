/*
 * screen.h - what grade prints while it runs and at the end.
 *
 * Threads: none.  Memory: none is kept.  Errors: none.
 */
#ifndef GRADER_GRADE_SCREEN_H
#define GRADER_GRADE_SCREEN_H

#include <stdbool.h>

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* Finds out whether stdout is a terminal and whether colours are wanted. */
void screen_init(void);

/* Whether somebody looks at stdout, or it goes to a file or a program. */
bool screen_is_terminal(void);

/* A line that says what is going to be done; and to a file, what only whoever
 * grades has to add to a replay. */
void screen_begin(const struct plan *plan, const struct options *options,
		  int jobs);

/*
 * On a terminal, one line: how many of PLAN have been finished and which of
 * them, RUNNING[i], run now.
 */
void screen_progress(const struct plan *plan, const bool running[],
		     int finished);

/* Test I has come out: prints it, unless this is a terminal. */
void screen_result(const struct plan *plan, int i,
		   const struct outcome *outcome, int finished);

/* A test must be run again because its judge never began. */
void screen_again(const struct test *test, const char *why, int run);

/* Removes the line of progress. */
void screen_clear(void);

/* The table, the failures with the first one first, and the totals. */
void screen_table(const struct plan *plan, const struct outcome outcomes[],
		  const struct options *options);

#endif
