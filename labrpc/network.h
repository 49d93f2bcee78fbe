/*
 * network.h - the tester's network: a group of nodes and all that can go
 * wrong between them.
 *
 * Nodes are numbered from 0: first the peers, then the clients.  A link is
 * directed, from one node to another; a request and its reply share the link
 * of the request.  Every decision about a call (is it lost, how late, sent
 * twice) is a function of the seed, the link, the procedure and the number of
 * the call on that link, never of the time, so a seed repeats its faults.
 *
 * Threads: every function may be called from any thread, also while calls are
 * under way.  A change holds for calls that begin after it; a cut also loses
 * the replies of calls that are under way.
 *
 * Memory: network_close() frees the network with all its ends; servers are
 * closed by whoever opened them, before that.
 *
 * Errors: functions that can fail say so.  Node numbers out of range are
 * programmer errors and end the process with a message.
 */
#ifndef LABRPC_NETWORK_H
#define LABRPC_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/labrpc.h"

struct network;

/* How a caller learns that nothing will come back. */
enum loss_notice {
	LOSS_AT_ONCE,    /* the call fails immediately */
	LOSS_SOON,       /* after 0 to 99 ms, drawn from the seed */
	LOSS_BY_TIMEOUT, /* after the call's own time-out */
};

/* What may happen to the calls of a link.  All zero: nothing happens. */
struct faults {
	enum loss_notice loss_notice;
	double lose_request;   /* probability: the handler does not run */
	double lose_reply;     /* probability, of those that were handled */
	double duplicate;      /* probability that the request comes twice */
	double hold_reply;     /* probability that a reply is held back, ... */
	int hold_min_ms;       /* ... for at least this, ... */
	int hold_max_ms;       /* ... at most this, so that replies reorder */
	int delay_min_ms;      /* each request is late by at least this, */
	int delay_max_ms;      /* and at most this */
};

/*
 * Finds a preset by NAME; NULL if there is none.  `reliable`: nothing
 * happens.  `classic`: 10 % of requests lost, 20 % of the remaining replies
 * lost, seen at once.  `rough`: 0 to 26 ms delay, 10 % and 10 % lost, seen
 * soon, two replies in three held back for 200 ms to 2.2 s, 10 % duplicated.
 */
const struct faults *faults_preset(const char *name);

/*
 * Opens a network of NODES nodes (at most NETWORK_NODES_MAX) whose sockets
 * lie in the folder DIR, which the caller owns.  Without faults to begin
 * with.  NULL with errno set when it cannot.
 */
struct network *network_open(const char *dir, int nodes, uint64_t seed);
void network_close(struct network *net);

#define NETWORK_NODES_MAX 64

/* Opens the server of NODE; close it with rpc_server_close(). */
struct rpc_server *network_serve(struct network *net, int node);

/* Ends asked for from now on wait MS for a reply, where all takes longer. */
void network_wait_for(struct network *net, int64_t ms);

/* The end with which node FROM calls node TO; owned by the network. */
struct rpc_end *network_end(struct network *net, int from, int to);

/* Sets what may happen on every link, or on the one from FROM to TO. */
void network_set_faults(struct network *net, const struct faults *faults);
void network_set_link_faults(struct network *net, int from, int to,
			     const struct faults *faults);

/* Cuts the link from FROM to TO, or mends it. */
void network_cut(struct network *net, int from, int to, bool cut);

/*
 * Splits the nodes into groups: GROUP_OF[i] is the group of node i; links
 * within a group are mended, all others cut.  -1 leaves every link of that
 * node as it is.
 */
void network_partition(struct network *net, const int group_of[], int n);

/* Mends every cut, deafness and slowness; the faults stay. */
void network_heal(struct network *net);

/* Makes NODE deaf: nobody can reach it, it can still call.  Or not. */
void network_deafen(struct network *net, int node, bool deaf);

/* Makes each request to NODE late by another LATE_MS milliseconds. */
void network_slow(struct network *net, int node, int late_ms);

/* What went over a link for one procedure. */
struct link_count {
	uint64_t calls;     /* requests that a caller wanted to send */
	uint64_t delivered; /* requests that left for the callee */
	uint64_t duplicated;/* of which second copies */
	uint64_t replies;   /* replies that reached the caller */
	uint64_t bytes;     /* requests and replies, with RPC headers */
};

/*
 * Adds up the counts for PROC over the links from FROM to TO, where -1 stands
 * for every node.  Calls to oneself do not cross the network.
 */
struct link_count network_count(struct network *net, int from, int to,
				const struct rpc_proc *proc);

#endif
