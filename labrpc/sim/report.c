/*
 * report.c - what a run that has ended tells: each thread, what it waits for
 * and who has that.
 *
 * Everybody stands still meanwhile.  The callers of a thread are found by its
 * frame pointers; what they are called is for who has the symbols.  words.c
 * makes sentences of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/message.h"
#include "labrpc/sim/call.h"
#include "labrpc/sim/image.h"
#include "labrpc/sim/object.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/simnet.h"

static const char *const reason_names[] = {
	[SIM_FINE] = "fine",
	[SIM_FAILED] = "failed",
	[SIM_DEADLOCK] = "deadlock",
	[SIM_CYCLE] = "cycle",
	[SIM_LEFT_BLOCKED] = "left-blocked",
	[SIM_LEFT_RUNNING] = "left-running",
	[SIM_LEFT_MEMORY] = "left-memory",
	[SIM_STEP_LIMIT] = "step-limit",
	[SIM_TIME_LIMIT] = "time-limit",
	[SIM_THREAD_LIMIT] = "thread-limit",
	[SIM_MEMORY_LIMIT] = "memory-limit",
	[SIM_NOT_OWNER] = "not-owner",
	[SIM_WAIT_UNLOCKED] = "wait-unlocked",
	[SIM_RELOCK] = "relock",
	[SIM_HELD] = "held",
	[SIM_BUSY_DESTROY] = "busy-destroy",
	[SIM_NO_OBJECT] = "no-object",
	[SIM_STACK] = "stack",
	[SIM_SPIN] = "spin",
	[SIM_CRASH] = "crash",
	[SIM_RACE] = "race",
	[SIM_MISUSE] = "misuse",
};

const char *sim_reason_name(enum sim_reason reason)
{
	return reason_names[reason];
}

/* ---- names ------------------------------------------------------------- */

static void handler_name(const struct thread *thread, char *name, size_t size)
{
	const struct call *call = thread->arg;
	const struct rpc_proc *proc =
		dispatch_find(&thread->server->base.dispatch, call->request);

	snprintf(name, size, "%s handler %d",
		 proc == NULL ? "unknown" : proc->name, thread->id);
}

static void name_of(const struct thread *thread, char name[SIM_NAME_BYTES])
{
	if (thread->server != NULL)
		handler_name(thread, name, SIM_NAME_BYTES);
	else if (thread->id <= 0)
		snprintf(name, SIM_NAME_BYTES, "%s", thread->name);
	else
		snprintf(name, SIM_NAME_BYTES, "%.20s %d",
			 thread->name[0] != '\0' ? thread->name : "thread",
			 thread->id);
}

const char *sim_thread_words(const struct thread *thread, char *buf,
			     size_t size)
{
	char name[SIM_NAME_BYTES];

	name_of(thread, name);
	if (thread->id == 0)
		snprintf(buf, size, "%s", name);
	else if (thread->peer < 0)
		snprintf(buf, size, "thread `%s`", name);
	else
		snprintf(buf, size, "peer %d, thread `%s`", thread->peer,
			 name);
	return buf;
}

/* ---- frames ------------------------------------------------------------ */

/* A frame as x86-64 and aarch64 have it: the caller's, and where to return. */
struct frame {
	const struct frame *caller;
	const void *returns_to;
};

/* A walk from the innermost frame of a thread outwards. */
struct walk {
	const struct frame *frame;
	uintptr_t least, most; /* within these it must lie */
};

static struct walk walk_from(const struct thread *thread,
			     const struct frame *frame)
{
	struct walk walk = { frame, (uintptr_t)frame,
			     (uintptr_t)thread->carrier.outermost };

	if (frame == NULL)
		return (struct walk){ 0 }; /* it has not begun */
	if (thread->carrier.stack >= 0) {
		walk.most = (uintptr_t)stack_at(thread->carrier.stack) +
			    STACK_BYTES;
		if (walk.least < walk.most - STACK_BYTES)
			walk.most = 0; /* a crash has left no frame there */
	}
	return walk;
}

/*
 * The place that the next function of WALK returns to; NULL at its end.  Each
 * frame must lie above the one before and within the stack, so that a broken
 * chain leads nowhere.
 */
static const void *walk_on(struct walk *walk)
{
	const struct frame *frame = walk->frame;
	uintptr_t at = (uintptr_t)frame;

	if (at < walk->least || at + sizeof(*frame) > walk->most ||
	    at % sizeof(void *) != 0)
		return NULL;
	walk->least = (uintptr_t)(frame + 1);
	walk->frame = frame->caller;
	return frame->returns_to;
}

