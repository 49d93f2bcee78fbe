/*
 * error.h - what goes into the `error` of a reply of control.x.
 *
 * Threads: one at a time.
 *
 * Memory: the value belongs to the reply, labrpc frees it.
 *
 * Errors: a text that is too long is cut.
 */
#ifndef GRADER_HOST_ERROR_H
#define GRADER_HOST_ERROR_H

#include <stdbool.h>

#include "labrpc/value.h"

/* Puts a text into *ERROR; returns false, so that a caller can return it. */
bool error_set(struct value *error, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with what errno says behind it. */
bool error_errno(struct value *error, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* From now on there is a submission, which may be to blame (CTL_REFUSED). */
void error_submission_runs(void);

#endif
