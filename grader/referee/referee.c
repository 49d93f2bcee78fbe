/*
 * referee.c - takes in what happens, in the order in which it does.
 *
 * Invariant: what r->record holds is what was told before, and until the first
 * accusation all of it kept the rules.
 *
 * A peer may forget an instance when it knows that all others are done with it
 * and is so itself, which is not seen.  So what all but one are known to be
 * done with is not watched.
 *
 * No locks: one thread.
 */
#include "grader/referee/referee.h"

#include <stdlib.h>

#include "grader/referee/rules.h"
#include "labrpc/fatal.h"

struct referee {
	struct parties parties;
	struct record record;
	int64_t done[PEERS_MAX]; /* the highest that any message said */
	int64_t floor;           /* instances below are not watched */
	bool full;               /* there was no room: watches no more */
	bool accused;
	struct accusation accusation;
};

struct referee *referee_make(void)
{
	struct referee *r = calloc(1, sizeof(*r));

	if (r == NULL)
		lab_fatal("no memory for a referee");
	return r;
}

void referee_free(struct referee *r)
{
	record_deinit(&r->record);
	free(r);
}

void referee_open(struct referee *r, int npeers, uint64_t scripted)
{
	record_open(&r->record, npeers);
	r->parties = (struct parties){ npeers, scripted, 0 };
	for (int i = 0; i < PEERS_MAX; i++)
		r->done[i] = -1;
	r->floor = 0;
	r->full = false;
	r->accused = false;
}

const struct accusation *referee_accusation(const struct referee *r)
{
	return r->accused ? &r->accusation : NULL;
}

void referee_born(struct referee *r, int peer)
{
	record_born(&r->record, peer);
}

/* The instance SEQ if it is to be watched, else NULL. */
static struct instance_seen *watched(struct referee *r, int64_t seq)
{
	struct instance_seen *inst;

	if (r->full || r->accused || seq < r->floor)
		return NULL;
	inst = record_get(&r->record, seq);
	r->full = inst == NULL;
	return inst != NULL && !inst->lost ? inst : NULL;
}

/* One more than what all peers but one are done with. */
static int64_t floor_of(const struct referee *r)
{
	int64_t lowest = INT64_MAX, second = INT64_MAX;

	for (int i = 0; i < r->parties.npeers; i++) {
		if (r->done[i] < lowest) {
			second = lowest;
			lowest = r->done[i];
		} else if (r->done[i] < second) {
			second = r->done[i];
		}
	}
	return second == INT64_MAX ? second : second + 1;
}

static void merge_done(struct referee *r, const int64_t done[PEERS_MAX])
{
	bool news = false;
	int64_t floor;

	for (int i = 0; i < r->parties.npeers; i++)
		if (done[i] > r->done[i]) {
			r->done[i] = done[i];
			news = true;
		}
	if (!news)
		return;
	floor = floor_of(r);
	if (floor > r->floor) {
		record_forget(&r->record, r->floor, floor);
		r->floor = floor;
	}
}

/* PEER says (HOW: a verb) that INST is decided on VAL. */
static void decides(struct referee *r, struct instance_seen *inst, int peer,
		    struct mark val, const char *how, int64_t now_us)
{
	if (rule_of_decision(&r->parties, inst, peer, val) != RULE_NONE) {
		accuse_learner(&r->accusation, &r->parties, inst, peer, val,
			       how, now_us);
		r->accused = true;
	}
	decision_note(inst, val);
}

/* PEER asks others to accept the value of REQUEST under the ballot B. */
static void proposes(struct referee *r, struct instance_seen *inst,
		     struct ballot_seen *b, int peer,
		     const struct request_seen *request, int64_t now_us)
{
	enum rule rule = rule_of_proposal(&r->parties, inst, b, peer,
					  request->val);
	struct value_seen *v;

	if (rule != RULE_NONE) {
		accuse_proposer(&r->accusation, &r->parties, rule, b, peer,
				request, now_us);
		r->accused = true;
	}
	v = value_get(inst, b, request->val, now_us);
	if (v == NULL)
		return;
	v->proposers |= node_bit(peer);
	v->sent |= node_bit(peer);
}

void referee_sends(struct referee *r, int peer,
		   const struct request_seen *request, int64_t now_us)
{
	struct instance_seen *inst;
	struct ballot_seen *b;

	r->parties.callers |= node_bit(peer);
	merge_done(r, request->done);
	inst = watched(r, request->seq);
	if (inst == NULL)
		return;
	if (request->kind == MESSAGE_DECIDED) {
		decides(r, inst, peer, request->val, "told others", now_us);
		return;
	}
	b = ballot_get(&r->record, inst, request->n);
	if (b == NULL)
		return;
	b->claimed |= node_bit(peer);
	b->sent |= node_bit(peer);
	if (request->kind == MESSAGE_ACCEPT)
		proposes(r, inst, b, peer, request, now_us);
	else
		b->prepared |= node_bit(peer);
}

