/*
 * check.h - a check of all keys, and of what comes after it.
 *
 * Threads: one at a time.  Memory: what a check needs is gone with it.
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_CHECK_H
#define GRADER_LINEARIZABILITY_CHECK_H

#include <stdio.h>

#include "grader/linearizability/search.h"

/* A meter for LIMITS that has counted nothing. */
struct lin_meter lin_meter_of(const struct lin_limits *limits);

/*
 * Checks what has happened in T before LIMIT, a rank, all keys together.  If
 * that is illegal, stores in *KEY a key that is.
 */
enum lin_verdict lin_check_keys(const struct lin_timeline *t, uint32_t limit,
				struct lin_meter *meter, size_t *key);

/* Checks one KEY. */
enum lin_verdict lin_check_key(const struct lin_timeline *t, size_t key,
			       uint32_t limit, struct lin_meter *meter);

/*
 * Fills in what a report says of T, whose KEY is illegal before LIMIT; this
 * may take LIMITS once for the moment and once for the values.
 */
void lin_explain(const struct lin_timeline *t, size_t key, uint32_t limit,
		 const struct lin_limits *limits, struct lin_report *report);

/* Writes the text of the REPORT, which is complete otherwise. */
void lin_words(const struct lin_timeline *t, struct lin_report *report);

/* Prints V between quotes: all of it, or its start and end. */
void lin_print_value(FILE *to, struct value v);

/* Prints why the get OP cannot be placed in T, if a short reason is seen. */
void lin_hint(FILE *to, const struct lin_timeline *t, uint32_t op);

#endif
