/*
 * rounds.c - what a reply means for the round that it belongs to.
 *
 * Invariant: while an item prepares or accepts, item->open calls of its ballot
 * are to be answered yet, each with a reply or with silence.
 *
 * Locks: px->mu is held by the caller of everything here.
 */
#include "peer.h"

/* The round came to nothing: the timer will begin another one. */
static void lose(struct paxos *px, struct item *item)
{
	int64_t most = 10 << item->lost;

	if (item->lost < 6)
		item->lost++;
	item->phase = WAITING;
	item->due_ms = now_ms() + (int64_t)random_below(&px->random,
							(uint64_t)most);
	cond_signal(&px->clock);
}

static void note_ballot(struct item *item, int64_t n)
{
	if (n > item->beat && n <= TOP)
		item->beat = n;
}

static void pick(struct item *item, struct value v)
{
	value_free(&item->pick);
	item->pick = value_copy(v);
}

void round_accepted(struct paxos *px, struct item *item,
		    const struct accept_reply *reply)
{
	item->open--;
	note_ballot(item, reply->promised);
	item->yes += reply->outcome == OUTCOME_OK;
	if (item->yes > px->npeers / 2) {
		item->phase = QUIET;
		post(px, QUIET, item, item->pick);
		item_decide(px, item, item->pick);
	} else if (reply->promised > item->n || item->open == 0) {
		lose(px, item);
	}
}

static void ask_to_accept(struct paxos *px, struct item *item)
{
	struct accept_reply own = { .promised = 0 };

	item->phase = ACCEPTING;
	item->yes = 0;
	item->open = px->npeers;
	accept_item(item, item->n, item->pick, &own);
	if (own.outcome == OUTCOME_OK)
		post(px, ACCEPTING, item, item->pick);
	round_accepted(px, item, &own);
}

void round_promise(struct paxos *px, struct item *item,
		   const struct prepare_reply *reply)
{
	item->open--;
	note_ballot(item, reply->promised);
	if (reply->outcome == OUTCOME_DECIDED) {
		item->phase = QUIET;
		item_decide(px, item, reply->val);
		return;
	}
	if (reply->outcome == OUTCOME_OK) {
		item->yes++;
		if (reply->accepted > item->best) {
			item->best = reply->accepted;
			pick(item, reply->val);
		}
	}
	if (item->yes > px->npeers / 2)
		ask_to_accept(px, item);
	else if (reply->promised > item->n || item->open == 0)
		lose(px, item);
}

void round_silence(struct paxos *px, struct item *item)
{
	if (--item->open == 0)
		lose(px, item);
}

void round_begin(struct paxos *px, struct item *item)
{
	struct prepare_reply own = { .promised = 0 };

	note_ballot(item, item->promised);
	/* Peer i has the ballots that leave i when divided by npeers. */
	item->n = item->beat + px->npeers;
	item->n += px->me - item->n % px->npeers;
	item->phase = PREPARING;
	item->best = 0;
	item->yes = 0;
	item->open = px->npeers;
	pick(item, item->own);
	prepare_item(item, item->n, &own);
	if (own.outcome == OUTCOME_OK)
		post(px, PREPARING, item, VALUE_EMPTY);
	round_promise(px, item, &own);
	value_free(&own.val);
}
