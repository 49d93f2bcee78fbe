/*
 * call.h - requests and replies under way between simulated nodes.
 *
 * Private to labrpc/sim.  A call goes from state to state; the scheduler's
 * timers carry it.
 *
 * Threads: as core.h.
 *
 * Memory: a call lives as long as its caller waits for it or its handler
 * runs.
 *
 * Errors: none: what does not arrive is lost.
 */
#ifndef LABRPC_SIM_CALL_H
#define LABRPC_SIM_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/sim/watch.h"
#include "labrpc/transport.h"

enum call_state {
	CALL_GOING,   /* the request is on its way */
	CALL_HANDLED, /* a handler runs */
	CALL_COMING,  /* the reply is on its way, or the news that none is */
	CALL_OVER,
};

struct sim_net;
struct thread;

struct call {
	enum call_state state;
	int from, to;
	struct sim_net *net;
	struct rpc_end *end;
	const struct rpc_proc *proc; /* of a posting; else NULL */
	bool copy;
	uint32_t xid;                /* by which logs tell calls apart */
	uint32_t number;             /* of its procedure; 0: none */
	uint32_t nth;                /* which call of that on its link */
	struct record *request, *reply;
	struct wire *wire;           /* NULL once nobody waits for it */
	struct thread *caller;       /* waits for it, if blocked for RPCs */
	struct thread *handler;      /* of CALL_HANDLED */
	struct call *next_awaited;   /* in its caller's list */
	struct call *next_free;
};

struct call *call_make(struct sim_net *net);
void call_free(struct call *call);

/* What a step on CALL is about. */
uint64_t call_words(const struct call *call);

/* Lets whoever watches see WHAT has become of CALL. */
void call_seen(const struct call *call, enum sim_sight what);

/* The time at which a message of CALL that leaves now arrives. */
int64_t call_draw_arrival(const struct call *call);

/* The timers' part: CALL's request has arrived; its reply has. */
void call_deliver(struct call *call);
void call_return(struct call *call);

#endif
