/*
 * endpoint.h - servers and ends at a given Unix socket, without faults.
 *
 * For those who set up a group: the tester's network (network.h) opens its
 * servers and ends through this, and so does the grader for its own control
 * socket.  Students use the servers and ends that they are given.
 *
 * Threads: as in labrpc.h; open and close from one thread at a time.
 *
 * Memory: each open has its close.  Closing waits for what is running.
 *
 * Errors: open functions return NULL with errno set.
 */
#ifndef LABRPC_ENDPOINT_H
#define LABRPC_ENDPOINT_H

#include <stdint.h>

#include "labrpc/labrpc.h"

/*
 * The most connections that a server keeps open at once.  When there are more,
 * the one that has idled the longest has to go, and of those first one that
 * never sent a whole call.
 */
#define RPC_CONNECTIONS_MAX 512

/*
 * What a connection costs a server at most, in bytes of resident memory and
 * apart from what a handler needs, while it sends nothing.  While it sends,
 * it costs at most twice what has come of the current record on top of this;
 * a length that was only claimed costs nothing.
 */
#define RPC_CONNECTION_BYTES ((size_t)32 << 10)

/*
 * The most bytes that a server holds of records that have not come whole, on
 * all connections together; when there are more, nobody sends on until who has
 * been at it the longest has gone, or has come to an end.
 */
#define RPC_UNFINISHED_BYTES ((size_t)256 << 20)

/*
 * Opens a server that listens at the Unix socket PATH (shorter than 108
 * bytes; must not exist).  ME is the peer that it logs as, -1 for none.
 * Handlers must be registered with rpc_serve() before rpc_server_run().
 */
struct rpc_server *rpc_server_open(const char *path, int me);

/* Begins to answer requests; until then callers wait. */
void rpc_server_run(struct rpc_server *server);

/*
 * Stops listening, removes the socket file, cuts the connections, waits for
 * handlers that are still running, and frees SERVER.  Not from a handler.
 */
void rpc_server_close(struct rpc_server *server);

/* The same, but replies of handlers that are still running are sent. */
void rpc_server_finish(struct rpc_server *server);

/* How many connections to SERVER are open. */
int rpc_server_connections(struct rpc_server *server);

/*
 * Opens an end that calls the server at PATH.  The server need not exist yet.
 * A call by FROM is logged as such and marked so in its transaction id (-1
 * for none).  TIMEOUT_MS bounds each call.
 */
struct rpc_end *rpc_end_open(const char *path, int from, int64_t timeout_ms);

/* Closes END and its connections.  No call may be in progress. */
void rpc_end_close(struct rpc_end *end);

#endif
