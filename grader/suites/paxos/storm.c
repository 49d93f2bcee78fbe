/*
 * storm.c - one peer, and messages in an order that nobody planned.
 *
 * Peer 0 is yours.  The other nodes are played by the test, which sends
 * hundreds of messages drawn from its seed and holds every answer against the
 * rules.  Where the rules leave you a choice, any answer is right; so is one
 * that speaks of a ballot of your own.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

#define INSTANCES 4
#define MESSAGES 400
#define VALUES 32 /* of each instance; ballots take turns with them */

/* What the rules let an observer say of one acceptor. */
struct observed {
	int64_t promised[INSTANCES]; /* the highest ballot that got an OK */
	int64_t prepared[INSTANCES]; /* the last ballot promised */
	int64_t accepted[INSTANCES]; /* the last ballot accepted, or 0 */
	int64_t top;                 /* the highest of all instances */
	struct value values[INSTANCES][VALUES];
};

static struct value value_of(const struct observed *o, int seq, int64_t n)
{
	return o->values[seq][n % VALUES];
}

/* An answer to SEQ under ballot N: was it one of those that are allowed? */
static void check_outcome(struct cluster *c, enum outcome said,
			  int64_t promised, int64_t n, int64_t highest,
			  bool must)
{
	expect_that(c, said == OUTCOME_OK || said == OUTCOME_REFUSED,
		    "the answer is OUTCOME_OK or OUTCOME_REFUSED",
		    "outcome %d", (int)said);
	expect_that(c, said == OUTCOME_REFUSED || n >= highest,
		    "a ballot below a promised one is refused",
		    "ballot %lld is not, and %lld was promised",
		    (long long)n, (long long)highest);
	expect_that(c, said == OUTCOME_OK || !must,
		    "a prepare above all ballots is promised, and an accept "
		    "under the last promise accepted", "ballot %lld is "
		    "refused, promised %lld", (long long)n,
		    (long long)promised);
	expect_that(c, said == OUTCOME_OK || promised >= highest,
		    "a refusal tells the ballot to beat",
		    "promised is %lld, but %lld was promised",
		    (long long)promised, (long long)highest);
}

static void note_ok(struct observed *o, int seq, int64_t n)
{
	if (n > o->promised[seq])
		o->promised[seq] = n;
	if (n > o->top)
		o->top = n;
}

static void storm_prepare(struct cluster *c, struct observed *o, int seq,
			  int64_t n)
{
	struct prepare_reply reply =
		send_prepare(c, 1 + (int)(n % 2), 0, seq, n);
	int64_t accepted = o->accepted[seq];

	/* If N is not above the promise, that was given to peer 0 itself. */
	check_outcome(c, reply.outcome, reply.promised, n, o->promised[seq],
		      n > o->top && n > reply.promised);
	if (reply.outcome != OUTCOME_OK)
		return;
	expect_that(c, reply.accepted == accepted &&
		    (accepted == 0 ||
		     value_equal(reply.val, value_of(o, seq, accepted))),
		    "a promise reports the last ballot accepted and its value",
		    "ballot %lld instead of %lld, or another value",
		    (long long)reply.accepted, (long long)accepted);
	o->prepared[seq] = n;
	note_ok(o, seq, n);
}

static void storm_accept(struct cluster *c, struct observed *o, int seq,
			 int64_t n)
{
	struct accept_reply reply =
		send_accept(c, 1 + (int)(n % 2), 0, seq, n,
			    value_of(o, seq, n));

	check_outcome(c, reply.outcome, reply.promised, n, o->promised[seq],
		      n == o->prepared[seq] && n == o->top &&
		      n >= reply.promised && n != o->accepted[seq]);
	if (reply.outcome != OUTCOME_OK)
		return;
	o->accepted[seq] = n;
	note_ok(o, seq, n);
}

