/*
 * call.c - rounds: one request to one or many ends, its replies, and all that
 * a tester's network does to them.
 *
 * A call is a round with one leg.  Each leg goes from state to state:
 *
 *     LATER    the request is held back until at_us
 *     SENT     the request has left; its wire waits for the reply
 *     REPLIED  the reply is here, to be shown from at_us on
 *     LOST     nothing comes; the caller is to notice at at_us
 *     OVER     the caller has seen the outcome
 *
 * Every fate is decided as the leg begins (link.h) and carried out here, in
 * the caller's own thread; what must happen after the caller has gone is
 * posted to the transport.  The carrying itself is the transport's, so that
 * this file is the same in every world.
 *
 * Invariant: only a leg that is SENT has a wire to finish; only one that is
 * REPLIED, or whose message was shown, holds a reply.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/call_id.h"
#include "labrpc/end.h"
#include "labrpc/fatal.h"
#include "labrpc/labrpc.h"
#include "labrpc/lent.h"
#include "labrpc/log.h"
#include "labrpc/message.h"
#include "labrpc/scribble.h"
#include "labrpc/transport.h"

enum leg_state { LEG_LATER, LEG_SENT, LEG_REPLIED, LEG_LOST, LEG_OVER };

struct leg {
	struct rpc_end *end;
	int index;            /* of the end, for who broadcast */
	uint32_t xid;
	enum leg_state state;
	int64_t at_us;        /* when it changes by itself, if LATER, ... */
	struct fate fate;
	struct wire wire;     /* if SENT */
	struct record *reply; /* the bytes of the reply */
	void *message;        /* the reply as shown to who broadcast */
};

struct rpc_round {
	const struct rpc_proc *proc;
	struct record *request;
	int64_t deadline_us;
	int n;
	struct leg *legs;
};

static const struct transport *transport(const struct leg *leg)
{
	return leg->end->transport;
}

/* The call on LEG comes to nothing, which the caller is to see in time. */
static void leg_lose(struct rpc_round *round, struct leg *leg, bool replied)
{
	log_event(LOG_DEBUG, "lost", "proc=%s call=" CALL_ID " what=%s",
		  round->proc->name, CALL_ID_ARGS(leg->xid),
		  replied ? "reply" : "request");
	rpc_end_lost(leg->end, round->request, leg->xid, replied);
	leg->state = LEG_LOST;
	if (leg->fate.notice_ms == 0)
		leg->state = LEG_OVER;
	else if (leg->fate.notice_ms < 0)
		leg->at_us = INT64_MAX; /* the round ends before */
	else
		leg->at_us = transport(leg)->now_us(leg->end) +
			     leg->fate.notice_ms * INT64_C(1000);
}

/* The request on LEG leaves. */
static void leg_send(struct rpc_round *round, struct leg *leg)
{
	size_t bytes = round->request->len;

	if (!transport(leg)->send(leg->end, &leg->wire, round->request,
				  leg->xid, round->deadline_us)) {
		leg->state = LEG_OVER;
		return;
	}
	leg->state = LEG_SENT;
	rpc_end_count(leg->end, round->proc, bytes, false);
	log_event(LOG_DEBUG, "request",
		  "proc=%s call=" CALL_ID " to=%d bytes=%zu",
		  round->proc->name, CALL_ID_ARGS(leg->xid),
		  leg->end->link == NULL ? -1 : link_to(leg->end->link),
		  bytes);
}

/* Leaves the request of LEG to the transport, to be sent at DUE_US. */
static void leg_post(struct rpc_round *round, struct leg *leg, bool copy,
		     int64_t due_us)
{
	const struct posting posting = {
		.end = leg->end,
		.proc = round->proc,
		.record = record_share(round->request),
		.xid = leg->xid,
		.copy = copy,
		.due_us = due_us,
	};

	transport(leg)->post(&posting);
}

static void leg_begin(struct rpc_round *round, struct leg *leg, int64_t now_us)
{
	const struct fate *fate = &leg->fate;
	int64_t due_us;

	leg->xid = rpc_end_call_id(leg->end);
	leg->reply = NULL;
	leg->message = NULL;
	leg->fate = rpc_end_decide(leg->end, round->proc, round->request,
				   leg->xid);
	if (fate->lose_request) {
		leg_lose(round, leg, false);
		return;
	}
	due_us = now_us + fate->delay_ms * INT64_C(1000);
	if (fate->duplicate)
		leg_post(round, leg, true,
			 due_us + fate->copy_delay_ms * INT64_C(1000));
	if (fate->delay_ms > 0) {
		leg->state = LEG_LATER;
		leg->at_us = due_us;
	} else {
		leg_send(round, leg);
	}
}

