/*
 * race.h - data races: accesses that nothing orders.
 *
 * Private to labrpc/sim.  A program that was compiled with -fsanitize=thread,
 * and linked without it, calls the functions of access.c at each access.  Each
 * is checked against those before it with vector clocks, and may be a step, so
 * that other threads come in between.  A run looks for races only if its
 * configuration says so.
 *
 * Threads: as core.h.
 *
 * Memory: what is known of accesses lies beside the arena and each library's
 * variables, and is forgotten with the block, or with the run.
 *
 * Errors: a race ends the run with SIM_RACE.
 */
#ifndef LABRPC_SIM_RACE_H
#define LABRPC_SIM_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

/* How far each thread had come, by slot, when something was given away. */
struct clock {
	uint32_t *at;
	int n, room;
};

/* Before a run; whether it looks for races. */
void race_begin(bool wanted);

/* THREAD begins; the running thread has made it; it ends. */
void race_thread(struct thread *thread);
void race_create(struct thread *thread);
void race_thread_end(struct thread *thread);

/* The running thread gives to CLOCK all that it has done, or takes it. */
void race_release(struct clock *clock);
void race_acquire(const struct clock *clock);

/* The running thread has seen THREAD, which has ended. */
void race_join(const struct thread *thread);

/* SIZE bytes at AT belong to nobody yet, or no more. */
void race_forget(const void *at, size_t size);

/* The running thread reads or writes SIZE bytes at AT, called from PLACE. */
void race_access(const void *at, size_t size, bool write, const void *place);

/* What has been looked at in this run, in words of eight bytes. */
uint64_t race_looks(void);

/* The clock of the atomic variable at AT. */
struct clock *race_atomic(const void *at);

/* Where a point in the program may let others run. */
void race_point(void);

#endif
