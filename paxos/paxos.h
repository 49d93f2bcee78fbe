/*
 * paxos.h - a Paxos peer: agreement on a value for each of many instances.
 *
 * The interface of the classic lab.  A fixed group of peers, numbered from 0,
 * agrees on one value per instance.  Instances are numbered from 0 and
 * independent of each other: they may be started and decided in any order,
 * many at once.
 *
 * Threads: every function may be called from any thread, except paxos_make()
 * and paxos_free(), which come before and after all others.  None but
 * paxos_free() ever waits.
 *
 * Memory: a peer keeps copies of the values it is given.  An instance is
 * freed when every peer has said that it is done with it (paxos_min()).
 *
 * Errors: there are none to report.  What cannot be agreed on yet stays
 * pending.
 */
#ifndef PAXOS_PAXOS_H
#define PAXOS_PAXOS_H

#include <stdint.h>

#include "labrpc/labrpc.h"

struct paxos;

struct paxos_config {
	int npeers;             /* size of the group, 1 to PEERS_MAX */
	int me;                 /* this peer's index */
	struct rpc_server *server;    /* where its handlers are to be served */
	struct rpc_end *const *ends;  /* npeers lines; ends[me] is NULL */
	uint64_t seed;          /* for random numbers: the same, the same */
};

enum paxos_fate {
	FATE_DECIDED = 1, /* agreed on, and this peer knows the value */
	FATE_PENDING,     /* not that this peer knew */
	FATE_FORGOTTEN,   /* below paxos_min(): its memory is free */
};

/*
 * Joins the group of CONFIG as peer CONFIG->me and serves the protocol's
 * handlers on CONFIG->server, which the caller owns and sets running after
 * this returns.  The ends stay the caller's, the array need not outlive the
 * call.
 */
struct paxos *paxos_make(const struct paxos_config *config);

/*
 * Begins agreement on instance SEQ, proposing a copy of V, and returns at
 * once.  Does nothing if SEQ < paxos_min().  Harmless if SEQ is decided or
 * under way.  Proposing goes on until the instance is decided or forgotten.
 * A round that nothing disturbs sends each message once to each other peer.
 */
void paxos_start(struct paxos *px, int64_t seq, struct value v);

/*
 * Tells what this peer knows of instance SEQ, from its own memory.  If that
 * is FATE_DECIDED and V is not NULL, *V becomes a copy of the decided value,
 * to be freed by the caller.
 */
enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v);

/*
 * The application at this peer will never again ask about instances <= SEQ.
 * Saying so of a lower number than before changes nothing.
 */
void paxos_done(struct paxos *px, int64_t seq);

/* The highest instance that this peer has heard of, -1 if none. */
int64_t paxos_max(struct paxos *px);

/*
 * The lowest instance that is not forgotten: one more than the lowest, over
 * all peers, of the highest number passed to paxos_done() there, where a peer
 * that was not heard of, or that never said, counts as -1.
 */
int64_t paxos_min(struct paxos *px);

/*
 * Stops PX: it proposes no more and soon sends no more.  Returns promptly;
 * may be called from any thread, more than once.
 */
void paxos_kill(struct paxos *px);

/*
 * Frees PX.  It must have been killed and its server closed, so that no
 * handler runs; waits for the threads of PX to end.
 */
void paxos_free(struct paxos *px);

/*
 * How a peer has fared, for benches, and for the log as it is killed
 * (LAB_LOG=info).  No points depend on it: a peer may leave it at zero.
 */
#define PAXOS_LATENCY_BUCKETS 24
struct paxos_stats {
	uint64_t decided;  /* instances whose decision this peer has learned */
	uint64_t won;      /* of which by a round of its own */
	uint64_t rounds;   /* rounds (a ballot each) that it began */
	/* Bucket b counts the agreements it won that took from start to
	 * decision at least 2^b and less than 2^(b+1) microseconds. */
	uint64_t latency[PAXOS_LATENCY_BUCKETS];
};

/* Reads the statistics of PX since it was made.  Optional. */
void paxos_stats(struct paxos *px, struct paxos_stats *stats);

#endif
