/*
 * queue.h - the operations of a server's clients that wait to be executed,
 * and the entry of the log that is made of them.
 *
 * All that wait go into one entry, so that an agreement serves as many clients
 * as there are, and more clients need no more agreements.
 *
 * Threads: no locks here.  The queue's owner guards it; only `changed` is
 * waited for, under the owner's lock.
 *
 * Memory: whoever waits owns his struct waiting, and takes it out of the queue
 * before it goes.
 *
 * Errors: none.
 */
#ifndef KVPAXOS_QUEUE_H
#define KVPAXOS_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kvpaxos/op.h"
#include "labrpc/sync.h"

/* An operation that waits. */
struct waiting {
	struct kv_op op;         /* borrowed from whoever waits */
	int at;                  /* its place in the entry, -1: not in it */
	bool done;               /* executed, and no longer in the queue */
	struct kv_result result; /* of that; the value is the waiter's */
	struct cond changed;     /* `done`, or the server stops */
	struct waiting *next;
};

/* Zeroed, it is empty. */
struct queue {
	struct waiting *first; /* the longest waiting first */
};

/* Adds W behind all others. */
void queue_add(struct queue *q, struct waiting *w);

/* Takes out W, which is in Q. */
void queue_remove(struct queue *q, struct waiting *w);

/*
 * Makes the entry NUMBER of server ME out of all operations that wait, or of
 * as many as fit, in order; each gets its place in it.  The entry is the
 * caller's to free.
 */
struct value queue_entry(struct queue *q, int me, uint64_t number);

/* Who waits for the operation AT that place of the entry; NULL if nobody
 * does any more. */
struct waiting *queue_find(const struct queue *q, int at);

/* Wakes all who wait. */
void queue_wake(struct queue *q);

#endif
