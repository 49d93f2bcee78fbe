/*
 * acceptor.h - what an acceptor promises and accepts in one instance.
 *
 * The rules alone, without sockets: "Paxos Made Simple" (Lamport, 2001),
 * section 2.2.  The peer calls them from its handlers.
 *
 * Threads: a struct acceptor has no lock.  Looking at it and changing it must
 * happen under one section of its owner's lock.
 *
 * Memory: an acceptor owns a copy of the value that it accepted.
 *
 * Errors: none.  A refusal is an answer.
 */
#ifndef PAXOS_ACCEPTOR_H
#define PAXOS_ACCEPTOR_H

#include <stdint.h>

#include "paxos/protocol.h"

/* Zeroed, it has promised nothing and accepted nothing. */
struct acceptor {
	int64_t promised;   /* the highest ballot promised, 0 if none */
	int64_t accepted;   /* the ballot of `value`, 0 if none; <= promised */
	struct value value; /* what was accepted under that ballot */
};

/* Frees what A holds and leaves it zeroed. */
void acceptor_deinit(struct acceptor *a);

/*
 * Phase 1: asks A to promise ballot N and to tell what it has accepted.
 * Fills in outcome, promised, accepted and val of the zeroed *REPLY; val is
 * a copy that the caller owns.
 */
void acceptor_prepare(struct acceptor *a, int64_t n,
		      struct prepare_reply *reply);

/*
 * Phase 2: asks A to accept V under ballot N.  Keeps a copy of V.  Fills in
 * outcome and promised of the zeroed *REPLY.
 */
void acceptor_accept(struct acceptor *a, int64_t n, struct value v,
		     struct accept_reply *reply);

#endif
