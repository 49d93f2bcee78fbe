/*
 * server.h - what the files of a server share: its state.
 *
 * server.c has the interface of kvpaxos.h and the handlers, which put
 * operations into the queue and wait; driver.c has the thread that brings
 * them into the log and executes what the log says.
 *
 * Threads: one lock guards the queue.  It is never held while Paxos is asked
 * for anything, so nothing that a Paxos handler needs can wait for us.  What
 * only the driver's thread uses needs no lock.
 *
 * Memory: the server owns its store and its Paxos peer.
 *
 * Errors: none to report.
 */
#ifndef KVPAXOS_SERVER_H
#define KVPAXOS_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "kvpaxos/queue.h"
#include "kvpaxos/store.h"
#include "labrpc/random.h"
#include "labrpc/sync.h"
#include "paxos/paxos.h"

struct kv_server {
	/* Fixed after kv_server_make(). */
	int me;
	struct paxos *px;
	pthread_t driver;

	struct mutex mu;
	struct cond work; /* the queue is no longer empty, or `killed` */
	/* Guarded by mu. */
	struct queue queue GUARDED;
	bool killed GUARDED;

	/* The driver's own. */
	struct store store;
	int64_t next;          /* the instance that is to be executed next */
	uint64_t entries;      /* that it has made so far */
	struct random random;
};

/* The driver's thread; ARG is the struct kv_server. */
void *driver_main(void *arg);

/* Tells whether KV has been killed. */
bool server_is_killed(struct kv_server *kv) EXCLUDES(kv->mu);

/*
 * The operation AT that place of our entry has come to RESULT, whose value is
 * borrowed: tells whoever waits for it, if anybody still does.
 */
void server_answer(struct kv_server *kv, int at, struct kv_result result)
	EXCLUDES(kv->mu);

/* Milliseconds of a clock that never goes back; letting US microseconds
 * pass. */
int64_t server_now_ms(void);
void server_pause_us(int64_t us);

#endif
