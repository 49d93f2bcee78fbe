/*
 * peer.h - what the files of a peer share: its state and its handlers.
 *
 * peer.c has the interface of paxos.h and the handlers, rounds.c what a
 * proposer does, workers.c the threads that do it.
 *
 * Threads: one lock guards everything that changes.  It is never held across
 * a call to another peer: that peer's handler may be calling us.
 *
 * Memory: the peer owns its table of instances and all in it.
 *
 * Errors: none to report.
 */
#ifndef PAXOS_PEER_H
#define PAXOS_PEER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/random.h"
#include "labrpc/sync.h"
#include "paxos/agenda.h"
#include "paxos/instances.h"
#include "paxos/learner.h"
#include "paxos/paxos.h"

/* The most threads of a peer that propose at the same time. */
#define WORKERS_MAX 16

struct paxos {
	/* Fixed after paxos_make(). */
	int npeers, me;
	struct rpc_end *ends[PEERS_MAX]; /* ends[me] is NULL */

	struct mutex mu;
	/* Guarded by mu: what this peer knows. */
	struct instances instances GUARDED;
	struct done done GUARDED;
	int64_t max GUARDED;
	struct paxos_stats stats GUARDED;
	bool killed GUARDED;

	/* Guarded by mu: who is to run which round when. */
	struct agenda agenda GUARDED;
	struct cond work; /* the agenda or `killed` has changed */
	pthread_t workers[WORKERS_MAX] GUARDED;
	int nworkers GUARDED; /* started so far */
	int nidle GUARDED;    /* of which wait for `work` */
	int64_t listen_us GUARDED; /* see tell_decision(); 0 at first */
	struct random random GUARDED;
};

/*
 * The handlers of PROC_PREPARE, PROC_ACCEPT and PROC_DECIDED; CONTEXT is the
 * struct paxos.  A proposer calls its own peer's directly.
 */
rpc_handler peer_prepare, peer_accept, peer_decided;

/* Takes over what a message told about who is done, OF, and forgets. */
void peer_merge_done(struct paxos *px, const int64_t of[PEERS_MAX])
	EXCLUDES(px->mu);

/* Copies to OF what a message is to tell about who is done. */
void peer_copy_done(struct paxos *px, int64_t of[PEERS_MAX])
	EXCLUDES(px->mu);

/*
 * rpc_broadcast() to all others.  `make tsa` sees it if the lock is held here;
 * of labrpc's own functions it knows nothing.
 */
static inline struct rpc_round *peer_broadcast(struct paxos *px,
					       const struct rpc_proc *proc,
					       const void *args)
	EXCLUDES(px->mu)
{
	return rpc_broadcast(px->ends, px->npeers, proc, args);
}

/* INST learns that V is its decision.  Returns true if that is news. */
bool peer_learn_locked(struct paxos *px, struct instance *inst,
		       struct value v) REQUIRES(px->mu);

/* The time, on the clock of the agenda. */
int64_t peer_now_us(void);

/*
 * Runs one round of instance SEQ, which is active, unless it is decided or
 * forgotten by now.  If it comes to nothing, SEQ is on the agenda again.
 */
void rounds_run(struct paxos *px, int64_t seq) EXCLUDES(px->mu);

/*
 * Enters INST, which has just become active, for its first round.  To be
 * followed by workers_wake().
 */
void workers_begin_locked(struct paxos *px, struct instance *inst)
	REQUIRES(px->mu);

/* Wakes a worker that is idle, if there is one, to look at the agenda. */
void workers_wake(struct paxos *px) EXCLUDES(px->mu);

/* Waits for the workers of PX, which has been killed, to end. */
void workers_join(struct paxos *px) EXCLUDES(px->mu);

#endif
