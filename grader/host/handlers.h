/*
 * handlers.h - what the judge can ask of the host: the procedures of
 * control.x.
 *
 * Threads: handlers run on the control server's threads, one at a time.
 *
 * Memory: a struct host is its owner's; deinit when no handler can run.
 *
 * Errors: in the replies.
 */
#ifndef GRADER_HOST_HANDLERS_H
#define GRADER_HOST_HANDLERS_H

#include <stdbool.h>

#include "grader/host/peers.h"
#include "labrpc/labrpc.h"
#include "labrpc/sync.h"

/* How one procedure is answered; the same type for all. */
typedef void group_handler(struct group *group, const void *args, void *reply);

struct served;

/* What answers each procedure but CTL_HELLO. */
struct entry {
	const struct rpc_proc *proc;
	group_handler *handler;
};
extern const struct entry handlers[];
extern const int handlers_n;

struct host {
	/* fixed after init */
	struct served *served; /* a row for each procedure */

	struct mutex calls;    /* held during a control call */
	/* guarded by calls */
	struct group group GUARDED;

	struct mutex mu;
	struct cond changed;
	/* guarded by mu */
	bool called GUARDED; /* a control call has been answered */
	bool ended GUARDED;  /* CTL_END has come, and all is closed */
};

/*
 * Prepares HOST to run the shared object SUBMISSION in WORLD and DIR, where a
 * call may take PATIENCE times RPC_TIMEOUT_MS.
 */
void host_init(struct host *host, const struct world *world,
	       const char *submission, const char *dir, int64_t patience);
void host_deinit(struct host *host);

/* Serves the control program on SERVER. */
void host_serve(struct host *host, struct rpc_server *server);

/* Closes what is open; harmless if nothing is. */
void host_close(struct host *host);

/* Waits for CTL_END, for at most MS milliseconds; tells whether it came. */
bool host_wait_end(struct host *host, int64_t ms);

/* Tells whether the judge has ever called. */
bool host_was_called(struct host *host);

/* What can be done to the network (faults.c). */
group_handler group_partition, group_heal, group_deafen, group_slow, group_cut,
	group_faults, group_count;

/* What clerks can be made to do (clients.c). */
group_handler group_clerk_open, group_clerk_kill, group_clerk_close,
	group_begin, group_work, group_idle, group_event;

#endif
