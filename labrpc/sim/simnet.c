/*
 * simnet.c - servers and ends of simulated nodes: a medium for a network, and
 * the transport under its ends.
 *
 * What a tester does to calls (loss, delay in milliseconds, copies, cuts) is
 * decided where it always is, in link.c and labrpc/call.c; call.c here
 * has what a message does on top of that.  Messages are encoded and decoded as
 * on sockets.  No locks: one thread runs.
 */
#include "labrpc/sim/simnet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/call_id.h"
#include "labrpc/end.h"
#include "labrpc/fatal.h"
#include "labrpc/lent.h"
#include "labrpc/medium.h"
#include "labrpc/message.h"
#include "labrpc/sim/arena.h"
#include "labrpc/sim/call.h"
#include "labrpc/sim/object.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/watch.h"

/* Procedures with a number below this are counted apart. */
#define PROCS_MAX 16

struct sim_end {
	struct rpc_end end; /* first, so that one is the other */
	struct sim_net *net;
	int to;
	uint32_t sent[PROCS_MAX + 1]; /* requests, by their procedure */
};

static struct sim_net *nets; /* of this run */

bool simnet_is_handler_for(const struct thread *thread,
			   const struct thread *closer)
{
	return thread->server != NULL && thread->server->closer == closer;
}

/* ---- the transport ----------------------------------------------------- */

static int64_t sim_now_us(struct rpc_end *end)
{
	(void)end;
	return sim.now_ns / 1000;
}

static struct call *make_call(struct rpc_end *end, struct record *request)
{
	struct sim_end *me = (struct sim_end *)end;
	struct call *call = call_make(me->net);
	struct call_header header;

	call->from = end->from;
	call->to = me->to;
	call->end = end;
	call->request = request;
	call->state = CALL_GOING;
	if (message_read_call(request, &header) == CALL_GOOD)
		call->number = header.number;
	call->nth = me->sent[call->number < PROCS_MAX ? call->number
						      : PROCS_MAX]++;
	return call;
}

static bool sim_send(struct rpc_end *end, struct wire *wire,
		     struct record *request, uint32_t xid,
		     int64_t deadline_us)
{
	struct call *call = make_call(end, record_share(request));

	call->xid = xid;
	sim_step(OP_SEND, call_words(call));
	call_seen(call, SIGHT_SENT);
	if (call->net->servers[call->to] == NULL) {
		call_seen(call, SIGHT_LOST_REQUEST);
		call_free(call);
		return false;
	}
	wire->state = WIRE_WAITING;
	wire->end = end;
	wire->reply = NULL;
	wire->deadline_us = deadline_us;
	wire->carrier = call;
	call->wire = wire;
	timers_add(&sim.timers, call_draw_arrival(call), TIMER_DELIVER, call,
		   0);
	return true;
}

static void sim_wait(struct rpc_end *end, struct wire *const wires[], int n,
		     int64_t until_us)
{
	struct thread *me = sim.current;
	int i;

	(void)end;
	me->calls = NULL;
	for (i = n - 1; i >= 0; i--) {
		struct call *call = wires[i]->carrier;

		if (wires[i]->state != WIRE_WAITING)
			return;
		call->next_awaited = me->calls;
		me->calls = call;
	}
	for (i = 0; i < n; i++)
		((struct call *)wires[i]->carrier)->caller = me;
	me->wait = SIM_WAIT_RPC;
	deadlock_check();
	lint_wait("waits for replies");
	sim_block(SIM_WAIT_RPC, until_us < SIM_NEVER / 1000 ? until_us * 1000
							    : SIM_NEVER);
	for (i = 0; i < n; i++)
		((struct call *)wires[i]->carrier)->caller = NULL;
	me->calls = NULL;
}

static void sim_finish_wire(struct wire *wire)
{
	struct call *call = wire->carrier;

	record_drop(wire->reply);
	wire->reply = NULL;
	wire->carrier = NULL;
	call->wire = NULL;
	if (call->state == CALL_OVER)
		call_free(call);
}

static void sim_post(const struct posting *posting)
{
	struct call *call = make_call(posting->end, posting->record);
	int64_t late_ns = posting->due_us * 1000 - sim.now_ns;
	int64_t at_ns = call_draw_arrival(call);

	call->proc = posting->proc;
	call->copy = posting->copy;
	call->xid = posting->xid;
	timers_add(&sim.timers, late_ns > 0 ? at_ns + late_ns : at_ns,
		   TIMER_DELIVER, call, 0);
}

/* Lets whoever watches see WHAT is in store for the call XID, LATE_MS. */
static void foretell(const struct rpc_end *end, uint32_t xid,
		     enum sim_sight what, int late_ms,
		     const struct record *request)
{
	watch_see(&(struct sim_sighting){
		.what = what,
		.from = end->from,
		.to = ((const struct sim_end *)end)->to,
		.call = xid & CALL_NUMBER_MAX,
		.late_ms = late_ms,
		.request = request,
	});
}

/* Tells whether harm of KIND, which was drawn, comes to this call. */
static bool comes(enum sim_harm kind, const struct rpc_end *end,
		  const struct rpc_proc *proc, const struct fate *fate)
{
	return harm_comes(harm_name(&(struct harm){
		.kind = kind,
		.from = end->from,
		.to = ((const struct sim_end *)end)->to,
		.proc = proc->number,
		.nth = (uint32_t)fate->nth,
	}));
}

