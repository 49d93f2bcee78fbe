/*
 * kvpaxos.h - a replicated key/value service: its servers and its clients.
 *
 * Each server has a copy of the whole table and a Paxos peer.  Every request,
 * a Get too, becomes an entry of the one log that the peers agree on, and
 * all servers execute the log in order; so to its clients the service looks
 * like one table.  Keys and values are any bytes, within the bounds of kv.x.
 *
 * Threads: a server's functions from any thread, except make and free, which
 * come before and after all others.  A clerk serves one thread at a time;
 * only kv_clerk_kill() may be called by another one meanwhile.
 *
 * Memory: what is passed in is borrowed for the call; what comes out is the
 * caller's to free.
 *
 * Errors: enum kv_status of kv.x.  That no server can be reached is no error:
 * a clerk tries on, for as long as it was told to.
 */
#ifndef KVPAXOS_KVPAXOS_H
#define KVPAXOS_KVPAXOS_H

#include <stdint.h>

#include "kv_messages.h" /* made from kv.x by rpcgen: enum kv_status */
#include "labrpc/labrpc.h"

/* ---- servers ----------------------------------------------------------- */

struct kv_server;
struct paxos;

struct kv_server_config {
	int nservers;           /* 1 to KV_SERVERS_MAX */
	int me;                 /* this server's index */
	struct rpc_server *server;    /* where all its handlers are served */
	struct rpc_end *const *ends;  /* nservers lines; ends[me] is NULL */
	uint64_t seed;          /* for random numbers: the same, the same */
};

/*
 * Makes server CONFIG->me with its Paxos peer and serves the handlers of both
 * on CONFIG->server, which the caller owns and sets running after this
 * returns.  The ends stay the caller's, the array need not outlive the call.
 */
struct kv_server *kv_server_make(const struct kv_server_config *config);

/*
 * Stops KV and its Paxos peer.  Requests that wait are answered KV_RETRY.
 * Returns promptly; may be called from any thread, more than once.
 */
void kv_server_kill(struct kv_server *kv);

/*
 * Frees KV with its Paxos peer.  It must have been killed and its server
 * closed, so that no handler runs.
 */
void kv_server_free(struct kv_server *kv);

/* KV's Paxos peer, for those who watch: it lives as long as KV. */
struct paxos *kv_server_paxos(struct kv_server *kv);

/* ---- clients ----------------------------------------------------------- */

struct kv_clerk;

struct kv_clerk_config {
	int nservers;           /* 1 to KV_SERVERS_MAX */
	struct rpc_end *const *ends;  /* nservers lines, tried in this order */
	int64_t patience_ms;    /* how long to try for one call; 0: for ever */
};

/*
 * Makes a client of the servers behind CONFIG->ends; talks to nobody yet.
 * Each may be in a program of its own: clients share no variables.
 */
struct kv_clerk *kv_clerk_make(const struct kv_clerk_config *config);

/*
 * Says goodbye to the servers, if one can be reached at once and the clerk
 * has not been killed, and frees CK.
 */
void kv_clerk_free(struct kv_clerk *ck);

/*
 * Makes every call of CK, now or later, return KV_RETRY soon.  From any
 * thread.
 */
void kv_clerk_kill(struct kv_clerk *ck);

/*
 * Get stores in *VAL what KEY holds, which is the caller's to free: no bytes
 * if there is no such key, or without KV_OK.  Put replaces what KEY holds,
 * Append adds to its end.  They return
 *
 *     KV_OK         it was executed, exactly once;
 *     KV_TOO_LARGE  it was not: a bound of kv.x would be exceeded;
 *     KV_RETRY      given up; whether it was, or will be, is unknown.
 */
enum kv_status kv_clerk_get(struct kv_clerk *ck, struct value key,
			    struct value *val);
enum kv_status kv_clerk_put(struct kv_clerk *ck, struct value key,
			    struct value val);
enum kv_status kv_clerk_append(struct kv_clerk *ck, struct value key,
			       struct value val);

#endif
