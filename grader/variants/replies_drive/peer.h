/*
 * peer.h - a peer without proposer threads: replies drive the rounds.
 *
 * Threads: for every other peer a few callers, which make one rpc_call()
 * after another and feed the reply to the round that it belongs to; one timer
 * for rounds that are to be repeated.  `mu` guards everything.
 *
 * Memory: a job owns its value; instances hang in 256 lists.
 *
 * Errors: running out of memory or threads ends the process.
 */
#ifndef VARIANT_PEER_H
#define VARIANT_PEER_H

#include <pthread.h>
#include <stdbool.h>

#include "labrpc/random.h"
#include "labrpc/sync.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#define LISTS 256
#define CALLERS 4      /* for each peer */
#define TELLINGS 64    /* waiting for one peer; more are dropped */
#define TOP (INT64_MAX - 64) /* no ballot is above it */

enum phase { QUIET, PREPARING, ACCEPTING, WAITING };

struct item {
	int64_t seq;
	struct item *next;
	int64_t promised, accepted;
	struct value value;
	bool decided;
	struct value decision;

	/* The proposer's. */
	enum phase phase;
	int64_t n, beat, best;
	struct value own, pick;
	int yes, open; /* said OK; have yet to answer */
	int lost;
	int64_t due_ms;
};

struct job {
	struct job *next;
	enum phase kind; /* PREPARING, ACCEPTING, or QUIET for decided */
	int64_t seq, n;
	struct value v;
};

struct line {
	struct paxos *px;
	int to, tellings;
	struct job *first, **end;
	struct cond filled;
	pthread_t callers[CALLERS];
};

struct paxos {
	int npeers, me;
	struct rpc_end *ends[PEERS_MAX];

	struct mutex mu;
	struct cond clock;
	struct item *lists[LISTS];
	int64_t done[PEERS_MAX], min, max;
	bool killed, running;
	struct line lines[PEERS_MAX];
	pthread_t timer;
	struct random random;
	struct paxos_stats stats;
};

/* All of these with px->mu held. */
struct item *item_find(struct paxos *px, int64_t seq);
struct item *item_get(struct paxos *px, int64_t seq);
void item_decide(struct paxos *px, struct item *item, struct value v);
void hear(struct paxos *px, const int64_t done[PEERS_MAX]);
void prepare_item(struct item *item, int64_t n, struct prepare_reply *reply);
void accept_item(struct item *item, int64_t n, struct value v,
		 struct accept_reply *reply);

/* rounds.c; with px->mu held.  The value of a reply stays the caller's. */
void round_begin(struct paxos *px, struct item *item);
void round_promise(struct paxos *px, struct item *item,
		   const struct prepare_reply *reply);
void round_accepted(struct paxos *px, struct item *item,
		    const struct accept_reply *reply);
void round_silence(struct paxos *px, struct item *item);

/* workers.c; the first two with px->mu held. */
void workers_run(struct paxos *px);
void post(struct paxos *px, enum phase kind, const struct item *item,
	  struct value v);
void workers_end(struct paxos *px);
int64_t now_ms(void);

#endif