void referee_handles(struct referee *r, int peer,
		     const struct request_seen *request, int64_t now_us,
		     struct handling *h)
{
	struct instance_seen *inst;
	struct ballot_seen *b;
	struct value_seen *v;

	h->watched = false;
	merge_done(r, request->done);
	inst = watched(r, request->seq);
	if (inst == NULL)
		return;
	if (request->kind == MESSAGE_DECIDED) {
		decision_note(inst, request->val); /* judged as it was sent */
		return;
	}
	if (request->n < 1)
		return; /* which is no ballot */
	b = ballot_get(&r->record, inst, request->n);
	if (b == NULL)
		return;
	b->claimed |= node_bit(request->from);
	if (request->kind == MESSAGE_ACCEPT) {
		v = value_get(inst, b, request->val, now_us);
		if (v == NULL)
			return;
		v->proposers |= node_bit(request->from);
		v->asked |= node_bit(peer);
	}
	*h = (struct handling){
		.watched = true,
		.at = peer,
		.kind = request->kind,
		.seq = request->seq,
		.asked = { request->kind, request->from, request->n,
			   request->val, now_us, 0 },
		.promised = inst->acceptors[peer].promised,
		.accepted = inst->acceptors[peer].accepted,
	};
}

/* Whatever H said besides, it has the value that it reports. */
static void note_report(struct instance_seen *inst, int peer,
			const struct reply_seen *reply)
{
	struct ballot_seen *b = ballot_find(inst, reply->accepted);
	struct value_seen *v = b != NULL ? value_find(b, reply->val) : NULL;

	if (v != NULL)
		v->accepted |= node_bit(peer);
}

/* With a promise PEER told TO what it had accepted. */
static void note_promise(struct ballot_seen *b, int peer, int to,
			 const struct reply_seen *reply)
{
	struct report_seen *report = &b->reports[peer];

	if (!(b->reported & node_bit(peer)))
		*report = (struct report_seen){ to, reply->accepted,
						reply->val };
	b->reported |= node_bit(peer);
	if (report->to != to)
		report->to = TO_SEVERAL;
	if (reply->accepted < report->accepted) {
		report->accepted = reply->accepted;
		report->val = reply->val;
	}
}

/* The handler H has said OK. */
static void consents(struct referee *r, struct instance_seen *inst,
		     const struct handling *h, const struct reply_seen *reply,
		     int64_t now_us)
{
	struct acceptor_seen *a = &inst->acceptors[h->at];
	struct ballot_seen *b = ballot_find(inst, h->asked.n);
	struct consent given = h->asked;
	enum rule rule;

	if (h->kind == MESSAGE_PREPARE)
		note_promise(b, h->at, h->asked.from, reply);
	if (is_harmless(&r->parties, inst, h, reply)) {
		if (h->kind == MESSAGE_ACCEPT)
			value_find(b, given.val)->accepted |= node_bit(h->at);
		return;
	}
	rule = h->kind == MESSAGE_PREPARE
		       ? rule_of_promise(&r->parties, inst, h, reply)
		       : rule_of_accept(&r->parties, inst, h);
	if (rule != RULE_NONE) {
		accuse_acceptor(&r->accusation, &r->parties, rule, inst, h,
				reply, now_us);
		r->accused = true;
	}
	given.ended_us = now_us;
	if (given.n > a->promised.n)
		a->promised = given;
	if (h->kind == MESSAGE_ACCEPT) {
		if (given.n > a->accepted.n)
			a->accepted = given;
		value_find(b, given.val)->accepted |= node_bit(h->at);
	} else if (b->promised[h->at].n == 0) {
		b->promised[h->at] = given;
	}
}

void referee_replied(struct referee *r, const struct handling *h,
		     const struct reply_seen *reply, int64_t now_us)
{
	struct instance_seen *inst;

	merge_done(r, reply->done);
	if (!h->watched)
		return;
	inst = watched(r, h->seq); /* which was so as H began */
	if (inst == NULL)
		return;
	if (h->kind == MESSAGE_PREPARE && reply->accepted >= 1)
		note_report(inst, h->at, reply);
	switch (reply->outcome) {
	case OUTCOME_OK:
		consents(r, inst, h, reply, now_us);
		break;
	case OUTCOME_DECIDED:
		if (h->kind == MESSAGE_PREPARE)
			decides(r, inst, h->at, reply->val,
				"answered", now_us);
		break;
	case OUTCOME_FORGOTTEN:
		inst->acceptors[h->at].forgot = true;
		break;
	}
}

void referee_learned(struct referee *r, int peer, int64_t seq,
		     struct mark val, int64_t now_us)
{
	struct instance_seen *inst = watched(r, seq);

	if (inst != NULL && !decision_told(inst, val))
		decides(r, inst, peer, val, "says", now_us);
}
