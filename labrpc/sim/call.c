/*
 * call.c - requests and replies on their way, and the threads of handlers.
 *
 * Each message takes its own time, drawn from the network's seed by which one
 * it is on its link, so messages overtake each other, and each stays as it is
 * when another one changes.  Each request that arrives starts a thread for its
 * handler.
 *
 * Invariant: server->handling counts the threads that run its handlers; a
 * call that is CALL_HANDLED has one of them.  No locks: one thread runs.
 */
#include "labrpc/sim/call.h"

#include <stdlib.h>
#include <string.h>

#include "labrpc/call_id.h"
#include "labrpc/end.h"
#include "labrpc/fatal.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/simnet.h"
#include "labrpc/sim/watch.h"

/* How soon a request to a server that does not run yet tries again. */
#define RETRY_NS INT64_C(100000)

/* ---- calls ------------------------------------------------------------- */

static struct call *spare;          /* a list */
static struct call **all;           /* whoever has them */
static int nall, room;

void calls_begin(void)
{
	int i;

	spare = NULL;
	for (i = nall - 1; i >= 0; i--) {
		all[i]->next_free = spare;
		spare = all[i];
	}
}

struct call *call_make(struct sim_net *net)
{
	struct call *call = spare;

	if (call != NULL) {
		spare = call->next_free;
	} else {
		if (nall == room) {
			room = room == 0 ? 64 : 2 * room;
			all = realloc(all, (size_t)room * sizeof(*all));
		}
		call = malloc(sizeof(*call));
		if (all == NULL || call == NULL)
			lab_fatal("no memory for %d calls", nall);
		all[nall++] = call;
	}
	memset(call, 0, sizeof(*call));
	call->net = net;
	return call;
}

void call_free(struct call *call)
{
	record_drop(call->request);
	record_drop(call->reply);
	call->next_free = spare;
	spare = call;
}

uint64_t call_words(const struct call *call)
{
	return (uint64_t)(call->from + 1) << 24 | (uint64_t)call->to << 16 |
	       (call->request->len & 0xffff);
}

void call_seen(const struct call *call, enum sim_sight what)
{
	watch_see(&(struct sim_sighting){
		.what = what,
		.from = call->from,
		.to = call->to,
		.call = call->xid & CALL_NUMBER_MAX,
		.copy = call->copy,
		.request = call->request,
		.reply = call->reply,
	});
}

int64_t call_draw_arrival(const struct call *call)
{
	const struct sim_profile *profile = &sim.config.profile;
	uint64_t span = (uint64_t)(profile->delay_max_ns -
				   profile->delay_min_ns) + 1;
	uint64_t name = harm_name(&(struct harm){
		.kind = HARM_SLOW,
		.from = call->from,
		.to = call->to,
		.proc = call->number,
		.reply = call->state == CALL_COMING,
		.nth = call->nth,
	});
	struct random rng;
	int64_t late_ns;

	random_seed(&rng, random_mix(sim.network, name));
	late_ns = (int64_t)random_below(&rng, span);
	if (late_ns > 0 && !harm_comes(name))
		late_ns = 0;
	return sim_after(profile->delay_min_ns + late_ns);
}

/* Sends CALL back to its caller, with its reply if it has one. */
static void send_back(struct call *call)
{
	call->state = CALL_COMING;
	call->handler = NULL;
	if (call->wire == NULL)
		call_free(call);
	else
		timers_add(&sim.timers, call_draw_arrival(call), TIMER_RETURN,
			   call, 0);
}

/* ---- handlers ---------------------------------------------------------- */

/* A copy of the request of CALL, for its handler to have as its own. */
static struct record *copy_request(const struct call *call)
{
	const struct record *request = call->request;
	struct record *copy = record_make(request->len);
	size_t i;

	memcpy(copy->bytes, request->bytes, request->len);
	copy->len = request->len;
	/* It comes first in a call, highest byte first. */
	for (i = 0; i < 4 && i < request->len; i++)
		copy->bytes[i] = (unsigned char)(call->xid >> (24 - 8 * i));
	return copy;
}

static void *handle(void *arg)
{
	struct call *call = arg;
	/* It stays until its last handler has ended. */
	struct sim_server *server = sim.current->server;
	struct record *reply;

	race_acquire(&server->net->clocks[call->to]);
	reply = dispatch_answer(&server->base.dispatch, copy_request(call));
	race_release(&server->net->clocks[call->to]);
	sim_step(OP_REPLY, call_words(call));
	if (server->closing && !server->finishing) {
		record_drop(reply);
		reply = NULL;
	}
	call->reply = reply;
	call_seen(call, SIGHT_REPLIED);
	send_back(call);
	sim.current->server = NULL;
	if (--server->handling == 0 && server->closer != NULL)
		sim_wake(server->closer, WAKE_CALLED);
	return NULL;
}

/*
 * No server lets more in when so many threads are about: who sends faster than
 * others handle is not answered, as with sockets, where a link carries only so
 * many requests at a time.  Threads that the program begins have room left.
 */
static bool is_crowded(void)
{
	return sim.nthreads >= sim.config.threads_max / 8 * 7;
}

void call_deliver(struct call *call)
{
	struct sim_server *server = call->net->servers[call->to];
	bool posted = call->wire == NULL && call->proc != NULL;
	struct thread *thread;

	if (server != NULL && !server->base.running) {
		timers_add(&sim.timers, sim_after(RETRY_NS), TIMER_DELIVER,
			   call, 0);
		return;
	}
	if (server == NULL || (posted && !rpc_end_passes(call->end)) ||
	    is_crowded()) {
		sim_note(OP_LOSE, call_words(call));
		call_seen(call, SIGHT_LOST_REQUEST);
		send_back(call);
		return;
	}
	if (posted)
		rpc_end_count(call->end, call->proc, call->request->len,
			      call->copy);
	sim_note(OP_DELIVER, call_words(call));
	call_seen(call, SIGHT_DELIVERED);
	server->handling++;
	thread = sim_spawn(handle, call, call->to);
	thread->detached = true;
	thread->server = server;
	call->handler = thread;
	call->state = CALL_HANDLED;
}

void call_return(struct call *call)
{
	struct wire *wire = call->wire;

	call->state = CALL_OVER;
	if (wire == NULL) {
		call_free(call);
		return;
	}
	sim_note(OP_RECEIVE, call_words(call));
	call_seen(call, SIGHT_RETURNED);
	wire->state = call->reply != NULL ? WIRE_REPLIED : WIRE_FAILED;
	wire->reply = call->reply;
	call->reply = NULL;
	if (call->caller != NULL && call->caller->state == THREAD_BLOCKED)
		sim_wake(call->caller, WAKE_CALLED);
}
