/*
 * simnet.h - the simulated nodes, as calls and reports see them.
 *
 * Private to labrpc/sim.  Threads: as core.h.
 *
 * Memory: a server is freed when it is closed, a net by the next run: messages
 * may still be on their way to it.
 *
 * Errors: none.
 */
#ifndef LABRPC_SIM_SIMNET_H
#define LABRPC_SIM_SIMNET_H

#include <stdbool.h>

#include "labrpc/network.h"
#include "labrpc/server.h"
#include "labrpc/sim/race.h"

struct thread;

struct sim_net {
	struct sim_server *servers[NETWORK_NODES_MAX];
	struct clock clocks[NETWORK_NODES_MAX]; /* of what orders handlers */
	struct sim_net *next;
};

struct sim_server {
	struct rpc_server base; /* first, so that one is the other */
	struct sim_net *net;
	bool closing, finishing;
	int handling;
	struct thread *closer;  /* waits for handling to become 0 */
};

/* Tells whether THREAD is a handler that CLOSER, closing a server, awaits. */
bool simnet_is_handler_for(const struct thread *thread,
			   const struct thread *closer);

#endif
