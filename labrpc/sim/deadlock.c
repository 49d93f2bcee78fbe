/*
 * deadlock.c - threads that wait for each other in a circle.
 *
 * A thread that waits for a mutex waits for its owner, one that joins for the
 * thread it joins, one that closes a server for all its handlers, and one in
 * a call for any of the handlers of its requests.  All else counts as
 * somebody who can go on.  A call ends by its time-out even in a circle, but
 * a lock that is held so is wrong all the same: for that time the peer
 * neither promises nor learns.
 *
 * The question is asked whenever a thread begins such a wait, so a circle is
 * found as it closes.  It is nearly always answered at the first owner, who
 * can run.
 */
#include "labrpc/sim/call.h"
#include "labrpc/sim/object.h"
#include "labrpc/sim/simnet.h"

static bool can_go_on(struct thread *thread);

/* Tells whether one of CALLS can still end with a reply. */
static bool can_be_answered(const struct call *calls)
{
	const struct call *call;

	if (calls == NULL)
		return true;
	for (call = calls; call != NULL; call = call->next_awaited)
		if (call->state != CALL_HANDLED || can_go_on(call->handler))
			return true;
	return false;
}

/*
 * Tells whether THREAD will run again without a thread of the circle: false
 * too for one that the search is looking at.
 */
static bool can_go_on(struct thread *thread)
{
	const struct object *object = thread->object;

	if (thread->mark == sim.marks)
		return false;
	thread->mark = sim.marks;
	if (thread->state == THREAD_ENDED)
		return false; /* holds what it never gives back */
	if (thread->state == THREAD_READY && thread != sim.current)
		return true;
	switch (thread->wait) {
	case SIM_WAIT_MUTEX:
	case SIM_WAIT_ONCE:
	case SIM_WAIT_READ:
	case SIM_WAIT_WRITE:
		if (thread->timed && thread != sim.current)
			return true;
		return object->owner == NULL || can_go_on(object->owner);
	case SIM_WAIT_JOIN:
		if (thread->timed && thread != sim.current)
			return true;
		return can_go_on(thread->joinee);
	case SIM_WAIT_RPC:
		return can_be_answered(thread->calls);
	default:
		return true;
	}
}

/* Tells whether every handler that the running thread awaits can end. */
static bool handlers_can_go_on(void)
{
	int i;

	for (i = 0; i < sim.nthreads; i++) {
		if (!simnet_is_handler_for(sim.threads[i], sim.current))
			continue;
		/* A search of its own: all of them must, not any. */
		sim.current->mark = ++sim.marks;
		if (!can_go_on(sim.threads[i]))
			return false;
	}
	return true;
}

/* The running thread waits for what one that has ended never gives back. */
static void check_heir(const struct object *object)
{
	char who[64], locked[LOCKED_BYTES];

	if (object != NULL && object->owner != NULL &&
	    object->owner->state == THREAD_ENDED)
		sim_end(SIM_CYCLE, "a thread waits for a %s that %s had "
			"locked when it ended%s",
			object_kind_name(object->kind),
			sim_thread_words(object->owner, who, sizeof(who)),
			object_locked_words(object, locked, sizeof(locked)));
}

void deadlock_check(void)
{
	bool fine;

	sim.marks++;
	if (sim.current->wait == SIM_WAIT_SERVER)
		fine = handlers_can_go_on();
	else
		fine = can_go_on(sim.current);
	if (fine)
		return;
	check_heir(sim.current->object);
	sim_end(SIM_CYCLE, "threads wait for each other in a circle");
}
