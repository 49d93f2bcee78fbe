/*
 * world.h - what stands for the machines and the network under a cluster.
 *
 * Test bodies do not know their world.  A world decides how many hosts there
 * are and which of them a control call for a node goes to.  `threads`: one
 * host, peers as threads, real sockets, real time.  `sim`: one host, all of it
 * simulated; the body of a test runs once for each of many seeds.
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: NULL for a name
 * that is unknown.
 */
#ifndef GRADER_JUDGE_WORLD_H
#define GRADER_JUDGE_WORLD_H

#include "grader/judge/graded.h"

struct world {
	const char *name; /* as LAB_WORLD and the host know it */
	enum worlds flag; /* as tests name it */
	bool simulated;   /* a host has one group after the other */
};

/* The world called NAME, or NULL; the names that there are, for messages. */
const struct world *world_find(const char *name);
extern const char world_names[];

#endif
