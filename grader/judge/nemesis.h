/*
 * nemesis.h - what goes wrong between the nodes of a cluster, and the counts
 * of what went over its links.
 *
 * Threads: as in judge.h.  Memory: nothing to release.  Errors: a group or a
 * node that does not exist is a mistake in the test, reported in words.
 */
#ifndef GRADER_JUDGE_NEMESIS_H
#define GRADER_JUDGE_NEMESIS_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/network.h" /* struct faults */
#include "paxos/protocol.h" /* PROC_PREPARE, PROC_ACCEPT, PROC_DECIDED */

struct cluster;

/*
 * Splits the nodes into groups that cannot reach each other, such as
 * "0 2 | 1 3 4".  Every node has to be named once.
 */
void partition(struct cluster *c, const char *groups);

/* The same by numbers: GROUP_OF[i] is the group of node i. */
void partition_by(struct cluster *c, const int group_of[]);

/* Mends every cut, deafness and slowness; faults() stay. */
void heal(struct cluster *c);

/* Nobody can reach NODE, while it can still call the others. */
void deafen(struct cluster *c, int node);
void undeafen(struct cluster *c, int node);

/* Requests to NODE take MS milliseconds more; 0 for no more. */
void slow(struct cluster *c, int node, int ms);

/* Cuts or mends the one direction FROM -> TO. */
void cut(struct cluster *c, int from, int to);
void mend(struct cluster *c, int from, int to);

/* From now on PRESET ("reliable", "classic", "rough"), or F, everywhere. */
void faults(struct cluster *c, const char *preset);
void faults_are(struct cluster *c, const struct faults *f);

/*
 * How many requests the peers wanted to send since counts_from_here(), or
 * from the beginning: count_requests(c, &PROC_PREPARE, &PROC_ACCEPT).  Calls
 * of a peer to itself do not count.
 */
void counts_from_here(struct cluster *c);
#define count_requests(c, ...)                                                \
	count_requests_of(c, (const struct rpc_proc *const[]){ __VA_ARGS__,   \
							       NULL })
uint64_t count_requests_of(struct cluster *c,
			   const struct rpc_proc *const procs[]);

/* The same of PEER alone, always from the beginning. */
#define count_requests_by(c, peer, ...)                                       \
	count_requests_by_peer(c, peer,                                       \
			       (const struct rpc_proc *const[]){ __VA_ARGS__, \
								 NULL })
uint64_t count_requests_by_peer(struct cluster *c, int peer,
				const struct rpc_proc *const procs[]);

/* How many replies to its calls of PROC PEER has got in time. */
uint64_t count_replies_to(struct cluster *c, int peer,
			  const struct rpc_proc *proc);

/* That count lies between LO and HI: expect_requests(c, 2, 9, &PROC_...). */
#define expect_requests(c, lo, hi, ...)                                       \
	expect_requests_of(c, lo, hi,                                         \
			   (const struct rpc_proc *const[]){ __VA_ARGS__,     \
							     NULL })
void expect_requests_of(struct cluster *c, uint64_t lo, uint64_t hi,
			const struct rpc_proc *const procs[]);

#endif
