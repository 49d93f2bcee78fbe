/*
 * look.h - looking at what peers hold, with every rule checked at every look.
 *
 * The judge's own; suites use judge.h.
 *
 * Threads: one.
 *
 * Memory: a reply of look() is the caller's until look_release().
 *
 * Errors: a broken rule ends the test.
 */
#ifndef GRADER_JUDGE_LOOK_H
#define GRADER_JUDGE_LOOK_H

#include "grader/judge/cluster.h"

/*
 * Waits until COUNT peers have decided SEQ, for at most WITHIN_MS
 * milliseconds (at most SLICE_MS), and tells what each peer holds then.
 */
void look(struct cluster *c, int64_t seq, int count, int64_t within_ms,
	  struct ctl_wait_reply *reply);
void look_release(struct ctl_wait_reply *reply);

/* Asks PEER for Max() and Min() and stores them. */
void look_bounds(struct cluster *c, int peer, int64_t *max, int64_t *min);

/*
 * Writes to L what every peer holds of SEQ, if the host can be ASKed, and
 * what the network is like.
 */
void look_describe(struct cluster *c, int64_t seq, bool ask,
		   struct lines *l);

#endif
