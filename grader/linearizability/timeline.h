/*
 * timeline.h - the calls and returns of a history in the order of time.
 *
 * Each event has a rank, from 1 on; at equal times calls come before returns,
 * so that "returned before the other was called" is a comparison of ranks.
 *
 * Threads: one at a time.  Memory: all is the timeline's.  Errors: no memory
 * left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_TIMELINE_H
#define GRADER_LINEARIZABILITY_TIMELINE_H

#include "grader/linearizability/history.h"

/* The rank of a return that does not happen; all others are below it. */
#define LIN_LATEST UINT32_MAX

struct lin_timeline {
	const struct lin_history *history;
	uint32_t *call, *back; /* by operation: its ranks */
	uint32_t *place;       /* by operation: how many calls of its key */
			       /* came before */
	uint32_t *events;      /* 2 * operation + (1: returns), by key, */
			       /* those of a key in the order of time */
	uint32_t *begin;       /* by key: its first in events[]; one more */
};

void lin_timeline_init(struct lin_timeline *t, const struct lin_history *h);
void lin_timeline_deinit(struct lin_timeline *t);

#endif
