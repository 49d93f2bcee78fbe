/*
 * watch.h - tells a referee (grader/referee) what the submission's peers say
 * to each other.
 *
 * The submission's calls of rpc_serve(), rpc_call() and rpc_broadcast() come
 * here (grader/submission/watched_calls) and go on to labrpc, which knows
 * nothing of it.  So what a referee sees is the requests that leave, and each
 * handler from its beginning to its end.  What a peer says to itself passes
 * nobody.
 *
 * Threads: any.  One lock is held for a moment at each of these points.  It
 * orders nothing of the submission's: ThreadSanitizer is told to take no
 * notice of it, so that it hides no race.
 *
 * Memory: the referee's, kept from one group to the next.
 *
 * Errors: none.  A submission that serves the protocol's numbers with messages
 * of its own is not watched.
 */
#ifndef GRADER_HOST_WATCH_H
#define GRADER_HOST_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/referee/referee.h"
#include "labrpc/labrpc.h"

/*
 * Watches a group of NPEERS peers from now on, of which those in the set
 * SCRIPTED are a test's.  CLOCK_US is the group's clock.  If the group is
 * SIMULATED its threads take turns, and none comes between here.
 */
void watch_open(int npeers, uint64_t scripted, int64_t (*clock_us)(void),
		bool simulated);

/* Watches nobody. */
void watch_close(void);

/* PEER is about to be made, with SERVER and the NPEERS ends ENDS. */
void watch_peer(int peer, struct rpc_server *server,
		struct rpc_end *const ends[]);

/* PEER says that SEQ is decided on V. */
void watch_learned(int peer, int64_t seq, struct value v);

/* The first accusation since watch_open(), if there is one. */
bool watch_accuses(void);
bool watch_accusation(struct accusation *accusation);

/* What a submission's calls become. */
void lab_rpc_serve(struct rpc_server *server, const struct rpc_proc *proc,
		   rpc_handler *handler, void *context);
bool lab_rpc_call(struct rpc_end *end, const struct rpc_proc *proc,
		  const void *args, void *reply);
struct rpc_round *lab_rpc_broadcast(struct rpc_end *const ends[], int n,
				    const struct rpc_proc *proc,
				    const void *args);

#endif
