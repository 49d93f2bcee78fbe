/*
 * sim.h - a run of the simulation, seen by who drives it.
 *
 *     sim_begin(&config);
 *     ok = sim_do(open_peers, &group) && sim_do(test, &group);
 *     if (!sim_finish())
 *             puts(sim_report()->words);
 *
 * A run is one thread at a time, in the order that its seed says, under a
 * clock that only the simulation moves.  README.md explains the machinery.
 *
 * Threads: one run at a time in a process, driven from one thread.
 *
 * Memory: sim_begin() takes back all that the run before has used.
 *
 * Errors: of the simulated code, they end the run; of the driver, the process.
 */
#ifndef LABRPC_SIM_SIM_H
#define LABRPC_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/network.h"
#include "labrpc/sim/harm.h"
#include "labrpc/sim/profile.h"
#include "labrpc/sim/report.h"

#define SIM_MS INT64_C(1000000) /* a millisecond, in nanoseconds */

/* What runs a simulated thread.  A seed's trace is the same on both. */
enum sim_carrier {
	SIM_FIBERS,   /* a stack of its own in one thread: fast */
	SIM_PTHREADS, /* a thread of its own: for debuggers and __thread */
};

struct sim_config {
	uint64_t seed;
	enum sim_carrier carrier;
	struct sim_profile profile;
	/* Where a run ends as failed; 0: the defaults in run.c. */
	uint64_t steps_max; /* and for what costs as much: see sched.c */
	int64_t time_max_ns;
	int threads_max;     /* at once */
	bool races;          /* looks for them: see sim_instrumented() */
	bool frees_all;      /* what is not free after the end has leaked */
	bool debugged;       /* a person sees crashes and loops for himself */
	struct sim_mercy mercy;
};

/* Tells whether a program was loaded that can be looked at for races. */
bool sim_instrumented(void);

/* Begins a run, with no thread but the one that sim_do() uses. */
void sim_begin(const struct sim_config *config);

/*
 * Runs BODY(ARG) as the run's first thread until it returns, and the others
 * beside it; nothing moves before and after.  False if the run has ended, by
 * what sim_report() says; BODY may be left in the middle then.
 */
bool sim_do(void (*body)(void *arg), void *arg);

/*
 * Ends the run.  Threads that are still there get WITHIN_MS to end by
 * themselves; one that does not has failed the run.  True if nothing has.
 */
bool sim_finish(int64_t within_ms);

/*
 * Leaves the run where it is.  False if its threads cannot be taken back, so
 * that this process must begin no further one: pthreads wait for ever.
 */
bool sim_abandon(void);

/* Why the run has ended, or SIM_FINE. */
const struct sim_report *sim_report(void);

/*
 * What each thread waits for in a run that stands still, in lines as those of
 * report.h; "" if the run is over.
 */
const char *sim_threads(void);

/* The fingerprint of all steps so far, how many, and the time in ns. */
uint64_t sim_hash(void);
uint64_t sim_steps(void);
int64_t sim_now_ns(void);

/* What the run has cost so far, in steps, with allocations counted in. */
uint64_t sim_work(void);

/* The rest is for code that runs in sim_do(). */

/* Lets MS milliseconds pass. */
void sim_sleep_ms(int64_t ms);

/* The calling thread acts for PEER now, -1 for nobody. */
void sim_act_for(int peer);

/* Opens a network of NODES nodes, all of it simulated. */
struct network *sim_network_open(int nodes, uint64_t seed);

/* Ends the run as failed, in the words of FMT. */
_Noreturn void sim_fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#endif
