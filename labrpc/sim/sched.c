/*
 * sched.c - whose turn it is, and what time.
 *
 * The running thread comes here before each thing that others could notice.
 * A little time passes then; timers that are due ring; and a draw says who
 * runs next.  When nobody can run the clock jumps to the next timer, and when
 * there is none the run is over: nothing can happen any more.
 *
 * Invariant: sim.ready[0..nready) are the threads in state THREAD_READY, in
 * an order that depends on the run alone, and sim.current is one of them
 * while simulated code runs.  No locks: one thread runs.
 */
#include "labrpc/sim/sched.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/log_call.h"
#include "labrpc/sim/arena.h"
#include "labrpc/sim/call.h"

/* Something has happened that a thread which yields may wait for. */
static void note_event(void)
{
	sim.events++;
	sim.nidle = 0;
}

static void ready_add(struct thread *thread)
{
	note_event();
	thread->state = THREAD_READY;
	thread->ready_since = sim.steps;
	thread->ready_index = sim.nready;
	sim.ready[sim.nready++] = thread;
}

static void ready_remove(struct thread *thread)
{
	struct thread *last = sim.ready[--sim.nready];

	sim.ready[thread->ready_index] = last;
	last->ready_index = thread->ready_index;
}

/* ---- time -------------------------------------------------------------- */

int64_t sim_after(int64_t timeout_ns)
{
	if (timeout_ns < 0)
		timeout_ns = 0;
	if (timeout_ns >= SIM_NEVER - sim.now_ns)
		return SIM_NEVER;
	return sim.now_ns + timeout_ns;
}

/* Tells whether TIMER was set for a wait that is over. */
static bool is_void(const struct timer *timer)
{
	const struct thread *thread = timer->what;

	if (timer->kind != TIMER_TIMEOUT && timer->kind != TIMER_SPURIOUS)
		return false;
	return thread->state != THREAD_BLOCKED ||
	       thread->wait_turn != timer->mark;
}

const struct timer *sched_next_timer(void)
{
	const struct timer *first;

	while ((first = timers_first(&sim.timers)) != NULL && is_void(first))
		timers_pop(&sim.timers);
	return first;
}

static void ring(const struct timer *timer)
{
	switch (timer->kind) {
	case TIMER_TIMEOUT:
		sim_wake(timer->what, WAKE_TIMEOUT);
		break;
	case TIMER_SPURIOUS:
		sim_wake(timer->what, WAKE_SPURIOUS);
		break;
	case TIMER_DELIVER:
		call_deliver(timer->what);
		break;
	case TIMER_RETURN:
		call_return(timer->what);
		break;
	}
}

/* Lets ring what is due. */
static void ring_due(void)
{
	const struct timer *first;

	while ((first = sched_next_timer()) != NULL &&
	       first->at_ns <= sim.now_ns) {
		const struct timer timer = *first;

		timers_pop(&sim.timers);
		ring(&timer);
	}
}

/* So many looks at accesses cost about as much as a step. */
#define LOOKS_PER_STEP 32

/* To choose from so many threads costs another one. */
#define CROWD 64

/* What the run has cost beside its steps, in steps. */
static uint64_t extra_work(void)
{
	return sim_work() - sim.steps + race_looks() / LOOKS_PER_STEP +
	       sim.crowd;
}

static void check_limits(void)
{
	if (sim.steps > sim.config.steps_max ||
	    extra_work() > sim.config.steps_max)
		sim_end(SIM_STEP_LIMIT,
			"the run has not come to an end in %" PRIu64 " steps, "
			"in which %" PRIu64 " MiB were allocated", sim.steps,
			arena_total() >> 20);
	if (sim.now_ns > sim.config.time_max_ns)
		sim_end(SIM_TIME_LIMIT,
			"the run has not come to an end within %" PRId64
			" s of virtual time",
			sim.config.time_max_ns / (1000 * SIM_MS));
}

/* ---- turns ------------------------------------------------------------- */

/* Gives the turn to NEXT; returns when it comes back. */
static void turn_to(struct thread *next)
{
	struct thread *me = sim.current;
	int64_t call;

	if (next == me)
		return;
	sim.alone = 0;
	sim.current = next;
	call = log_call(LOG_NO_CALL);
	me->frame = __builtin_frame_address(0);
	if (log_on(LOG_ERROR))
		log_peer(next->peer);
	sim.carriers->hand_over(me, next);
	log_call(call);
}

/* The next thread, after a jump in time if need be. */
static struct thread *next_thread(void)
{
	const struct timer *first;

