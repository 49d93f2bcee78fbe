/*
 * clerk.h - one client of the service, with a thread of its own: it does what
 * it is told, one operation after the other, and remembers all of them.
 *
 * Threads: one control call at a time uses a clerk from outside.
 *
 * Memory: clerk_free() releases all; what a clerk remembers is not counted as
 * the submission's.
 *
 * Errors: clerk_begin() and clerk_work() are false if it is not idle.
 */
#ifndef GRADER_HOST_CLERK_H
#define GRADER_HOST_CLERK_H

#include <stdbool.h>
#include <stdint.h>

#include "control_messages.h"
#include "grader/host/library.h"
#include "grader/host/world.h"
#include "labrpc/value.h"

/* The most operations that a clerk remembers. */
#define CLERK_EVENTS_MAX 100000

struct clerk;

struct clerk_config {
	const struct kv_api *api;
	struct kv_clerk *ck;           /* the clerk's from now on */
	int number;
	int node;                      /* that it logs as */
	const struct world *world;
	int64_t began_ms;              /* when time begins for it */
	_Atomic uint64_t *order;       /* counts every call and return */
};

/* Starts a clerk; NULL with errno set if there is no thread to get. */
struct clerk *clerk_make(const struct clerk_config *config);

/* Ends its thread, which must be idle or stopped, and frees it. */
void clerk_free(struct clerk *clerk);

/* Calls kv_clerk_kill(), whatever its thread does meanwhile. */
void clerk_kill(struct clerk *clerk);

/* The same, and the clerk begins no further operation. */
void clerk_stop(struct clerk *clerk);

/* Begins an operation of KIND, or many. */
bool clerk_begin(struct clerk *clerk, enum ctl_kind kind, struct value key,
		 struct value val);
bool clerk_work(struct clerk *clerk, const struct ctl_work_args *work);

/* Tells whether it has something to do. */
bool clerk_is_busy(struct clerk *clerk);

/* Copies event number EVENT into *REPLY, or says that there is none. */
void clerk_event(struct clerk *clerk, int event,
		 struct ctl_event_reply *reply);

#endif
