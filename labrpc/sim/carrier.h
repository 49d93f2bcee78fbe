/*
 * carrier.h - what runs a simulated thread: the hand-over from one to another.
 *
 * Private to labrpc/sim.  There are two kinds, chosen for a whole run.  A
 * fiber is a stack in the driver's own thread, and a hand-over is a dozen
 * instructions.  A gated pthread runs only while the gate is open for it, so
 * that a debugger and __thread see threads as they know them.  Which thread
 * runs when is decided above, so both give the same trace.
 *
 * Threads: the running one hands over; everybody else stands still.
 *
 * Memory: stacks are kept for the next run.
 *
 * Errors: no memory for a stack ends the process.
 */
#ifndef LABRPC_SIM_CARRIER_H
#define LABRPC_SIM_CARRIER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

/* How fibers are switched where nobody has written it in assembly; a test asks
 * for it elsewhere. */
#if !defined(__x86_64__) && !defined(SIM_UCONTEXT)
#define SIM_UCONTEXT 1
#endif
#ifdef SIM_UCONTEXT
#include <ucontext.h>
#endif

struct thread;

#define STACK_BYTES ((size_t)1 << 20)

/* The most threads at once, and so the most stacks. */
#define CARRIERS_MAX 2048

struct carrier {
	/* of a fiber */
	int stack;         /* its number; -1 for none */
	void *sp;          /* while it does not run */
#ifdef SIM_UCONTEXT
	ucontext_t context;
#endif
	void *fake_stack;  /* AddressSanitizer's */
	void *tsan;        /* ThreadSanitizer's */
	/* of a pthread */
	pthread_t pthread;
	sem_t gate;
	bool gated;        /* the two above are in use */
	const void *outermost; /* the frame of its first function */
	int saved_errno;
};

struct carriers {
	/* Prepares THREAD to run MAIN() at the first hand-over to it. */
	void (*prepare)(struct thread *thread, void (*main)(void));
	/* Runs TO from now on; returns when FROM is to run again. */
	void (*hand_over)(struct thread *from, struct thread *to);
	/* The same from a thread that never runs again. */
	void (*leave)(struct thread *from, struct thread *to);
	/* Gives back what THREAD, which does not run, has. */
	void (*release)(struct thread *thread);
	/* Before a run: all stacks are free again. */
	void (*reset)(void);
};

extern const struct carriers fibers, gated_pthreads;

/* Where the stack of number N begins, above its guard page. */
char *stack_at(int n);

/* Takes the free stack of the lowest number, -1 if there is none. */
int stack_take(void);
void stack_give(int n);
void stacks_reset(void);

/* Tells whether AT lies in any of them. */
bool stack_has(const void *at);

/* The stack in whose guard page AT lies, or -1. */
int stack_guarded(const void *at);

#endif
