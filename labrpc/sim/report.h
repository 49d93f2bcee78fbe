/*
 * report.h - why a run of the simulation has ended, and what every thread was
 * doing then.
 *
 * Threads: as sim.h.  Memory: a report is overwritten by the next run.
 * Errors: a text that is too long is cut.
 */
#ifndef LABRPC_SIM_REPORT_H
#define LABRPC_SIM_REPORT_H

#include <stdbool.h>
#include <stdint.h>

enum sim_reason {
	SIM_FINE,
	SIM_FAILED,        /* sim_fail(): the driver's own reason */
	SIM_DEADLOCK,      /* no thread can run and none is waited for */
	SIM_CYCLE,         /* threads wait for each other in a circle */
	SIM_LEFT_BLOCKED,  /* after the end a thread waits for ever */
	SIM_LEFT_RUNNING,  /* after the end a thread goes on */
	SIM_LEFT_MEMORY,   /* after the end not all memory is free */
	SIM_STEP_LIMIT,
	SIM_TIME_LIMIT,
	SIM_THREAD_LIMIT,
	SIM_MEMORY_LIMIT,
	SIM_NOT_OWNER,     /* unlocks what another thread, or none, holds */
	SIM_WAIT_UNLOCKED, /* waits on a condition without the mutex */
	SIM_RELOCK,        /* locks what it holds itself */
	SIM_HELD,          /* a handler returns with what it has locked */
	SIM_BUSY_DESTROY,  /* destroys what is locked or waited for */
	SIM_NO_OBJECT,     /* uses what was never initialised, or destroyed */
	SIM_STACK,         /* has used up its stack */
	SIM_SPIN,          /* computes without end and without a call */
	SIM_CRASH,         /* a signal that nobody has sent */
	SIM_RACE,          /* two accesses that nothing orders */
	SIM_MISUSE,        /* any other use that POSIX leaves undefined */
};

/* A word for REASON, for tables. */
const char *sim_reason_name(enum sim_reason reason);

/* What a thread waits for. */
enum sim_wait {
	SIM_WAIT_NOTHING, /* it runs or could run */
	SIM_WAIT_MUTEX,
	SIM_WAIT_COND,
	SIM_WAIT_READ,    /* of a read-write lock */
	SIM_WAIT_WRITE,
	SIM_WAIT_SEM,
	SIM_WAIT_BARRIER,
	SIM_WAIT_ONCE,
	SIM_WAIT_JOIN,
	SIM_WAIT_TIME,    /* to pass */
	SIM_WAIT_RPC,     /* replies */
	SIM_WAIT_SERVER,  /* the handlers of a server that closes */
	SIM_WAIT_DRIVER,  /* for sim_do(): the first thread only */
};

#define SIM_FRAMES_MAX 8
#define SIM_NAME_BYTES 32
#define SIM_CALLEES_MAX 16

struct sim_waiter {
	int thread;                /* its number in the run */
	int peer;                  /* -1: nobody's */
	char name[SIM_NAME_BYTES];
	enum sim_wait wait;
	int object;                /* which mutex, ...; -1 for none */
	const void *at;            /* where that lies; may be gone */
	uintptr_t origin;          /* as `place`: where it was initialised, */
	bool in_passing;           /* or, if nowhere, used first */
	int holder;                /* the thread that could help; -1 */
	uintptr_t taken;           /* as `place`: where it locked `object` */
	bool holder_ended;         /* but never will */
	bool timed;                /* it waits for a limited time */
	bool runs;                 /* it is the one whose step it was */
	int ncallees;              /* of SIM_WAIT_RPC: who is to reply */
	int callees[SIM_CALLEES_MAX];
	const void *frames[SIM_FRAMES_MAX]; /* its callers, NULL beyond */
	/* In the program's library, 0 for unknown: where it is, and where it
	 * began; image.h says how that is counted. */
	uintptr_t place, code;
};

/* A run can have more threads than are reported. */
#define SIM_WAITERS_MAX 64
#define SIM_WORDS_BYTES 4096
#define SIM_LINT_BYTES 256

struct sim_report {
	enum sim_reason reason;
	uint64_t seed, steps;
	int64_t at_ns;
	int thread;                /* whose step it was; -1 for none */
	int nwaiters;
	struct sim_waiter waiters[SIM_WAITERS_MAX];
	char what[512];            /* one sentence: what happened */
	/*
	 * That, and a line for each thread.  For who has the symbols of the
	 * program's library: {f+0x12} stands for the function at 0x12 in it,
	 * {l+0x12} for the function, file and line.
	 */
	char words[SIM_WORDS_BYTES];
	/* The same way: no failure, but a lock that handlers need and that a
	 * thread has held while it waited, the first of the run; or empty. */
	char lint[SIM_LINT_BYTES];
};

#endif
