/*
 * pool.h - the connections of one end to its server, kept for the next call.
 *
 * Private to labrpc.
 *
 * Threads: any; a connection that was taken belongs to the taker.
 *
 * Memory: at most POOL_CONNECTIONS_MAX connections at a time, in use or not.
 *
 * Errors: pool_take() returns NULL when there is no server or no time left.
 */
#ifndef LABRPC_POOL_H
#define LABRPC_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

#include "labrpc/connection.h"
#include "labrpc/sync.h"

#define POOL_CONNECTIONS_MAX 64

struct pool {
	/* Fixed after pool_init(). */
	struct sockaddr_un address;
	int64_t timeout_ms;

	struct mutex mu;
	struct cond returned;             /* a connection, or room for one */
	/* Guarded by mu. */
	struct connection *idle GUARDED;  /* the last returned first */
	struct connection *aside GUARDED; /* that owe replies; oldest first */
	struct connection *aside_last GUARDED;
	int open GUARDED;                 /* all, with those in use */
	int waiting GUARDED;              /* threads in pool_take() */
};

void pool_init(struct pool *pool, const struct sockaddr_un *address,
	       int64_t timeout_ms);

/* Closes every connection; none may be in use. */
void pool_deinit(struct pool *pool);

/*
 * Takes a connection that owes nothing, or makes one, which *FRESH tells.
 * While all are in use, or the server lets nobody in, waits until UNTIL_US;
 * with 0 not at all.  NULL with errno EAGAIN if it was so to the end, and
 * with another one if there is no server.
 */
struct connection *pool_take(struct pool *pool, int64_t until_us, bool *fresh)
	EXCLUDES(pool->mu);

/* How often somebody tries whom the server does not let in. */
#define POOL_RETRY_MS 5

/* Gives CONN back; it may owe the reply to a request that was sent whole. */
void pool_return(struct pool *pool, struct connection *conn)
	EXCLUDES(pool->mu);

/* Closes CONN instead of giving it back. */
void pool_discard(struct pool *pool, struct connection *conn)
	EXCLUDES(pool->mu);

#endif
