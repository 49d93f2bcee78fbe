/*
 * words.c - accusations in words, for a person who has read about Paxos and
 * not this.
 *
 * Times are seconds, as in the log.
 *
 * No locks: no state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "grader/referee/rules.h"

#define NODE_BYTES 16
#define MARK_BYTES 64

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

static const char *node(const struct parties *p, int number,
			char buf[NODE_BYTES])
{
	bool scripted = (p->scripted & node_bit(number)) != 0;

	snprintf(buf, NODE_BYTES, "%s %d", scripted ? "node" : "peer", number);
	return buf;
}

/* As the judge names values in its steps. */
static const char *mark(struct mark m, char buf[MARK_BYTES])
{
	if (m.len == 0)
		snprintf(buf, MARK_BYTES, "no bytes");
	else
		snprintf(buf, MARK_BYTES, "%" PRIu64 " bytes #%08" PRIx64,
			 m.len, m.fingerprint & 0xffffffff);
	return buf;
}

/* The request C to peer AT and its reply, if that is given, as one line. */
static void write_message(char *to, size_t size, const struct parties *p,
			  int64_t seq, int at, const struct consent *c,
			  const struct reply_seen *reply)
{
	char from[NODE_BYTES], asked[MARK_BYTES], told[MARK_BYTES];
	char what[MARK_BYTES + 2] = "", report[MARK_BYTES + 64] = "";

	if (c->kind == MESSAGE_ACCEPT)
		snprintf(what, sizeof(what), ", %s", mark(c->val, asked));
	if (reply != NULL && c->kind == MESSAGE_PREPARE)
		snprintf(report, sizeof(report), ", accepted %" PRId64 "%s%s",
			 reply->accepted, reply->accepted != 0 ? ", " : "",
			 reply->accepted != 0 ? mark(reply->val, told) : "");
	snprintf(to, size, "%s to peer %d: %s(seq %" PRId64 ", n %" PRId64
		 "%s) -> OK%s, from %.6f s to %.6f s",
		 node(p, c->from, from), at,
		 c->kind == MESSAGE_PREPARE ? "prepare" : "accept", seq, c->n,
		 what, report, seconds(c->began_us), seconds(c->ended_us));
}

static void expect(struct accusation *a, int64_t seq, const char *rule)
{
	memset(a, 0, sizeof(*a));
	a->seq = seq;
	snprintf(a->expected, sizeof(a->expected), "%s", rule);
}

static void say_below(struct accusation *a, const struct parties *p,
		      const struct handling *h)
{
	bool accepts = h->kind == MESSAGE_ACCEPT;
	const struct consent *before = &h->promised;
	char now[NODE_BYTES], then[NODE_BYTES];

	expect(a, h->seq, accepts
	       ? "an acceptor accepts nothing below a ballot that it has "
		 "promised"
	       : "an acceptor promises nothing below a ballot that it has "
		 "promised");
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "%s ballot %" PRId64 " of %s, after it had %s ballot %" PRId64
		 " of %s%s", h->seq, h->at, accepts ? "accepted" : "promised",
		 h->asked.n, node(p, h->asked.from, now),
		 before->kind == MESSAGE_PREPARE ? "promised" : "accepted",
		 before->n, node(p, before->from, then),
		 before->kind == MESSAGE_PREPARE ? ""
						 : ", which is a promise, "
						   "too");
	write_message(a->messages[0], sizeof(a->messages[0]), p, h->seq,
		      h->at, before, NULL);
}

static void say_twice(struct accusation *a, const struct parties *p,
		      const struct instance_seen *inst,
		      const struct handling *h)
{
	const struct consent *before =
		&ballot_find(inst, h->asked.n)->promised[h->at];
	char now[NODE_BYTES], then[NODE_BYTES];

	expect(a, h->seq, "an acceptor promises a ballot to one proposer "
	       "only");
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "promised ballot %" PRId64 " to %s, and to %s", h->seq,
		 h->at, h->asked.n, node(p, before->from, then),
		 node(p, h->asked.from, now));
	write_message(a->messages[0], sizeof(a->messages[0]), p, h->seq,
		      h->at, before, NULL);
}

