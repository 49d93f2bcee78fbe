/*
 * dispatch.h - the procedures of one server, and the answer to one call.
 *
 * Private to labrpc.  Knows nothing of sockets.
 *
 * Threads: dispatch_add() before all else; then dispatch_answer() from any.
 *
 * Memory: the answer is the caller's to drop.
 *
 * Errors: a call that cannot be served is answered so, as RFC 5531 demands.
 */
#ifndef LABRPC_DISPATCH_H
#define LABRPC_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/record.h"

struct served;

/* What is looked at on a handler's thread when that has returned; it may end
 * the process, or a simulated run. */
typedef void dispatch_look(const struct rpc_proc *proc);

struct dispatch {
	dispatch_look *look;
	struct served *list;
	int n;
};

/* LOOK may be NULL. */
void dispatch_init(struct dispatch *dispatch, dispatch_look *look);
void dispatch_deinit(struct dispatch *dispatch);

/* Serves PROC by HANDLER with CONTEXT; twice is a programmer error. */
void dispatch_add(struct dispatch *dispatch, const struct rpc_proc *proc,
		  rpc_handler *handler, void *context);

/*
 * Answers REQUEST, running its handler, and takes over the caller's share in
 * it.  Returns the reply, with its transaction id in place, or NULL if REQUEST
 * is no call that could be answered.
 */
struct record *dispatch_answer(const struct dispatch *dispatch,
			       struct record *request);

/* The procedure that REQUEST calls, or NULL if it is not served. */
const struct rpc_proc *dispatch_find(const struct dispatch *dispatch,
				     const struct record *request);

#endif
