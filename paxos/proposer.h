/*
 * proposer.h - how a proposer chooses a ballot and counts the answers of one
 * round.
 *
 * The rules alone, without sockets: "Paxos Made Simple" (Lamport, 2001),
 * section 2.2.  A round is one ballot's prepare and accept.  A round that
 * fails is followed by another one with a higher ballot.
 *
 * Threads: a struct proposal belongs to the thread that runs its round.
 *
 * Memory: a proposal owns a copy of the value that it proposes.  The replies
 * that it counts stay the caller's.
 *
 * Errors: none.  What an answer means for the round is the return value.
 */
#ifndef PAXOS_PROPOSER_H
#define PAXOS_PROPOSER_H

#include <stdint.h>

#include "paxos/protocol.h"

/* The highest ballot that peers take seriously, so that sums stay in range. */
#define BALLOT_MAX (INT64_MAX - 2 * PEERS_MAX)

/*
 * The lowest ballot above SEEN that belongs to peer ME of NPEERS.  No ballot
 * belongs to two peers.
 */
int64_t ballot_next(int64_t seen, int npeers, int me);

/* How a phase stands after an answer. */
enum tally {
	TALLY_OPEN,    /* not enough answers yet */
	TALLY_QUORUM,  /* a majority said OK: the phase has succeeded */
	TALLY_BEATEN,  /* a higher ballot is about: give this one up */
	TALLY_DECIDED, /* `value` is the instance's decision */
};

/* One round. */
struct proposal {
	int npeers;
	int64_t n;            /* the ballot */
	struct value value;   /* what phase 2 is to propose */
	int64_t adopted;      /* the ballot that `value` was accepted under,
	                       * 0 while it is the proposer's own */
	uint32_t promised_by; /* bit i: peer i has promised n */
	uint32_t accepted_by; /* bit i: peer i has accepted under n */
	int64_t to_beat;      /* the highest ballot that refused n, or 0 */
};

/* Begins a round of NPEERS peers: ballot N for a copy of OWN. */
void proposal_open(struct proposal *p, int npeers, int64_t n,
		   struct value own);
void proposal_close(struct proposal *p);

/*
 * Phase 1: counts what peer FROM answered to the prepare of this ballot.  To
 * be called until it returns something else than TALLY_OPEN.  After a quorum,
 * P->value is what the paper allows to be proposed.
 */
enum tally proposal_promise(struct proposal *p, int from,
			    const struct prepare_reply *reply);

/*
 * Phase 2: counts what peer FROM answered to the accept of P->value under
 * this ballot.  A quorum means that the value is chosen.
 */
enum tally proposal_accept(struct proposal *p, int from,
			   const struct accept_reply *reply);

#endif
