/*
 * gated.c - threads as pthreads of which one runs at a time.
 *
 * Each has a gate, a semaphore; to hand over is to open the gate of another
 * and to wait at one's own.  That orders everything, so the state of the
 * simulation needs no lock here either.
 *
 * A thread that a failed run has left in the middle of something waits at its
 * gate for ever, with its record: nobody can end it safely.  So this carrier
 * is for a run or a few, not for a search.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/sched.h"

static void (*thread_main)(void);

static void open_gate(struct thread *thread)
{
	if (sem_post(&thread->carrier.gate) != 0)
		lab_fatal("sem_post: %s", strerror(errno));
}

static void wait_at_gate(struct thread *thread)
{
	while (sem_wait(&thread->carrier.gate) != 0)
		if (errno != EINTR)
			lab_fatal("sem_wait: %s", strerror(errno));
}

static void *run_gated(void *arg)
{
	struct thread *thread = arg;
	char signal_stack[SIGNAL_STACK_BYTES];

	traps_stack(signal_stack);
	thread->carrier.outermost = __builtin_frame_address(0);
	wait_at_gate(thread);
	sim_inside = true;
	thread_main();
	return NULL;
}

static void make_gate(struct thread *thread)
{
	if (sem_init(&thread->carrier.gate, 0, 0) != 0)
		lab_fatal("sem_init: %s", strerror(errno));
	thread->carrier.gated = true;
}

static void gated_prepare(struct thread *thread, void (*main)(void))
{
	pthread_attr_t attr;
	int error;

	thread_main = main;
	thread->carrier.stack = -1;
	make_gate(thread);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES + SIGNAL_STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread->carrier.pthread, &attr, run_gated,
			       thread);
	pthread_attr_destroy(&attr);
	if (error != 0)
		lab_fatal("no pthread for a simulated thread: %s",
			  strerror(error));
}

static void gated_hand_over(struct thread *from, struct thread *to)
{
	if (from->id < 0 && !from->carrier.gated)
		make_gate(from);
	open_gate(to);
	wait_at_gate(from);
}

/*
 * FROM runs to its end beside TO from here on, and touches nothing shared on
 * the way: its record may be another thread's by then.
 */
static void gated_leave(struct thread *from, struct thread *to)
{
	bool ended = from->state == THREAD_ENDED;

	if (ended && from->carrier.gated) {
		sem_destroy(&from->carrier.gate);
		from->carrier.gated = false;
	}
	open_gate(to);
	if (!ended)
		wait_at_gate(from);
	pthread_exit(NULL);
}

static void gated_release(struct thread *thread)
{
	(void)thread; /* gated_leave() has seen to it */
}

static void gated_reset(void)
{
}

const struct carriers gated_pthreads = {
	.prepare = gated_prepare,
	.hand_over = gated_hand_over,
	.leave = gated_leave,
	.release = gated_release,
	.reset = gated_reset,
};
