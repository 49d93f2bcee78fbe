/*
 * cluster.h - the inside of a struct cluster: its host, what the judge has
 * done to it, and the oracle that watches.
 *
 * The judge's own; suites use judge.h.
 *
 * Threads: one.
 *
 * Memory: the trial owns the cluster; replies to control calls, with their
 * values, are the caller's.
 *
 * Errors: control() returns only with a good reply; everything else ends the
 * test with the reason.
 */
#ifndef GRADER_JUDGE_CLUSTER_H
#define GRADER_JUDGE_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/control.h"
#include "grader/judge/judge.h"
#include "grader/judge/oracle.h"
#include "grader/judge/world.h"
#include "grader/process/host.h"
#include "grader/process/memory.h"
#include "labrpc/network.h" /* struct faults */
#include "paxos/protocol.h"

struct cluster {
	/* Fixed after cluster_open(). */
	const struct world *world;
	const struct flavour *flavour;
	int npeers;
	uint64_t scripted;              /* bit i: the test plays node i */
	struct oracle *oracle;
	struct service *service;        /* NULL: peers of Paxos alone */

	struct host *host;              /* NULL once it has been ended */
	uint64_t open;                  /* peers that run now */
	/* What scripted nodes say: done[i] goes into the messages of i. */
	int64_t done[PEERS_MAX][PEERS_MAX];

	/* The network as it was told to be, for reports. */
	int group_of[CTL_NODES_MAX];    /* -1: no partition */
	uint64_t deaf;
	char faults[64];
	int cuts;                       /* single links that were cut */

	/* Of next_request(), since an instance was last decided: requests, and
	 * how long none came, since the last one and in all. */
	int requests;
	int64_t idle_ms, waits_ms;

	/* Requests per procedure at counts_from_here(). */
	uint64_t counted[PAXOS_DECIDED + 1];
};

/* A deadline of the plain flavour in this cluster's flavour. */
int64_t deadline_ms(const struct cluster *c, int64_t plain_ms);

/* No single control call waits longer than this inside the host. */
#define SLICE_MS 2000

/*
 * Makes a control call that concerns NODE (CTL_ALL: none in particular).
 * DOING says what it is for, as in "peer 2 did not return from DOING".
 */
void control(struct cluster *c, int node, const struct rpc_proc *proc,
	     const void *args, void *reply, const char *doing);

/* The same for a reply of nothing but `error`. */
void control_do(struct cluster *c, int node, const struct rpc_proc *proc,
		const void *args, const char *doing);

/* F may happen to the calls of node FROM, or with CTL_ALL to all. */
void faults_from(struct cluster *c, int from, const struct faults *f);

/* What has gone of PROC from NODE since the beginning. */
struct ctl_count_reply count_from(struct cluster *c, int node,
				  const struct rpc_proc *proc);

/* Ends the test over ERROR: why the host could not do PROC. */
_Noreturn void host_could_not(const struct rpc_proc *proc,
			      struct value error);

/* Starts the host of C, or takes the one that stands. */
void cluster_come_up(struct cluster *c);

/* Ends the test as an error of it unless PEER is one that runs. */
void require_peer(const struct cluster *c, int peer);
void require_scripted(const struct cluster *c, int node);

/* Checks all rules once more, then ends the host in an orderly way. */
void cluster_finish(struct cluster *c, struct ending *ending);

/*
 * The same in a simulated world, but the host stays, for the next run.
 * Returns what this one has cost, in steps.
 */
uint64_t cluster_end_run(struct cluster *c);

/*
 * The same for a run that has failed, without a last look: the host stays if
 * it can.  Stores what the run was like in *REPLY, whose values are the
 * caller's; false: nobody can say.
 */
bool cluster_abandon_run(struct cluster *c, struct ctl_close_reply *reply);

/* Ends the host that stands between two runs, if there is one, at once or in
 * an orderly way; whether all was in order is in *ENDING. */
void cluster_retire(bool at_once, struct ending *ending);

/* Kills the host at once; frees C. */
void cluster_kill(struct cluster *c, struct ending *ending);
void cluster_free(struct cluster *c);

#endif
