/*
 * shrink.h - looks for less that makes a run fail in the same way.
 *
 * The judge's own.
 *
 * Threads: one.
 *
 * Memory: what was found is kept for the process's life.
 *
 * Errors: none: what cannot be made smaller stays.
 */
#ifndef GRADER_JUDGE_SHRINK_H
#define GRADER_JUDGE_SHRINK_H

#include <jansson.h>
#include <stdint.h>

#include "grader/judge/omit.h"
#include "grader/judge/runs.h"

/*
 * Looks for the least that makes the run with SEED, which has cost WORK steps,
 * fail as in FAILURE; runs are reduced to that from now on.
 */
void shrink(uint64_t seed, const struct failure *failure, uint64_t work);

/* What was found, and what there was before. */
struct shrunk {
	int runs;                /* that were tried */
	const struct reduction *best;
	struct omittable found, found_before; /* of the body */
	const uint64_t *harms;   /* what chance still does ... */
	size_t nharms;           /* ... and how often */
	bool complete;           /* that is known, and all is listed */
	size_t harms_before;     /* how often it did */
};

/* NULL without a search. */
const struct shrunk *shrink_result(void);

/* The same in words, to be freed; as an object (TRACE.md), the caller's. */
char *shrink_words(const struct shrunk *shrunk);
json_t *shrink_json(const struct shrunk *shrunk);

#endif
