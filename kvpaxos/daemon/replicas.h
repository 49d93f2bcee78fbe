/*
 * replicas.h - what kvctl finds at the sockets of a cluster.
 *
 * A replica has one number, its own in the cluster, whichever sockets kvctl
 * was told of and in whatever order.
 *
 * Threads: one.  Memory: the caller's.  Errors: what cannot be reached says
 * why.
 */
#ifndef KVPAXOS_DAEMON_REPLICAS_H
#define KVPAXOS_DAEMON_REPLICAS_H

#include <stdio.h>

#include "kvpaxos/daemon/admin.h"

struct replica {
	const char *path;
	struct rpc_end *end;
	int number;   /* -1: it has not said so, and its place does not tell */
	bool answers; /* then `state` is what it has said */
	struct kvadmin_state state;
	int error;    /* else why its socket takes no call, or 0: it does */
};

struct replicas {
	int n;        /* the sockets that kvctl was told of */
	struct replica list[KV_SERVERS_MAX];
	int total;    /* in the cluster, as those that answer say; else n */
};

/* Opens lines to SOCKETS, which outlive them; returns the first path that can
 * be none of a socket, or NULL. */
const char *replicas_open(struct replicas *all, const struct sockets *sockets);
void replicas_close(struct replicas *all);

/* Looks whether each socket takes a call; tells whether one does. */
bool replicas_reach(struct replicas *all);

/* Asks every replica for its state. */
void replicas_ask(struct replicas *all);

/* Tells whether R has ended for good: nobody listens where it has. */
bool replica_has_ended(const struct replica *r);

/* Prints to TO, as a line, which replica R is and why it does not answer. */
void replica_excuse(FILE *to, const struct replica *r);

/* The same on stderr of all that do not answer. */
void replicas_excuse(const struct replicas *all);

#endif