GRADED(storm, prepares_and_accepts, .part = "A", .points = 2, .todo = 3,
       .steps = 4000, .scripted = true,
       .needs = "acceptor/keeps_the_latest_value",
       .about = "Four hundred prepares and accepts in a random order")
{
	/* Four instances, ballots that rise slowly and are often too low, and
	 * accepts with and without a promise before them. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n, base = 100 + draw_below(c, 1000);
	struct observed o = { .top = 0 };

	for (int seq = 0; seq < INSTANCES; seq++)
		for (int i = 0; i < VALUES; i++)
			o.values[seq][i] = draw_value(c, 64);
	for (int i = 0; i < MESSAGES; i++) {
		int seq = draw_below(c, INSTANCES);

		n = base + i / 4 + draw_below(c, 12);
		if (draw_below(c, 2) == 0)
			storm_prepare(c, &o, seq, n);
		else if (draw_below(c, 3) == 0 || o.prepared[seq] == 0)
			storm_accept(c, &o, seq, n);
		else
			storm_accept(c, &o, seq, o.prepared[seq]);
	}
	for (int seq = 0; seq < INSTANCES; seq++)
		storm_prepare(c, &o, seq, o.top + 1);
}

/* What a reply tells of Done lies between what was known BEFORE and AFTER. */
static void check_told(struct cluster *c, const int64_t told[],
		       const int64_t before[], const int64_t after[])
{
	for (int i = 0; i < 3; i++)
		expect_that(c, told[i] == before[i] || told[i] == after[i],
			    "a reply tells how far each peer is done",
			    "done[%d] is %lld, and %lld is known", i,
			    (long long)told[i], (long long)after[i]);
}

static int64_t lowest_of(const int64_t done[3])
{
	int64_t lowest = done[0];

	for (int i = 1; i < 3; i++)
		if (done[i] < lowest)
			lowest = done[i];
	return lowest;
}

/* Node FROM sends some message or other; what the reply tells goes to TOLD. */
static void send_any(struct cluster *c, int from, int64_t seq, int64_t n,
		     struct value v, int64_t told[PEERS_MAX])
{
	struct prepare_reply prepare;
	struct accept_reply accept;
	struct decided_reply decided;
	int kind = draw_below(c, 4);

	if (kind == 0)
		decided = send_decided(c, from, 0, seq, v);
	else if (kind == 1)
		accept = send_accept(c, from, 0, seq, n, v);
	else /* every other one is below the last, and refused */
		prepare = send_prepare(c, from, 0, INT64_C(1) << 20,
				       kind == 2 ? n : 1);
	for (int i = 0; i < 3; i++)
		told[i] = kind == 0 ? decided.done[i] :
			  kind == 1 ? accept.done[i] : prepare.done[i];
}

GRADED(storm, done_in_any_order, .part = "A", .points = 2, .todo = 10,
       .steps = 4000, .scripted = true,
       .needs = "forgetting/done_never_falls",
       .about = "Min() is exact after each of two hundred messages")
{
	/* Messages of all three kinds, accepted or refused, carry vectors of
	 * Done, new ones and old ones, in which each node speaks of itself
	 * and of the other; in between paxos_done() is called.  You keep the
	 * highest of everything: after every message Min() is one more than
	 * the lowest of the three, and the reply tells what you know. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t known[3] = { -1, -1, -1 }, before[3], told[PEERS_MAX];
	struct value v = draw_value(c, 64);

	for (int i = 0; i < 200; i++) {
		int from = 1 + draw_below(c, 2);

		for (int j = 0; j < 3; j++) {
			int64_t says = i / 2 + draw_below(c, 20) - 10;

			if (says < 0 || draw_below(c, 4) == 0)
				says = -1;
			before[j] = known[j];
			if (says > known[j])
				known[j] = says;
			if (j > 0) {
				script_says(c, from, j, says);
			} else if (says >= 0) {
				done(c, 0, says);
				before[0] = known[0];
			}
		}
		send_any(c, from, 1000 + i, 100 + i, v, told);
		check_told(c, told, before, known);
		expect_min(c, 0, 1 + lowest_of(known));
	}
}
