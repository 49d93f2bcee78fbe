/*
 * inlet.h - the connections of a server, seen from the server.
 *
 * Private to server.c and inlet.c.
 *
 * Threads: each inlet has a thread of its own, which reads calls, runs their
 * handlers and replies; it ends when its connection does, and is joined by
 * who accepts or closes.
 *
 * Memory: at most RPC_CONNECTIONS_MAX inlets; each holds a small buffer and
 * as much of a record as has come, RPC_UNFINISHED_BYTES all together.
 *
 * Errors: a connection that breaks a rule ends; nobody else notices.
 */
#ifndef LABRPC_INLET_H
#define LABRPC_INLET_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

#include "labrpc/record.h"
#include "labrpc/server.h"
#include "labrpc/sync.h"

struct inlet {
	struct socket_server *server;
	pthread_t thread;
	int fd;
	/* Atomic: written by its thread, read by who looks for a victim. */
	atomic_bool handling;        /* a handler runs */
	atomic_bool useful;          /* it has completed a request */
	_Atomic int64_t idle_since_us;
	atomic_size_t unfinished;    /* bytes of a record that is not whole */
	/* Guarded by the server's mu. */
	bool evicted;                /* cut off, but not yet ended */
	struct inlet *next, **link;  /* in the list live or ended */
	/* Its thread's own. */
	struct assembler in;
};

struct socket_server {
	struct rpc_server base;      /* first, so that one is the other */
	/* Fixed after rpc_server_run(). */
	int listener;
	struct sockaddr_un address;
	pthread_t acceptor;

	struct mutex mu;
	struct cond freed;           /* a connection ended, or is to end, or
				      * idles, or what is unfinished fits */
	/* Guarded by mu. */
	struct inlet *live GUARDED;
	struct inlet *ended GUARDED;
	int count GUARDED;           /* of both lists */
	bool closing GUARDED;
	int cut GUARDED;             /* how shutdown() ends a connection */
	/* Atomic. */
	atomic_bool crowded;         /* somebody waits for one that idles */
	atomic_size_t unfinished;    /* of all inlets */
};

/* Starts the thread for the connection FD; false when there is none to get. */
bool inlet_start(struct socket_server *server, int fd)
	EXCLUDES(server->mu);

/* Joins the threads that have ended and frees their inlets. */
void inlets_reap(struct socket_server *server) EXCLUDES(server->mu);

/*
 * Cuts off the connection that has idled the longest, one that never completed
 * a request before any that did.  Half a request counts as idling: whoever
 * sends a byte now and then holds no place for ever.  With UNFINISHED, it is
 * one of those that hold half a request.
 */
void inlets_evict_one_locked(struct socket_server *server, bool unfinished)
	REQUIRES(server->mu);

/* Cuts every connection off and waits until the last has ended. */
void inlets_end(struct socket_server *server) EXCLUDES(server->mu);

#endif