	while (sim.nready == 0) {
		first = sched_next_timer();
		if (first == NULL)
			sim_end(SIM_DEADLOCK,
				"no thread can run, and nothing is on its way "
				"that would change that");
		if (first->at_ns > sim.now_ns)
			sim.now_ns = first->at_ns;
		check_limits();
		ring_due();
	}
	return strategy_pick();
}

void sim_note(enum sim_op op, uint64_t arg)
{
	uint64_t who = (uint64_t)(sim.current->id + 1);

	sim.hash = random_mix(sim.hash, arg ^ (uint64_t)op << 56 ^ who << 32);
	sim.hash = random_mix(sim.hash, (uint64_t)sim.now_ns);
}

void sim_step(enum sim_op op, uint64_t arg)
{
	const struct sim_profile *profile = &sim.config.profile;
	int64_t stall_ns = 0;
	bool stalls;

	if (!sim_inside)
		lab_fatal("a call of a simulated program from outside of a "
			  "run");
	sim.steps++;
	sim.alone++;
	if (op != OP_YIELD)
		note_event();
	sim.crowd += (uint64_t)sim.nready / CROWD;
	sim.now_ns += (int64_t)random_below(&sim.scheduler,
					    2 * (uint64_t)profile->tick_ns +
						    1);
	sim_note(op, arg);
	check_limits();
	ring_due();
	stalls = profile->stall > 0 &&
		 random_chance(&sim.scheduler, profile->stall);
	if (stalls) {
		stall_ns = (int64_t)random_below(
			&sim.scheduler, (uint64_t)profile->stall_max_ns + 1);
		stalls = harm_comes_next(HARM_STALL);
	}
	if (stalls)
		sim_block(SIM_WAIT_TIME, sim_after(stall_ns));
	else
		turn_to(strategy_pick());
	sim.yields = false;
}

enum sim_wake sim_block(enum sim_wait wait, int64_t deadline_ns)
{
	struct thread *me = sim.current;

	me->wait = wait;
	me->timed = deadline_ns != SIM_NEVER;
	me->wait_turn = ++sim.turns;
	me->state = THREAD_BLOCKED;
	ready_remove(me);
	if (me->timed)
		timers_add(&sim.timers, deadline_ns, TIMER_TIMEOUT, me,
			   me->wait_turn);
	turn_to(next_thread());
	me->wait = SIM_WAIT_NOTHING;
	return me->woken;
}

void sim_wake(struct thread *thread, enum sim_wake how)
{
	assert(thread->state == THREAD_BLOCKED);
	thread->woken = how;
	ready_add(thread);
	sim_note(OP_WAKE, (uint64_t)thread->id << 8 | (uint64_t)how);
}

void sched_resume(struct thread *thread)
{
	ready_add(thread);
}

void sched_pause(struct thread *thread)
{
	thread->state = THREAD_BLOCKED;
	thread->wait_turn = ++sim.turns;
	ready_remove(thread);
}

/* ---- coming and going -------------------------------------------------- */

static void run_thread(void)
{
	struct thread *me = sim.current;

	sim_exit(me->start(me->arg));
}

/* One more thread was to begin than a run may have. */
static _Noreturn void too_many_threads(void)
{
	int i, ended = 0;

	for (i = 0; i < sim.nthreads; i++)
		ended += sim.threads[i]->state == THREAD_ENDED;
	sim_end(SIM_THREAD_LIMIT, "there are %d threads, %d of which have "
		"ended and were not joined, and one more was to begin",
		sim.nthreads, ended);
}

struct thread *sim_spawn(void *(*start)(void *arg), void *arg, int peer)
{
	struct thread *thread;

	if (sim.nthreads >= sim.config.threads_max)
		too_many_threads();
	thread = record_new_thread();
	thread->id = sim.next_thread++;
	thread->peer = peer;
	thread->start = start;
	thread->arg = arg;
	thread->priority = strategy_priority();
	race_thread(thread);
	sim.carriers->prepare(thread, run_thread);
	ready_add(thread);
	return thread;
}

void sim_exit(void *result)
{
	struct thread *me = sim.current;
	struct thread *next;

	keys_end(me);
	sim_step(OP_EXIT, 0);
	me->result = result;
	me->state = THREAD_ENDED;
	race_thread_end(me);
	ready_remove(me);
	/* Its patience may have ended just now. */
	if (me->joiner != NULL && me->joiner->state == THREAD_BLOCKED)
		sim_wake(me->joiner, WAKE_CALLED);
	next = next_thread();
	sim.alone = 0;
	sim.current = next;
	if (me->detached)
		sim_forget(me);
	if (log_on(LOG_ERROR))
		log_peer(next->peer);
	sim.carriers->leave(me, next);
	abort(); /* nobody comes back to one that has left */
}
