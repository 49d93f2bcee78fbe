/*
 * workers.c - the loop: takes an instance from the queue, tries it once, and
 * puts it back at the end if that came to nothing.
 *
 * Invariant: a number is in the queue, or in the hands of the loop, exactly
 * while its cell is `queued`.
 *
 * Locks: px->big, not during a try.
 */
#include "peer.h"

#include <string.h>

#define PAUSE_MS_MOST 120

enum end { LOST, WON, LEARNED };

struct attempt {
	int64_t seq, n, hurdle;
	struct value v;
};

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Phase 1; false if it failed. */
static bool get_promises(struct paxos *px, struct attempt *t, enum end *end)
{
	struct prepare_args args = {
		.from = px->me, .seq = t->seq, .n = t->n,
	};
	struct prepare_reply own = { .promised = 0 };
	const struct prepare_reply *reply = &own;
	struct rpc_round *round = NULL;
	int64_t best = 0;
	int yes = 0, from;

	tell_done(px, args.done);
	on_prepare(px, &args, &own);
	while (reply != NULL) {
		hear_done(px, reply->done);
		t->hurdle = larger(t->hurdle, reply->promised);
		if (reply->outcome == OUTCOME_DECIDED ||
		    (reply->outcome == OUTCOME_OK && reply->accepted > best)) {
			value_free(&t->v);
			t->v = value_copy(reply->val);
			best = reply->accepted;
		}
		if (reply->outcome == OUTCOME_DECIDED)
			*end = LEARNED;
		yes += reply->outcome == OUTCOME_OK;
		if (*end == LEARNED || reply->outcome != OUTCOME_OK ||
		    yes > px->npeers / 2)
			break;
		if (round == NULL)
			round = rpc_broadcast(px->ends, px->npeers,
					      &PROC_PREPARE, &args);
		reply = rpc_next(round, &from);
	}
	if (round != NULL)
		rpc_round_end(round);
	value_free(&own.val);
	return *end != LEARNED && yes > px->npeers / 2;
}

/* Phase 2; false if it failed. */
static bool get_accepted(struct paxos *px, struct attempt *t)
{
	struct accept_args args = {
		.from = px->me, .seq = t->seq, .n = t->n, .val = t->v,
	};
	struct accept_reply own = { .promised = 0 };
	const struct accept_reply *reply = &own;
	struct rpc_round *round = NULL;
	int yes = 0, from;

	tell_done(px, args.done);
	on_accept(px, &args, &own);
	while (reply != NULL && reply->outcome == OUTCOME_OK) {
		hear_done(px, reply->done);
		if (++yes > px->npeers / 2)
			break;
		if (round == NULL)
			round = rpc_broadcast(px->ends, px->npeers,
					      &PROC_ACCEPT, &args);
		reply = rpc_next(round, &from);
	}
	if (reply != NULL)
		t->hurdle = larger(t->hurdle, reply->promised);
	if (round != NULL)
		rpc_round_end(round);
	return yes > px->npeers / 2;
}

static void spread(struct paxos *px, struct attempt *t)
{
	struct decided_args args = {
		.from = px->me, .seq = t->seq, .val = t->v,
	};
	const struct decided_reply *reply;
	struct rpc_round *round;
	int from;

	tell_done(px, args.done);
	round = rpc_broadcast(px->ends, px->npeers, &PROC_DECIDED, &args);
	while ((reply = rpc_next(round, &from)) != NULL)
		hear_done(px, reply->done);
	rpc_round_end(round);
}

static enum end try_once(struct paxos *px, struct attempt *t)
{
	enum end end = LOST;

	if (get_promises(px, t, &end) && get_accepted(px, t))
		end = WON;
	return end;
}

/* With px->big held: what is first in the queue, if it still needs a try. */
static bool take(struct paxos *px, struct attempt *t)
{
	struct cell *cell;

	memset(t, 0, sizeof(*t));
	t->seq = px->queue[px->first];
	px->first = (px->first + 1) % px->room;
	px->length--;
	cell = cells_find(&px->cells, t->seq);
	if (cell == NULL || cell->decided)
		return false;
	t->hurdle = larger(cell->hurdle, cell->promised);
	t->n = t->hurdle - t->hurdle % px->npeers + px->npeers + px->me;
	t->v = value_copy(cell->proposal);
	return true;
}

/* With px->big held: the try T ended with END.  True if SEQ is queued
 * again. */
static bool settle(struct paxos *px, struct attempt *t, enum end end)
{
	struct cell *cell = cells_find(&px->cells, t->seq);

	if (cell == NULL)
		return false;
	if (end != LOST)
		cell_decide(px, cell, t->v);
	if (t->hurdle <= HIGHEST_BALLOT)
		cell->hurdle = larger(cell->hurdle, t->hurdle);
	if (cell->decided)
		return false;
	enqueue(px, t->seq);
	return true;
}

void *loop_main(void *arg)
{
	struct paxos *px = arg;
	size_t lost_in_turn = 0;
	struct attempt t;
	enum end end;

	mutex_lock(&px->big);
	while (!px->killed) {
		if (px->length == 0) {
			cond_wait(&px->change, &px->big);
			continue;
		}
		if (!take(px, &t))
			continue;
		mutex_unlock(&px->big);
		end = try_once(px, &t);
		mutex_lock(&px->big);
		lost_in_turn = settle(px, &t, end) ? lost_in_turn + 1 : 0;
		if (end == WON) {
			mutex_unlock(&px->big);
			spread(px, &t);
			mutex_lock(&px->big);
		}
		value_free(&t.v);
		/* All of the queue failed: others are at it, or nobody is
		 * there. */
		if (lost_in_turn > 0 && lost_in_turn >= px->length &&
		    !px->killed) {
			cond_wait_ms(&px->change, &px->big, (int64_t)
				     random_below(&px->random, PAUSE_MS_MOST));
			lost_in_turn = 0;
		}
	}
	mutex_unlock(&px->big);
	return NULL;
}
