/*
 * world.h - the world that the peers live in: whose time it is, what joins
 * them, and where their code runs.
 *
 * In the world `threads` peers are threads of this process, joined by sockets,
 * and time is real.  In the world `sim` all is simulated (labrpc/sim), and a
 * process can have one group after the other.  A host has one of them,
 * by what it was linked with (world.c, sim/world.c).
 *
 * Threads: any.  Memory: constants.  Errors: false, with the reason in *WHY.
 */
#ifndef GRADER_HOST_WORLD_H
#define GRADER_HOST_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "control_messages.h"
#include "grader/host/library.h"
#include "labrpc/network.h"

struct world {
	const char *name;
	/* Since some moment, in two units; never goes back. */
	int64_t (*now_ms)(void);
	int64_t (*now_us)(void);
	/* Lets MS milliseconds of the world's time pass. */
	void (*run_for)(int64_t ms);
	/* As network_open(). */
	struct network *(*open_network)(const char *dir, int nodes,
					uint64_t seed);
	/* As library_load(); or makes COPY what it was when it was loaded. */
	bool (*load)(const char *submission, const char *copy,
		     struct paxos_api *api, struct value *why);

	/*
	 * The rest is NULL where a group is opened once, and its calls are
	 * made on any thread.  begin() before the group is opened, as it is to
	 * be; run() runs BODY(ARG), a control call, in the world, and finds
	 * out what has gone wrong in it; finish() after it has been closed.
	 */
	bool (*begin)(const struct ctl_open_args *args, const char *submission,
		      const char *dir, struct value *why);
	bool (*run)(void (*body)(void *arg), void *arg, struct value *why);
	bool (*finish)(struct value *why);
	/* Tells what a run that is closed was like. */
	void (*sum_up)(struct ctl_close_reply *reply);
	/* Leaves the run where it is, and tells what it was like. */
	void (*abandon)(struct ctl_close_reply *reply);
	/* Puts TEXT into the trace of the run; and event number N of it into
	 * *REPLY.  Outside of the world, also when the run is over. */
	void (*note)(struct value text);
	void (*recall)(int n, struct ctl_trace_reply *reply);
	/* From now on a person looks on, in a debugger. */
	void (*watch)(void);
};

/* Finds a world by NAME; NULL if there is none. */
const struct world *world_find(const char *name);

/* The names of all worlds, for messages. */
const char *world_names(void);

#endif