/* Lets happen on LEG what is due by NOW_US. */
static void leg_advance(struct rpc_round *round, struct leg *leg,
			int64_t now_us)
{
	if (leg->state == LEG_LATER && leg->at_us <= now_us) {
		if (rpc_end_passes(leg->end))
			leg_send(round, leg);
		else
			leg_lose(round, leg, false);
	}
	if (leg->state == LEG_LOST && leg->at_us <= now_us)
		leg->state = LEG_OVER;
}

/* Takes the reply on LEG from its wire, if it has come. */
static void leg_look(struct rpc_round *round, struct leg *leg)
{
	struct link *link = leg->end->link;
	bool replied = leg->wire.state == WIRE_REPLIED;

	if (leg->wire.state == WIRE_WAITING)
		return;
	leg->reply = leg->wire.reply;
	leg->wire.reply = NULL;
	transport(leg)->finish(&leg->wire);
	leg->state = LEG_OVER;
	if (!replied) {
		log_event(LOG_DEBUG, "no_reply", "proc=%s call=" CALL_ID,
			  round->proc->name, CALL_ID_ARGS(leg->xid));
		return;
	}
	if (leg->fate.lose_reply || !rpc_end_passes(leg->end)) {
		leg_lose(round, leg, true);
		return;
	}
	log_event(LOG_DEBUG, "reply", "proc=%s call=" CALL_ID " bytes=%zu",
		  round->proc->name, CALL_ID_ARGS(leg->xid), leg->reply->len);
	if (link != NULL)
		link_count_reply(link, round->proc, leg->reply->len);
	leg->state = LEG_REPLIED;
	leg->at_us = leg->fate.hold_ms == 0
			     ? 0
			     : transport(leg)->now_us(leg->end) +
				       leg->fate.hold_ms * INT64_C(1000);
}

/* Lets go of LEG in whatever state it is. */
static void leg_end(struct rpc_round *round, struct leg *leg)
{
	if (leg->state == LEG_SENT)
		transport(leg)->finish(&leg->wire);
	else if (leg->state == LEG_LATER)
		leg_post(round, leg, false, leg->at_us);
	if (leg->message != NULL) {
		scribble(leg->message, round->proc->reply_size);
		free(leg->message);
	}
	record_drop(leg->reply);
}

/* Sends ROUND, whose ends are in its legs, with ARGS. */
static void round_begin(struct rpc_round *round, const struct rpc_proc *proc,
			const void *args)
{
	int64_t timeout_ms = INT64_MAX;
	int64_t now_us;
	int i;

	round->proc = proc;
	round->request = NULL;
	if (round->n == 0)
		return;
	round->request = message_call(proc, args);
	for (i = 0; i < round->n; i++) {
		const struct rpc_end *end = round->legs[i].end;

		assert(end->transport == round->legs[0].end->transport);
		if (end->timeout_ms < timeout_ms)
			timeout_ms = end->timeout_ms;
	}
	now_us = transport(&round->legs[0])->now_us(round->legs[0].end);
	round->deadline_us = now_us + timeout_ms * 1000;
	for (i = 0; i < round->n; i++)
		leg_begin(round, &round->legs[i], now_us);
}

/*
 * Lets happen in ROUND what is due by NOW_US.  Returns the leg to show next,
 * of those that may be shown the earliest, or NULL; then stores in WIRES and
 * *N the wires to wait for, and in *UNTIL_US for how long.  *N is -1 when
 * there is nothing to wait for.
 */
static struct leg *round_advance(struct rpc_round *round, int64_t now_us,
				 struct wire *wires[RPC_ENDS_MAX], int *n,
				 int64_t *until_us)
{
	struct leg *first = NULL;
	bool over = true;
	int i;

	*n = 0;
	*until_us = round->deadline_us;
	for (i = 0; i < round->n; i++) {
		struct leg *leg = &round->legs[i];

		leg_advance(round, leg, now_us);
		if (leg->state == LEG_OVER)
			continue;
		over = false;
		if (leg->state == LEG_SENT)
			wires[(*n)++] = &leg->wire;
		else if (leg->state == LEG_REPLIED && leg->at_us <= now_us &&
			 (first == NULL || leg->at_us < first->at_us))
			first = leg;
		else if (leg->at_us < *until_us)
			*until_us = leg->at_us;
	}
	if (over)
		*n = -1;
	return first;
}

