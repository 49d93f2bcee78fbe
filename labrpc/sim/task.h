/*
 * task.h - the record of a simulated thread.
 *
 * Private to labrpc/sim.
 *
 * Threads: as core.h.  Memory: a record lives until its thread has ended and
 * was joined, or is detached.  Errors: none.
 */
#ifndef LABRPC_SIM_TASK_H
#define LABRPC_SIM_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/sim/carrier.h"
#include "labrpc/sim/race.h"
#include "labrpc/sim/report.h"

struct call;
struct object;
struct sim_server;

enum thread_state { THREAD_READY, THREAD_BLOCKED, THREAD_ENDED };

/* How a wait ended. */
enum sim_wake { WAKE_CALLED, WAKE_TIMEOUT, WAKE_SPURIOUS };

struct thread {
	int id, peer;
	char name[SIM_NAME_BYTES];  /* "" until it has one */
	const void *code;           /* where it began */
	enum thread_state state;
	int index;                  /* in sim.threads */
	int ready_index;            /* in sim.ready, if THREAD_READY */
	uint64_t yielded;           /* sim.events when it yielded last */
	uint64_t priority;          /* of SIM_PCT */
	uint64_t ready_since;       /* or since it ran last: the step */
	/* what it waits for, if THREAD_BLOCKED */
	enum sim_wait wait;
	bool timed;
	uint64_t wait_turn;         /* timers of earlier waits are void */
	enum sim_wake woken;
	struct object *object;
	uint64_t lock_since;        /* for which it waits: the step */
	struct thread *joinee;
	struct call *calls;         /* a list, of SIM_WAIT_RPC */
	struct sim_server *server;  /* whose handler it runs, or NULL */
	struct thread *next_waiter; /* at its object */
	/* its life */
	void *(*start)(void *arg);
	void *arg, *result;
	bool detached;
	bool forgotten;             /* but remembered for what it holds */
	struct thread *joiner;
	int held;                   /* mutexes and such */
	void **values;              /* of its keys, or NULL */
	uint64_t mark;              /* of the last search that met it */
	const void *frame;          /* its innermost frame, when it waits */
	const void *trapped;        /* by a signal: the place inside of that */
	int slot;                   /* of clocks, where races are wanted */
	struct clock clock;
	struct carrier carrier;
};

#endif
