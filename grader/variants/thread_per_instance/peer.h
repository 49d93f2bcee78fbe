/*
 * peer.h - a peer with a thread for each instance that it proposes.
 *
 * Threads: `mu` guards all of the peer; nobody holds it while a call is under
 * way.  Each thread is remembered in the list `runners`, and joined.
 *
 * Memory: instances hang in one list, the latest first, until they are
 * forgotten.  Threads know theirs by its number only.
 *
 * Errors: running out of memory or threads ends the process.
 */
#ifndef VARIANT_PEER_H
#define VARIANT_PEER_H

#include <pthread.h>
#include <stdbool.h>

#include "labrpc/random.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

struct slot {
	struct slot *next;
	int64_t seq;
	int64_t np, na;    /* promised; accepted, with va */
	struct value va;
	bool decided;
	struct value chosen;
	bool proposing;
	struct value mine; /* what paxos_start() was given */
};

struct runner {
	struct runner *next;
	struct paxos *px;
	int64_t seq;
	pthread_t thread;
	bool ended;
};

struct paxos {
	int npeers, me;
	struct rpc_end *ends[PEERS_MAX];

	pthread_mutex_t mu;
	pthread_cond_t stop;
	bool killed;
	struct slot *slots;
	struct runner *runners;
	int64_t done[PEERS_MAX];
	int64_t min, max;
	struct paxos_stats stats;
	struct random random;
};

/* With px->mu held: the slot of SEQ or NULL. */
struct slot *slot_find(struct paxos *px, int64_t seq);

/* With px->mu held: the slot of SEQ, made if need be; NULL if forgotten. */
struct slot *slot_get(struct paxos *px, int64_t seq);

/* With px->mu held: notes the decision of S. */
void slot_decide(struct paxos *px, struct slot *s, struct value v);

/* With px->mu held: takes over what a message tells about Done. */
void done_hear(struct paxos *px, const int64_t done[PEERS_MAX]);

/* The acceptor's rules, with the lock taken: for handlers and for oneself. */
void answer_prepare(void *context, const void *args, void *reply);
void answer_accept(void *context, const void *args, void *reply);

/* With px->mu held: begins a thread that proposes in S. */
void runner_begin(struct paxos *px, struct slot *s);

/* Joins the threads that have ended; all, if px->killed. */
void runners_join(struct paxos *px);

#endif
