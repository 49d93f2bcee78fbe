/*
 * peers.h - the group: its network, its peers and its scripted nodes.
 *
 * Threads: one control call at a time (handlers.c sees to it).
 *
 * Memory: group_close() frees all that group_open() and peer_open() made.
 *
 * Errors: false, with the reason in *ERROR.
 */
#ifndef GRADER_HOST_PEERS_H
#define GRADER_HOST_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "control_messages.h"
#include "grader/host/clerks.h"
#include "grader/host/library.h"
#include "grader/host/script.h"
#include "grader/host/world.h"
#include "labrpc/network.h"

/* How often a peer may be opened again. */
#define PEER_OPENS_MAX 1000

struct peer {
	struct paxos_api api;
	struct paxos *px;          /* NULL: not open */
	struct kv_api kv_api;      /* if it is a server of the service, ... */
	struct kv_server *kv;      /* ... this one; px is the peer in it */
	struct rpc_server *server;
	int opens;                 /* how often it was opened so far */
};

struct group {
	/* fixed after init */
	const struct world *world;
	const char *submission;    /* the shared object */
	const char *dir;           /* sockets and copies lie here */
	int64_t patience;          /* times RPC_TIMEOUT_MS a call may take */
	/* fixed after open */
	struct network *net;       /* NULL: not open */
	struct script *script;
	struct clerks *clerks;     /* NULL: no service */
	int npeers;                /* nodes below are peers or scripted */
	int nodes;
	uint64_t seed;
	uint64_t scripted;

	struct peer peers[CTL_PEERS_MAX];
};

/* Opens the network, the scripted nodes, and the peers that are not absent. */
bool group_open(struct group *group, const struct ctl_open_args *args,
		struct value *error);

/* Kills and frees every peer, then closes the network; harmless if closed. */
void group_close(struct group *group);

/* Takes it for closed: the world that it was in is gone. */
void group_forget(struct group *group);

/* Opens PEER, from a fresh copy of the submission. */
bool peer_open(struct group *group, int peer, struct value *error);

/* Kills PEER: its server closes and its memory is freed. */
void peer_kill(struct group *group, int peer);

/* The open peer number PEER, or NULL with the reason. */
struct peer *peer_at(struct group *group, int peer, struct value *error);

#endif
