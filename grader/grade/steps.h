/*
 * steps.h - the steps of a test as its judge tells them, for the time when no
 * verdict comes.
 *
 * Threads: none.  Memory: the first and the last steps are kept, those between
 * are counted; steps_forget() frees all.  Errors: none.
 */
#ifndef GRADER_GRADE_STEPS_H
#define GRADER_GRADE_STEPS_H

#include <stddef.h>

#include "grader/grade/outcome.h"

/* As many as a judge keeps for its verdict. */
#define STEPS_FIRST 100
#define STEPS_LAST 300
#define STEP_BYTES_MAX 160 /* of each; the rest is dropped */

struct steps {
	char *first[STEPS_FIRST];
	char *last[STEPS_LAST];
	size_t n;
};

/* Adds a copy of TEXT, or nothing if it is NULL; zeroed, S is empty. */
void steps_add(struct steps *s, const char *text);
void steps_forget(struct steps *s);

/* The last one, or NULL. */
const char *steps_last(const struct steps *s);

/* Appends the steps of S to the details of OUTCOME. */
void steps_tell(const struct steps *s, struct outcome *outcome);

#endif
