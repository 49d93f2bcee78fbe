/*
 * core.h - the run under way, its threads, and the steps of its scheduler.
 *
 * Private to labrpc/sim.  One simulated thread runs at a time, so nothing
 * here has a lock; a thread loses its turn in sim_step() and sim_block() only.
 *
 * Threads: simulated ones, and the driver while they stand still.
 *
 * Memory: a thread's record lives until it has ended and was joined.
 *
 * Errors: sim_end() does not return: the run is over.
 */
#ifndef LABRPC_SIM_CORE_H
#define LABRPC_SIM_CORE_H

#include "labrpc/random.h"
#include "labrpc/sim/sim.h"
#include "labrpc/sim/task.h"
#include "labrpc/sim/timers.h"

struct sim {
	struct sim_config config;   /* fixed after sim_begin() */
	bool begun, over, stuck;    /* stuck: no further run is possible */
	int64_t now_ns;
	uint64_t steps, hash, turns, marks;
	uint64_t runs;              /* begun so far, by this process */
	uint64_t alone;             /* steps of one thread in a row */
	uint64_t crowd;             /* what choosing cost, beside the steps */
	bool yields;                /* its step is sched_yield() */
	uint64_t events;            /* other steps, and threads woken */
	int nidle;                  /* ready, but only yield since the last */
	struct random scheduler, student;
	uint64_t network;           /* the seed of what messages take */
	struct timers timers;
	struct thread outside;      /* the driver */
	struct thread *first;       /* runs the bodies of sim_do() */
	struct thread *current;
	struct thread **threads;    /* those that have a record */
	struct thread **ready;      /* those that can run */
	int nthreads, nready, room, next_thread;
	const struct carriers *carriers;
	uint64_t fallen;            /* of SIM_PCT: the last priority to fall */
	int nchanges;               /* still to come */
	void (*body)(void *arg);    /* what sim_do() is to run, or NULL */
	void *body_arg;
	struct sim_report report;
};

extern struct sim sim;

/* What a step is about: the words of a trace. */
enum sim_op {
	OP_CREATE, OP_EXIT, OP_JOIN, OP_DETACH, OP_LOCK, OP_TRYLOCK,
	OP_UNLOCK, OP_WAIT, OP_SIGNAL, OP_BROADCAST, OP_READ_LOCK,
	OP_WRITE_LOCK, OP_RW_UNLOCK, OP_SEM_WAIT, OP_SEM_POST, OP_BARRIER,
	OP_ONCE, OP_SPIN, OP_SLEEP, OP_YIELD, OP_CLOCK, OP_SEND, OP_DELIVER,
	OP_REPLY, OP_RECEIVE, OP_LOSE, OP_AWAIT, OP_WAKE, OP_ACCESS,
};

/* True on a simulated thread: its calls and memory are the simulation's. */
extern _Thread_local bool sim_inside;

/*
 * The running thread is about to do OP on ARG: time passes, it may have to
 * stop, and another may run first.  ARG is a number that a seed repeats.
 */
void sim_step(enum sim_op op, uint64_t arg);

/* Writes down what happens without a thread: OP on ARG. */
void sim_note(enum sim_op op, uint64_t arg);

/*
 * The running thread waits: until sim_wake(), or DEADLINE_NS if that is not
 * SIM_NEVER.  What it waits for is in its record.
 */
enum sim_wake sim_block(enum sim_wait wait, int64_t deadline_ns);
#define SIM_NEVER INT64_MAX

/* THREAD, which waits, can run again. */
void sim_wake(struct thread *thread, enum sim_wake how);

/* Makes a thread that can run: START(ARG), for PEER. */
struct thread *sim_spawn(void *(*start)(void *arg), void *arg, int peer);

/* The running thread has ended. */
_Noreturn void sim_exit(void *result);

/* Gives back the record of THREAD, which has ended. */
void sim_forget(struct thread *thread);

/* Ends the run for REASON, which FMT puts in words. */
_Noreturn void sim_end(enum sim_reason reason, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The time at TIMEOUT_NS from now; SIM_NEVER if that is beyond counting. */
int64_t sim_after(int64_t timeout_ns);

/* Writes what THREAD is called into BUF: `peer 2, thread "proposer 7"'. */
const char *sim_thread_words(const struct thread *thread, char *buf,
			     size_t size);

#endif
