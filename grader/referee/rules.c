/*
 * rules.c - see rules.h.
 *
 * Of a handler that has ended and of one that begins later, the first took
 * effect before the second.  So what an acceptor has said OK to in handlers
 * that had ended as another began (struct handling) holds for that one, if the
 * acceptor keeps Paxos' rules: it has promised at least the highest of these
 * ballots, and accepted at least the highest of the accepted ones.  Handlers
 * that overlap prove nothing about each other, except where the order does not
 * matter.
 *
 * What a peer tells its own acceptor is not seen.  It can only raise what the
 * acceptor has promised and accepted.
 *
 * No locks: no state.
 */
#include "grader/referee/rules.h"

#define NOBODY (-1)

int majority_of(int npeers)
{
	return npeers / 2 + 1;
}

int count_of(uint64_t set)
{
	int n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

static bool has(uint64_t set, int node)
{
	return (set & node_bit(node)) != 0;
}

static bool is_peer(const struct parties *p, int node)
{
	return node >= 0 && node < p->npeers && !has(p->scripted, node);
}

/* A test plays some of the group, whose replies are not seen. */
static bool plays_along(const struct parties *p)
{
	return (p->scripted & ((UINT64_C(1) << p->npeers) - 1)) != 0;
}

/*
 * Who has promised a ballot above N, and then had accepted nothing from N on,
 * has not accepted N and never will.
 */
static uint64_t never_voters(const struct parties *p,
			     const struct instance_seen *inst, int64_t n)
{
	uint64_t set = 0;

	for (struct ballot_seen *b = inst->ballots; b != NULL; b = b->next) {
		if (b->n <= n)
			continue;
		for (int i = 0; i < p->npeers; i++)
			if (b->promised[i].n != 0 &&
			    b->reports[i].accepted < n)
				set |= node_bit(i);
	}
	return set;
}

/*
 * Whoever proposes a value counts as having accepted it, if it still could,
 * and so does PEER itself if it was asked: it may know what its own handler is
 * about to say.
 */
uint64_t voters_for(const struct parties *p, const struct instance_seen *inst,
		    int peer, struct mark val,
		    const struct ballot_seen **best)
{
	const uint64_t group = (UINT64_C(1) << p->npeers) - 1;
	uint64_t most = 0;

	*best = NULL;
	for (struct ballot_seen *b = inst->ballots; b != NULL; b = b->next) {
		const struct value_seen *v = value_find(b, val);
		uint64_t set;

		if (v == NULL)
			continue;
		set = v->proposers | (v->asked & node_bit(peer));
		set &= ~never_voters(p, inst, b->n);
		set = (set | v->accepted) & group;
		if (count_of(set) > count_of(most)) {
			most = set;
			*best = b;
		}
	}
	return most;
}

static bool may_be_chosen(const struct parties *p,
			  const struct instance_seen *inst, int peer,
			  struct mark val)
{
	const struct ballot_seen *best;

	return count_of(voters_for(p, inst, peer, val, &best)) >=
	       majority_of(p->npeers);
}

static bool has_asked(const struct instance_seen *inst, int peer)
{
	const struct ballot_seen *b = inst->ballots;

	while (b != NULL && !has(b->sent, peer))
		b = b->next;
	return b != NULL;
}

/*
 * A peer knows a decision when it was told, or has found out in a round of its
 * own.  What it says now does not count for that yet.
 */
bool is_harmless(const struct parties *p, const struct instance_seen *inst,
		 const struct handling *h, const struct reply_seen *reply)
{
	struct mark val = h->asked.val;

	if (h->kind == MESSAGE_PREPARE) {
		if (reply->accepted < 1)
			return false;
		val = reply->val;
	}
	return decision_told(inst, val) ||
	       (has_asked(inst, h->at) &&
		may_be_chosen(p, inst, NOBODY, val));
}

/*
 * A test's nodes answer what they like, unseen: who has called them may know
 * of a decision, or that an instance can be forgotten.
 */
static bool is_judged(const struct parties *p,
		      const struct instance_seen *inst, int peer)
{
	return !inst->acceptors[peer].forgot &&
	       (p->scripted == 0 || !has(p->callers, peer));
}

const struct value_seen *value_asked(const struct ballot_seen *ballot,
				     int peer)
{
	for (int i = 0; i < ballot->nvalues; i++)
		if (has(ballot->values[i].asked, peer))
			return &ballot->values[i];
	return NULL;
}

const struct value_seen *value_of(const struct ballot_seen *ballot, int peer)
{
	for (int i = 0; i < ballot->nvalues; i++)
		if (has(ballot->values[i].sent, peer))
			return &ballot->values[i];
	return NULL;
}

/*
 * The value that is reported was not asked for.  It may be the acceptor's own,
 * if the ballot is: then the peer has asked for promises under it before it
 * accepted anything, or, where it need not ask, nobody else has that ballot.
 * What it has asked others to accept is then the only value.
 */
static bool is_made_up(const struct instance_seen *inst,
		       const struct handling *h,
		       const struct reply_seen *reply)
{
	struct ballot_seen *b = ballot_find(inst, reply->accepted);
	const struct value_seen *v;

	if (b == NULL)
		return false;
	v = value_find(b, reply->val);
	if (v != NULL && has(v->asked | v->sent, h->at))
		return false;
	return value_of(b, h->at) != NULL ||
	       (!has(b->sent, h->at) && (b->claimed & ~node_bit(h->at)) != 0);
}

/*
 * Two promises of one ballot contradict each other in whatever order they were
 * made.  A test may use ballots that are a peer's own, so its nodes do not
 * count.
 */
static bool is_promised_twice(const struct parties *p,
			      const struct instance_seen *inst,
			      const struct handling *h)
{
	const struct ballot_seen *b = ballot_find(inst, h->asked.n);
	const struct consent *first;

	if (b == NULL || b->promised[h->at].n == 0)
		return false;
	first = &b->promised[h->at];
	return first->from != h->asked.from && is_peer(p, first->from) &&
	       is_peer(p, h->asked.from);
}

enum rule rule_of_promise(const struct parties *p,
			  const struct instance_seen *inst,
			  const struct handling *h,
			  const struct reply_seen *reply)
{
	if (!is_judged(p, inst, h->at))
		return RULE_NONE;
	if (h->asked.n < h->promised.n)
		return RULE_PROMISES_BELOW;
	if (is_promised_twice(p, inst, h))
		return RULE_PROMISES_TWICE;
	if (reply->accepted < h->accepted.n)
		return RULE_FORGETS;
	if (reply->accepted >= 1 && is_made_up(inst, h, reply))
		return RULE_MAKES_UP;
	return RULE_NONE;
}

enum rule rule_of_accept(const struct parties *p,
			 const struct instance_seen *inst,
			 const struct handling *h)
{
	return h->asked.n < h->promised.n && is_judged(p, inst, h->at)
		       ? RULE_ACCEPTS_BELOW : RULE_NONE;
}

bool has_promised(const struct ballot_seen *ballot, int acceptor, int peer)
{
	const struct report_seen *report = &ballot->reports[acceptor];

	return has(ballot->reported, acceptor) && acceptor != peer &&
	       (report->to == peer || report->to == TO_SEVERAL);
}

int promises_of(const struct parties *p, const struct ballot_seen *ballot,
		int peer, int64_t above)
{
	int n = 0;

	for (int i = 0; i < p->npeers; i++)
		n += has_promised(ballot, i, peer) &&
		     ballot->reports[i].accepted <= above;
	return n;
}

/*
 * A value is safe under a ballot if a majority has promised it and reported
 * nothing, or nothing above a lower ballot of that value: however the proposer
 * came to know of that one.  Its own acceptor is unseen and may have promised
 * and reported what fits: also a value of an earlier round of its own that
 * came as far as that, and was given up before others were asked to accept it.
 */
static bool is_safe(const struct parties *p, const struct instance_seen *inst,
		    const struct ballot_seen *ballot, int peer,
		    struct mark val)
{
	const int others = majority_of(p->npeers) - 1;

	if (promises_of(p, ballot, peer, 0) >= others)
		return true;
	for (struct ballot_seen *b = inst->ballots; b != NULL; b = b->next) {
		bool own = has(b->prepared, peer) &&
			   value_of(b, peer) == NULL &&
			   promises_of(p, b, peer, INT64_MAX) >= others;

		if (b->n < ballot->n && (own || value_find(b, val) != NULL) &&
		    promises_of(p, ballot, peer, b->n) >= others)
			return true;
	}
	/* What it was told need not be true. */
	for (int i = 0; i < p->npeers; i++) {
		const struct report_seen *report = &ballot->reports[i];

		if (has_promised(ballot, i, peer) &&
		    mark_same(report->val, val) &&
		    promises_of(p, ballot, peer, report->accepted) >= others)
			return true;
	}
	return false;
}

/*
 * Seen where messages leave, so it is certain who sent both.  That two peers
 * have the same ballots is another matter: then acceptors keep them apart.
 * Who has asked for no promises under a ballot may have no need of them.
 */
enum rule rule_of_proposal(const struct parties *p,
			   const struct instance_seen *inst,
			   const struct ballot_seen *ballot, int peer,
			   struct mark val)
{
	const struct value_seen *before = value_of(ballot, peer);

	if (before != NULL && !mark_same(before->val, val))
		return RULE_TWO_VALUES;
	if (plays_along(p) || !has(ballot->prepared, peer) ||
	    decision_told(inst, val) || may_be_chosen(p, inst, peer, val) ||
	    is_safe(p, inst, ballot, peer, val))
		return RULE_NONE;
	return promises_of(p, ballot, peer, INT64_MAX) <
			       majority_of(p->npeers) - 1
		       ? RULE_NO_PROMISES : RULE_OVERRULES;
}

/*
 * Who decides has the word of a majority, whose handlers have ended, or of
 * somebody who has decided.
 */
enum rule rule_of_decision(const struct parties *p,
			   const struct instance_seen *inst, int peer,
			   struct mark val)
{
	if (plays_along(p) || p->npeers == 1 ||
	    decision_told(inst, val) || may_be_chosen(p, inst, peer, val))
		return RULE_NONE;
	return RULE_NO_MAJORITY;
}