/* Calls off what is not to happen of FATE. */
static void soften(struct rpc_end *end, const struct rpc_proc *proc,
		   struct fate *fate)
{
	/* What is sure to happen is no chance, but the test's own will. */
	if (fate->certain || !rpc_end_passes(end))
		return;
	if (fate->lose_request && !comes(HARM_LOST_REQUEST, end, proc, fate))
		fate->lose_request = false;
	if (fate->lose_reply && !comes(HARM_LOST_REPLY, end, proc, fate))
		fate->lose_reply = false;
	if (fate->duplicate && !comes(HARM_DOUBLED, end, proc, fate))
		fate->duplicate = false;
	if (fate->delay_ms > fate->least_ms &&
	    !comes(HARM_LATE, end, proc, fate))
		fate->delay_ms = fate->least_ms;
	if (fate->hold_ms > 0 && !comes(HARM_HELD, end, proc, fate))
		fate->hold_ms = 0;
}

static void sim_decided(struct rpc_end *end, const struct rpc_proc *proc,
			const struct record *request, uint32_t xid,
			struct fate *fate)
{
	soften(end, proc, fate);
	if (fate->lose_request)
		return; /* which is said when it is done */
	if (fate->delay_ms > 0)
		foretell(end, xid, SIGHT_LATE, fate->delay_ms, request);
	if (fate->duplicate)
		foretell(end, xid, SIGHT_DOUBLED, fate->copy_delay_ms,
			 request);
	if (fate->hold_ms > 0)
		foretell(end, xid, SIGHT_HELD, fate->hold_ms, request);
}

static void sim_lost(struct rpc_end *end, const struct record *request,
		     uint32_t xid, bool replied)
{
	foretell(end, xid, replied ? SIGHT_LOST_REPLY : SIGHT_LOST_REQUEST, 0,
		 request);
}

static const struct transport simulated_transport = {
	.now_us = sim_now_us,
	.send = sim_send,
	.wait = sim_wait,
	.finish = sim_finish_wire,
	.post = sim_post,
	.decided = sim_decided,
	.lost = sim_lost,
};

/* ---- the medium -------------------------------------------------------- */

/* What has made the server comes before all its handlers. */
static void sim_server_run(struct rpc_server *base)
{
	struct sim_server *server = (struct sim_server *)base;

	race_release(&server->net->clocks[base->me]);
}

static int sim_server_connections(struct rpc_server *server)
{
	(void)server;
	return 0;
}

static void sim_server_close(struct rpc_server *base, bool finish)
{
	struct sim_server *server = (struct sim_server *)base;

	sim_step(OP_LOSE, (uint64_t)base->me);
	server->closing = true;
	server->finishing = finish;
	server->net->servers[base->me] = NULL;
	if (server->handling > 0) {
		server->closer = sim.current;
		sim.current->wait = SIM_WAIT_SERVER;
		deadlock_check();
		sim_block(SIM_WAIT_SERVER, SIM_NEVER);
	}
	race_acquire(&server->net->clocks[base->me]);
	server_deinit(base);
	arena_free(server);
}

/* Nobody but its thread could unlock it, and that ends now. */
static void look_for_locks(const struct rpc_proc *proc)
{
	const struct object *held = object_held_by(sim.current, NULL);
	char locked[LOCKED_BYTES];

	if (held != NULL)
		sim_end(SIM_HELD, "the handler of \"%s\" has returned and "
			"still holds a %s%s", proc->name,
			object_kind_name(held->kind),
			object_locked_words(held, locked, sizeof(locked)));
}

static const struct server_kind simulated_server = {
	.run = sim_server_run,
	.connections = sim_server_connections,
	.close = sim_server_close,
	.look = look_for_locks,
};

static void *make(size_t size)
{
	return memset(arena_alloc(size, 1, false), 0, size);
}

static struct rpc_server *sim_serve(void *at, int node)
{
	struct sim_net *net = at;
	struct sim_server *server;

	if (net->servers[node] != NULL) {
		errno = EADDRINUSE;
		return NULL;
	}
	server = make(sizeof(*server));
	server_init(&server->base, &simulated_server, node);
	server->net = net;
	net->servers[node] = server;
	return &server->base;
}

static struct rpc_end *sim_open_end(void *at, int from, int to,
				    int64_t timeout_ms)
{
	struct sim_end *end = make(sizeof(*end));

	end->end.transport = &simulated_transport;
	end->end.from = from;
	end->end.timeout_ms = timeout_ms;
	rpc_end_set_link(&end->end, NULL, NULL);
	end->net = at;
	end->to = to;
	return &end->end;
}

static void sim_close_end(struct rpc_end *end)
{
	arena_free(end);
}

/* No server is open by now, so what is still under way will be lost. */
static void sim_close_net(void *at)
{
	(void)at;
}

void nets_begin(void)
{
	struct sim_net *net;
	int i;

	lent_forget();
	rpc_end_call_ids_begin();
	while ((net = nets) != NULL) {
		nets = net->next;
		for (i = 0; i < NETWORK_NODES_MAX; i++)
			free(net->clocks[i].at);
		free(net);
	}
}

static const struct medium simulated = {
	.serve = sim_serve,
	.open_end = sim_open_end,
	.close_end = sim_close_end,
	.close = sim_close_net,
};

struct network *sim_network_open(int nodes, uint64_t seed)
{
	struct sim_net *net = calloc(1, sizeof(*net));

	if (net == NULL)
		lab_fatal("no memory for a network of %d", nodes);
	net->next = nets;
	nets = net;
	return network_open_over(&simulated, net, nodes, seed);
}