static void say_forgets(struct accusation *a, const struct parties *p,
			const struct handling *h,
			const struct reply_seen *reply)
{
	char has[MARK_BYTES], to[NODE_BYTES], told[64] = "nothing";

	expect(a, h->seq, "a promise reports what the acceptor has accepted "
	       "under the highest ballot");
	if (reply->accepted != 0)
		snprintf(told, sizeof(told), "a value of ballot %" PRId64,
			 reply->accepted);
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "reported %s to %s, after it had accepted %s under ballot %"
		 PRId64, h->seq, h->at, told, node(p, h->asked.from, to),
		 mark(h->accepted.val, has), h->accepted.n);
	write_message(a->messages[0], sizeof(a->messages[0]), p, h->seq,
		      h->at, &h->accepted, NULL);
}

static void say_makes_up(struct accusation *a, const struct parties *p,
			 const struct instance_seen *inst,
			 const struct handling *h,
			 const struct reply_seen *reply)
{
	struct ballot_seen *b = ballot_find(inst, reply->accepted);
	const struct value_seen *own = value_of(b, h->at);
	const struct value_seen *asked =
		own != NULL ? own : value_asked(b, h->at);
	const struct consent *given = &inst->acceptors[h->at].accepted;
	char told[MARK_BYTES], to[NODE_BYTES], was[MARK_BYTES];

	expect(a, h->seq, "a promise reports a value together with the ballot "
	       "under which it was accepted");
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "reported %s, accepted under ballot %" PRId64 ", to %s; "
		 "under that ballot it had %s %s", h->seq, h->at,
		 mark(reply->val, told), reply->accepted,
		 node(p, h->asked.from, to), own != NULL
			 ? "asked others to accept"
			 : "been asked to accept", asked != NULL
			 ? mark(asked->val, was) : "nothing");
	if (given->n != 0)
		write_message(a->messages[0], sizeof(a->messages[0]), p,
			      h->seq, h->at, given, NULL);
}

void accuse_acceptor(struct accusation *a, const struct parties *p,
		     enum rule rule, const struct instance_seen *inst,
		     const struct handling *h, const struct reply_seen *reply,
		     int64_t now_us)
{
	struct consent now = h->asked;

	if (rule == RULE_PROMISES_TWICE)
		say_twice(a, p, inst, h);
	else if (rule == RULE_FORGETS)
		say_forgets(a, p, h, reply);
	else if (rule == RULE_MAKES_UP)
		say_makes_up(a, p, inst, h, reply);
	else
		say_below(a, p, h);
	now.ended_us = now_us;
	write_message(a->messages[1], sizeof(a->messages[1]), p, h->seq,
		      h->at, &now, reply);
}

static void write_proposal(char *to, size_t size, int peer, int64_t seq,
			   int64_t n, struct mark val, int64_t at_us)
{
	char described[MARK_BYTES];

	snprintf(to, size, "peer %d to others: accept(seq %" PRId64 ", n %"
		 PRId64 ", %s), at %.6f s", peer, seq, n,
		 mark(val, described), seconds(at_us));
}

/* The report to PEER under BALLOT of the highest ballot. */
static int highest_report(const struct parties *p,
			  const struct ballot_seen *ballot, int peer)
{
	int found = -1;

	for (int i = 0; i < p->npeers; i++)
		if (has_promised(ballot, i, peer) &&
		    (found < 0 || ballot->reports[i].accepted >
					  ballot->reports[found].accepted))
			found = i;
	return found;
}

static void say_unsafe(struct accusation *a, const struct parties *p,
		       enum rule rule, const struct ballot_seen *ballot,
		       int peer, const struct request_seen *request)
{
	int from = highest_report(p, ballot, peer);
	char now[MARK_BYTES], told[MARK_BYTES];

	if (rule == RULE_NO_PROMISES) {
		expect(a, request->seq, "a proposer sends a value when a "
		       "majority has promised its ballot");
		snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64
			 " peer %d asked others to accept %s under ballot %"
			 PRId64 ", which %d of the %d others had promised",
			 request->seq, peer, mark(request->val, now),
			 request->n, promises_of(p, ballot, peer, INT64_MAX),
			 p->npeers - 1);
		return;
	}
	expect(a, request->seq, "a proposer takes over the value that is "
	       "reported under the highest ballot");
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "asked others to accept %s under ballot %" PRId64 "; but "
		 "with its promise peer %d had reported %s, accepted under "
		 "ballot %" PRId64, request->seq, peer,
		 mark(request->val, now), request->n, from,
		 mark(ballot->reports[from].val, told),
		 ballot->reports[from].accepted);
	snprintf(a->messages[0], sizeof(a->messages[0]), "peer %d to peer %d: "
		 "prepare(seq %" PRId64 ", n %" PRId64 ") -> OK, accepted %"
		 PRId64 ", %s", peer, from, request->seq, request->n,
		 ballot->reports[from].accepted, told);
}