/* Stores in FRAMES the places that the functions of THREAD return to. */
static void list_frames(const struct thread *thread,
			const void *frames[SIM_FRAMES_MAX])
{
	struct walk walk = walk_from(thread, thread->frame);
	int n = 0;

	if (thread->trapped != NULL)
		frames[n++] = thread->trapped;
	while (n < SIM_FRAMES_MAX && (frames[n] = walk_on(&walk)) != NULL)
		n++;
}

/* The innermost of FRAMES that lies in the program's library; 0 for none. */
static uintptr_t locate(const void *const frames[SIM_FRAMES_MAX])
{
	uintptr_t at;
	int i;

	for (i = 0; i < SIM_FRAMES_MAX && frames[i] != NULL; i++)
		if (image_locate(frames[i], &at))
			return at - 1; /* in the call, not behind it */
	return 0;
}

uintptr_t report_place(void)
{
	struct walk walk =
		walk_from(sim.current, __builtin_frame_address(0));
	const void *frame;
	uintptr_t at;
	int n;

	for (n = 0; n < SIM_FRAMES_MAX && (frame = walk_on(&walk)) != NULL;
	     n++)
		if (image_locate(frame, &at))
			return at - 1;
	return 0;
}

/* ---- what each waits for ----------------------------------------------- */

static void describe_calls(const struct thread *thread,
			   struct sim_waiter *waiter)
{
	const struct call *call;

	for (call = thread->calls; call != NULL; call = call->next_awaited) {
		if (waiter->ncallees == SIM_CALLEES_MAX)
			return;
		waiter->callees[waiter->ncallees++] = call->to;
		if (call->state == CALL_HANDLED)
			waiter->holder = call->handler->id;
	}
}

static void describe(const struct thread *thread, struct sim_waiter *waiter)
{
	const struct object *object = thread->object;
	const struct thread *holder = NULL;
	uintptr_t at;

	memset(waiter, 0, sizeof(*waiter));
	waiter->thread = thread->id;
	waiter->peer = thread->peer;
	name_of(thread, waiter->name);
	waiter->object = waiter->holder = -1;
	waiter->wait = thread->wait;
	waiter->timed = thread->timed;
	waiter->runs = thread == sim.current;
	if (object != NULL) {
		waiter->object = object->id;
		waiter->at = object->at;
		waiter->origin = object->origin;
		waiter->in_passing = object->in_passing;
		waiter->taken = object->taken;
		holder = object->owner;
	}
	if (thread->wait == SIM_WAIT_JOIN)
		holder = thread->joinee;
	if (holder != NULL) {
		waiter->holder = holder->id;
		waiter->holder_ended = holder->state == THREAD_ENDED;
	}
	if (thread->wait == SIM_WAIT_RPC)
		describe_calls(thread, waiter);
	list_frames(thread, waiter->frames);
	waiter->place = locate(waiter->frames);
	if (thread->code != NULL && image_locate(thread->code, &at))
		waiter->code = at;
}

static int by_number(const void *a, const void *b)
{
	const struct sim_waiter *x = a, *y = b;

	return (x->thread > y->thread) - (x->thread < y->thread);
}

static void add_waiter(struct sim_report *report, const struct thread *thread)
{
	if (thread->id >= 0 && thread->state != THREAD_ENDED &&
	    report->nwaiters < SIM_WAITERS_MAX)
		describe(thread, &report->waiters[report->nwaiters++]);
}

/* There may be too many: the one whose step it was must not be missing. */
static void list_waiters(struct sim_report *report)
{
	int i;

	report->nwaiters = 0;
	add_waiter(report, sim.current);
	for (i = 0; i < sim.nthreads; i++)
		if (sim.threads[i] != sim.current)
			add_waiter(report, sim.threads[i]);
	qsort(report->waiters, (size_t)report->nwaiters,
	      sizeof(report->waiters[0]), by_number);
}

void report_make(enum sim_reason reason)
{
	struct sim_report *report = &sim.report;

	report->reason = reason;
	report->steps = sim.steps;
	report->at_ns = sim.now_ns;
	report->thread = sim.current->id;
	list_waiters(report);
	words_make(report);
}

void report_threads(void)
{
	list_waiters(&sim.report);
	words_threads(&sim.report);
}
