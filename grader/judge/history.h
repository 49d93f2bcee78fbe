/*
 * history.h - the steps that a test took, for the report of a failure.
 *
 * Threads: one.  Memory: the first and the last steps are kept, those between
 * are counted.  Errors: none.
 */
#ifndef GRADER_JUDGE_HISTORY_H
#define GRADER_JUDGE_HISTORY_H

#include <stdarg.h>
#include <stddef.h>

#include "grader/process/memory.h"

/* Enough for every step of an ordinary test. */
#define HISTORY_FIRST 100
#define HISTORY_LAST 300
#define HISTORY_BYTES 160

struct history {
	char first[HISTORY_FIRST][HISTORY_BYTES];
	char last[HISTORY_LAST][HISTORY_BYTES];
	size_t n; /* steps taken */
};

/* Adds a step and returns it; zeroed, a history is empty. */
const char *history_add(struct history *h, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Writes the steps of H, in order, to L. */
void history_write(const struct history *h, struct lines *l);

#endif
