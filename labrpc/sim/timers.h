/*
 * timers.h - what is to happen at which virtual time.
 *
 * Private to labrpc/sim.
 *
 * Threads: none of its own.  Memory: grows to the most that was ever pending.
 * Errors: none.
 */
#ifndef LABRPC_SIM_TIMERS_H
#define LABRPC_SIM_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum timer_kind {
	TIMER_TIMEOUT,  /* a thread's wait runs out, ... */
	TIMER_SPURIOUS, /* ... or ends without a reason */
	TIMER_DELIVER,  /* a request reaches its callee */
	TIMER_RETURN,   /* a reply reaches its caller */
};

struct timer {
	int64_t at_ns;
	uint64_t turn;  /* of those at the same time, the first set first */
	enum timer_kind kind;
	void *what;     /* a struct thread or a struct call */
	uint64_t mark;  /* of a thread: its wait_turn then */
};

struct timers {
	struct timer *heap;
	int n, room;
	uint64_t turns;
};

void timers_add(struct timers *timers, int64_t at_ns, enum timer_kind kind,
		void *what, uint64_t mark);

/* The earliest, or NULL; and its removal. */
const struct timer *timers_first(const struct timers *timers);
void timers_pop(struct timers *timers);

void timers_clear(struct timers *timers);
void timers_deinit(struct timers *timers);

#endif
