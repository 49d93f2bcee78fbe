/*
 * peer.h - a peer with one thread that proposes, whatever is to be proposed.
 *
 * Threads: `done` and `max` are atomics that only rise; `big` guards the rest.
 *
 * Memory: the queue is a ring of numbers.
 *
 * Errors: running out of memory or threads ends the process.
 */
#ifndef VARIANT_PEER_H
#define VARIANT_PEER_H

#include <pthread.h>
#include <stdatomic.h>

#include "instances.h"
#include "labrpc/random.h"
#include "labrpc/sync.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

struct paxos {
	int npeers, me;
	struct rpc_end *ends[PEERS_MAX];
	_Atomic int64_t done[PEERS_MAX];
	_Atomic int64_t max;

	struct mutex big;
	struct cond change;
	struct cells cells;
	int64_t *queue; /* a ring */
	size_t first, length, room;
	bool killed, running;
	pthread_t loop;
	struct random random;
	struct paxos_stats stats;
};

/* Raises what is known of Done to TOLD, and back. */
void hear_done(struct paxos *px, const int64_t told[PEERS_MAX]);
void tell_done(struct paxos *px, int64_t told[PEERS_MAX]);

/* With px->big held. */
void cell_decide(struct paxos *px, struct cell *cell, struct value v);
void enqueue(struct paxos *px, int64_t seq);

/* Above it a ballot is nonsense, and sums might overflow. */
#define HIGHEST_BALLOT (INT64_MAX - 100)

void on_prepare(void *context, const void *args, void *reply);
void on_accept(void *context, const void *args, void *reply);

/* The thread. */
void *loop_main(void *px);

#endif
