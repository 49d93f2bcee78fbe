/*
 * scripted.h - what sending and answering for a node have in common.
 *
 * The judge's own; suites use script.h.
 *
 * Threads: one.  Memory: nothing is allocated.  Errors: end the test.
 */
#ifndef GRADER_JUDGE_SCRIPTED_H
#define GRADER_JUDGE_SCRIPTED_H

#include "grader/judge/cluster.h"

/* Tells the oracle that node WHO speaks of V as a value for SEQ. */
void scripted_proposes(struct cluster *c, int who, int64_t seq,
		       struct value v);

/* Fills in the Done vector of a message of scripted NODE. */
void scripted_done(const struct cluster *c, int node, int64_t to[PEERS_MAX]);

#endif