/* Waits for the next leg of ROUND with a reply to show; NULL: none will. */
static struct leg *round_next(struct rpc_round *round)
{
	/* Each turn ends a leg, waits, or returns; the deadline ends all. */
	for (;;) {
		struct wire *wires[RPC_ENDS_MAX];
		struct rpc_end *end;
		int64_t now_us, until_us;
		struct leg *leg;
		int n, i;

		if (round->n == 0)
			return NULL;
		end = round->legs[0].end;
		now_us = end->transport->now_us(end);
		if (now_us >= round->deadline_us)
			return NULL;
		leg = round_advance(round, now_us, wires, &n, &until_us);
		if (leg != NULL) {
			leg->state = LEG_OVER;
			return leg;
		}
		if (n < 0)
			return NULL;
		end->transport->wait(end, wires, n, until_us);
		for (i = 0; i < round->n; i++)
			if (round->legs[i].state == LEG_SENT)
				leg_look(round, &round->legs[i]);
	}
}

static void round_end(struct rpc_round *round)
{
	int i;

	for (i = 0; i < round->n; i++)
		leg_end(round, &round->legs[i]);
	record_drop(round->request);
}

/* Reads the reply of LEG into REPLY; false: it is none. */
static bool leg_read(struct rpc_round *round, struct leg *leg, void *reply,
		     bool borrow)
{
	enum reply_status status;

	status = message_read_reply(leg->reply, round->proc, reply, borrow);
	if (status == REPLY_SUCCESS)
		return true;
	log_event(LOG_ERROR, "refused", "proc=%s call=" CALL_ID " status=%s",
		  round->proc->name, CALL_ID_ARGS(leg->xid),
		  reply_status_name(status));
	return false;
}

bool rpc_call(struct rpc_end *end, const struct rpc_proc *proc,
	      const void *args, void *reply)
{
	struct leg leg;
	struct rpc_round round = { .n = 1, .legs = &leg };
	bool replied;

	if (end == NULL || proc == NULL)
		lab_fatal("rpc_call: end=%p proc=%p", (void *)end,
			  (const void *)proc);
	leg.end = rpc_end_behind(end);
	if (proc->reply_size > 0)
		memset(reply, 0, proc->reply_size);
	round_begin(&round, proc, args);
	replied = round_next(&round) != NULL &&
		  leg_read(&round, &leg, reply, false);
	round_end(&round);
	return replied;
}

struct rpc_round *rpc_broadcast(struct rpc_end *const ends[], int n,
				const struct rpc_proc *proc, const void *args)
{
	struct rpc_round *round;
	int i;

	if (ends == NULL || proc == NULL || n < 0 || n > RPC_ENDS_MAX)
		lab_fatal("rpc_broadcast: ends=%p n=%d proc=%p",
			  (const void *)ends, n, (const void *)proc);
	round = calloc(1, sizeof(*round) + (size_t)n * sizeof(struct leg));
	if (round == NULL)
		lab_fatal("no memory for a round of %d", n);
	round->legs = (struct leg *)(round + 1);
	for (i = 0; i < n; i++) {
		if (ends[i] == NULL)
			continue;
		round->legs[round->n].end = rpc_end_behind(ends[i]);
		round->legs[round->n++].index = i;
	}
	round_begin(round, proc, args);
	return lend(round);
}

const void *rpc_next(struct rpc_round *lent, int *from)
{
	struct rpc_round *round = lent_object(lent);
	struct leg *leg;

	while ((leg = round_next(round)) != NULL) {
		/* A reply of nothing is still a place to point at. */
		leg->message = calloc(1, round->proc->reply_size + 1);
		if (leg->message == NULL)
			lab_fatal("no memory for a reply");
		if (leg_read(round, leg, leg->message, true)) {
			*from = leg->index;
			return leg->message;
		}
	}
	return NULL;
}

void rpc_round_end(struct rpc_round *lent)
{
	struct rpc_round *round = lent_object(lent);

	lent_back(lent);
	round_end(round);
	scribble(round->legs, (size_t)round->n * sizeof(struct leg));
	free(round);
}
