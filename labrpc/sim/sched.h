/*
 * sched.h - what the files of the scheduler share with each other alone.
 *
 * Private to labrpc/sim.  sched.c has the turns and the time, strategy.c the
 * draws, run.c a run from beginning to end.
 *
 * Threads: as core.h.  Memory: as core.h.  Errors: none.
 */
#ifndef LABRPC_SIM_SCHED_H
#define LABRPC_SIM_SCHED_H

#include "labrpc/sim/core.h"

/* The thread that runs next, of those that can. */
struct thread *strategy_pick(void);

/* The priority of a new thread. */
uint64_t strategy_priority(void);

/* Before a run: draws what is drawn once. */
void strategy_begin(void);

/* The earliest timer that still means something, or NULL. */
const struct timer *sched_next_timer(void);

/* THREAD cannot run until the driver says so; and it can again. */
void sched_pause(struct thread *thread);
void sched_resume(struct thread *thread);

/* A record for a new thread, in sim.threads; all zeros but for its place. */
struct thread *record_new_thread(void);

/* Runs the destructors of THREAD's keys, which is running. */
void keys_end(struct thread *thread);

/* Before a run: there are no keys, objects, calls. */
void keys_begin(void);
void objects_begin(void);
void calls_begin(void);
void nets_begin(void);
void chance_begin(void);

/* Where in the program's library the running thread is; 0: nowhere. */
uintptr_t report_place(void);

/* The running thread is about to wait; DOING says for what, as "sleeps". */
void lint_wait(const char *doing);

/* Fills in sim.report for REASON, when all stand still; its words. */
void report_make(enum sim_reason reason);
void words_make(struct sim_report *report);

/* Of a run that goes on, only what its threads wait for; the words. */
void report_threads(void);
void words_threads(struct sim_report *report);

/* Lets signals tell of stacks that overflow, crashes and code that spins. */
void traps_begin(void);

/* Lets the system's thread that calls it handle signals on STACK. */
#define SIGNAL_STACK_BYTES ((size_t)65536)
void traps_stack(void *stack);

#endif
