/*
 * learner.h - what a learner knows: an instance's decision, and how far every
 * peer is done.
 *
 * Threads: no locks here.  The structs' owner guards them.
 *
 * Memory: a learner owns a copy of the decision.
 *
 * Errors: none.
 */
#ifndef PAXOS_LEARNER_H
#define PAXOS_LEARNER_H

#include <stdbool.h>
#include <stdint.h>

#include "paxos/protocol.h"

/* One instance.  Zeroed, it knows of no decision. */
struct learner {
	bool decided;
	struct value value; /* the decision */
};

/*
 * L learns that V is decided and keeps a copy.  Returns true if that is
 * news.  A decision never changes: what comes later is ignored.
 */
bool learner_learn(struct learner *l, struct value v);

/* Frees what L holds and leaves it zeroed. */
void learner_deinit(struct learner *l);

/* The highest instance that can be done, so that Min() stays in range. */
#define DONE_MAX (INT64_MAX - 1)

/* For each peer of the group, the highest instance it is known to be done
 * with, -1 if none. */
struct done {
	int npeers;
	int64_t of[PEERS_MAX];
};

/* Nobody of a group of NPEERS has said anything yet. */
void done_init(struct done *d, int npeers);

/* PEER is done with all instances up to SEQ.  Returns true if that is news. */
bool done_raise(struct done *d, int peer, int64_t seq);

/*
 * Takes over from OF, which came in a message, all that D did not know.
 * Returns true if there was any.
 */
bool done_merge(struct done *d, const int64_t of[PEERS_MAX]);

/* The lowest instance that some peer may still need. */
int64_t done_min(const struct done *d);

#endif