static void say_two_values(struct accusation *a,
			   const struct ballot_seen *ballot, int peer,
			   const struct request_seen *request)
{
	const struct value_seen *before = value_of(ballot, peer);
	char now[MARK_BYTES], then[MARK_BYTES];

	expect(a, request->seq, "under one ballot a proposer sends one value");
	snprintf(a->saw, sizeof(a->saw), "in instance %" PRId64 " peer %d "
		 "asked others to accept %s under ballot %" PRId64 ", after "
		 "it had asked them to accept %s", request->seq, peer,
		 mark(request->val, now), request->n, mark(before->val, then));
	write_proposal(a->messages[0], sizeof(a->messages[0]), peer,
		       request->seq, request->n, before->val, before->at_us);
}

void accuse_proposer(struct accusation *a, const struct parties *p,
		     enum rule rule, const struct ballot_seen *ballot,
		     int peer, const struct request_seen *request,
		     int64_t now_us)
{
	if (rule == RULE_TWO_VALUES)
		say_two_values(a, ballot, peer, request);
	else
		say_unsafe(a, p, rule, ballot, peer, request);
	write_proposal(a->messages[1], sizeof(a->messages[1]), peer,
		       request->seq, request->n, request->val, now_us);
}

/* If a proposer of BALLOT cannot have voted for it: the promise that shows. */
static void write_other_promise(char *to, size_t size,
				const struct parties *p,
				const struct instance_seen *inst,
				const struct ballot_seen *ballot,
				struct mark val, uint64_t voters)
{
	const struct ballot_seen *b = inst->ballots;
	uint64_t left = 0;

	for (int i = 0; i < ballot->nvalues; i++)
		if (mark_same(ballot->values[i].val, val))
			left = ballot->values[i].proposers & ~voters;
	for (; b != NULL; b = b->next)
		for (int i = 0; i < p->npeers; i++) {
			const struct reply_seen reply = {
				.accepted = b->reports[i].accepted,
				.val = b->reports[i].val,
			};

			if ((left & node_bit(i)) && b->n > ballot->n &&
			    b->promised[i].n != 0 &&
			    reply.accepted < ballot->n)
				write_message(to, size, p, inst->seq, i,
					      &b->promised[i], &reply);
		}
}

void accuse_learner(struct accusation *a, const struct parties *p,
		    const struct instance_seen *inst, int peer,
		    struct mark val, const char *how, int64_t now_us)
{
	const struct ballot_seen *best;
	uint64_t voters = voters_for(p, inst, peer, val, &best);
	char described[MARK_BYTES], who[128] = "";
	size_t used = 0;

	expect(a, inst->seq, "a decision rests on a majority that has "
	       "accepted its value under one ballot");
	for (int i = 0; i < p->npeers; i++)
		if (voters & node_bit(i))
			used += (size_t)snprintf(who + used,
						 sizeof(who) - used, " %d", i);
	used = (size_t)snprintf(a->saw, sizeof(a->saw), "peer %d %s that "
				"instance %" PRId64 " is decided on %s, "
				"which ", peer, how, inst->seq,
				mark(val, described));
	if (best == NULL)
		snprintf(a->saw + used, sizeof(a->saw) - used, "nobody had "
			 "been asked to accept, nor had anybody told it so");
	else
		snprintf(a->saw + used, sizeof(a->saw) - used, "at most %d of "
			 "%d peers had accepted (under ballot %" PRId64
			 ": peer%s), nor had anybody told it so",
			 count_of(voters), p->npeers, best->n, who);
	if (best != NULL)
		write_other_promise(a->messages[0], sizeof(a->messages[0]), p,
				    inst, best, val, voters);
	snprintf(a->messages[1], sizeof(a->messages[1]), "peer %d %s: "
		 "decided(seq %" PRId64 ", %s), at %.6f s", peer, how,
		 inst->seq, described, seconds(now_us));
}
