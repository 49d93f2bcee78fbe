/*
 * acceptor.c - one acceptor alone.
 *
 * Peer 0 is yours.  Nodes 1 and 2 are played by the test, which sends you
 * prepares and accepts as proposers would, in orders that networks seldom
 * show, and reads your replies.  No other part of your solution is needed.
 * Each test has a fresh peer and starts with ballots that nobody has used.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

#define BIG_BYTES (1 << 20)

/* A group in which only peer 0 is the submission's. */
static struct cluster *alone(void)
{
	return cluster(.peers = 3, .scripted = "1 2");
}

/* Some ballot, so that nobody learns the numbers by heart. */
static int64_t some_ballot(struct cluster *c)
{
	return 100 + draw_below(c, 1000);
}

static void expect_promise(struct cluster *c, struct prepare_reply reply)
{
	expect_outcome(c, (int)reply.outcome, OUTCOME_OK,
		       "a prepare above every earlier ballot is promised "
		       "(OUTCOME_OK)");
}

/* A promise, and with it the report of what was accepted. */
static void expect_report(struct cluster *c, struct prepare_reply reply,
			  int64_t accepted, struct value v)
{
	char wanted[VALUE_DESCRIBED_BYTES], got[VALUE_DESCRIBED_BYTES];

	expect_promise(c, reply);
	expect_that(c, reply.accepted == accepted,
		    "a promise reports the ballot of the accepted value, 0 if "
		    "there is none", "accepted is %lld instead of %lld",
		    (long long)reply.accepted, (long long)accepted);
	expect_that(c, accepted == 0 || value_equal(reply.val, v),
		    "a promise reports the accepted value, all of its bytes",
		    "%s instead of %s",
		    value_describe(reply.val, got, sizeof(got)),
		    value_describe(v, wanted, sizeof(wanted)));
}

static void expect_accepted(struct cluster *c, struct accept_reply reply)
{
	expect_outcome(c, (int)reply.outcome, OUTCOME_OK,
		       "an accept under the ballot that was just promised is "
		       "accepted (OUTCOME_OK)");
}

static void expect_accept_refused(struct cluster *c,
				  struct accept_reply reply, int64_t beat)
{
	expect_outcome(c, (int)reply.outcome, OUTCOME_REFUSED,
		       "an accept below the promised ballot is refused "
		       "(OUTCOME_REFUSED)");
	expect_that(c, reply.promised >= beat,
		    "a refusal tells the ballot to beat",
		    "promised is %lld, but %lld was promised",
		    (long long)reply.promised, (long long)beat);
}

static void expect_prepare_refused(struct cluster *c,
				   struct prepare_reply reply, int64_t beat)
{
	expect_outcome(c, (int)reply.outcome, OUTCOME_REFUSED,
		       "a prepare below the promised ballot is refused "
		       "(OUTCOME_REFUSED)");
	expect_that(c, reply.promised >= beat,
		    "a refusal tells the ballot to beat",
		    "promised is %lld, but %lld was promised",
		    (long long)reply.promised, (long long)beat);
}

/* Prepare and accept under N by NODE, both of which must succeed. */
static void accept_one(struct cluster *c, int node, int64_t seq, int64_t n,
		       struct value v)
{
	expect_promise(c, send_prepare(c, node, 0, seq, n));
	expect_accepted(c, send_accept(c, node, 0, seq, n, v));
}

GRADED(acceptor, learns_a_decision, .part = "A", .points = 2, .todo = 1,
       .steps = 9000, .scripted = true,
       .about = "A decided message is believed, with or without a round")
{
	/* Peer 0 took no part.  It may believe whoever says that a value was
	 * chosen; to say it again changes nothing.  Status asks nobody. */
	struct cluster *c = alone();
	struct value x = draw_value(c, 100), y = draw_bytes(c, BIG_BYTES);
	struct request req;
	bool asked;

	expect_max(c, 0, -1);
	expect_fate(c, 0, 4, FATE_PENDING);
	asked = take(c, ANY_NODE, 20, &req);
	expect_that(c, !asked, "paxos_status() asks no other peer",
		    "a request came to node %d", req.at);
	send_decided(c, 1, 0, 4, x);
	expect_value(c, 4, x);
	send_decided(c, 2, 0, 4, x);
	send_decided(c, 2, 0, 1, y);
	expect_value(c, 1, y);
	expect_value(c, 4, x);
	expect_fate(c, 0, 3, FATE_PENDING);
	expect_max(c, 0, 4);
}

GRADED(acceptor, promises_the_first_ballot, .part = "A", .points = 2,
       .todo = 2, .scripted = true, .needs = "acceptor/learns_a_decision",
       .about = "A new acceptor promises whatever ballot comes first")
{
	/* Nothing has been promised or accepted, so there is nothing to
	 * refuse and nothing to report. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);

	expect_report(c, send_prepare(c, 1, 0, 0, n), 0, VALUE_EMPTY);
}

GRADED(acceptor, refuses_a_lower_ballot, .part = "A", .points = 2, .todo = 2,
       .scripted = true, .needs = "acceptor/promises_the_first_ballot",
       .about = "A prepare below the promised ballot is refused")
{
	/* Node 2 prepares below what node 1 was promised.  The refusal must
	 * name the ballot to beat, and must not lower the promise: a second
	 * prepare between the two is refused as well. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);

	expect_promise(c, send_prepare(c, 1, 0, 0, n));
	expect_prepare_refused(c, send_prepare(c, 2, 0, 0, n - 10), n);
	expect_prepare_refused(c, send_prepare(c, 2, 0, 0, n - 5), n);
	expect_promise(c, send_prepare(c, 2, 0, 0, n + 1));
}

GRADED(acceptor, accepts_what_it_promised, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/promises_the_first_ballot",
       .about = "An accept under the promised ballot succeeds")
{
	/* The ordinary course of a round, for an instance other than 0. */
	struct cluster *c = alone();

	accept_one(c, 1, 3, some_ballot(c), draw_value(c, 100));
}

GRADED(acceptor, reports_what_it_accepted, .part = "A", .points = 3, .todo = 3,
       .scripted = true, .needs = "acceptor/accepts_what_it_promised",
       .about = "A promise reports the accepted value and its ballot")
{
	/* Node 1 has a value accepted.  Later promises, of which the second
	 * comes after one that led to nothing, report that value under the
	 * ballot under which it was accepted, not the one promised since. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100);

	accept_one(c, 1, 0, n, x);
	expect_report(c, send_prepare(c, 2, 0, 0, n + 4), n, x);
	expect_report(c, send_prepare(c, 1, 0, 0, n + 9), n, x);
}

GRADED(acceptor, keeps_the_latest_value, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/reports_what_it_accepted",
       .about = "A value accepted later replaces the earlier one")
{
	/* Two rounds with two values (node 2 has not heard of the first).
	 * The promise after them reports the second, both value and ballot,
	 * and a late copy of the first accept changes nothing. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100), y = draw_value(c, 100);

	accept_one(c, 1, 0, n, x);
	accept_one(c, 2, 0, n + 4, y);
	expect_accept_refused(c, send_accept(c, 1, 0, 0, n, x), n + 4);
	expect_report(c, send_prepare(c, 1, 0, 0, n + 8), n + 4, y);
}

GRADED(acceptor, refuses_an_accept_below_its_promise, .part = "A",
       .points = 3, .todo = 3, .needs = "acceptor/accepts_what_it_promised",
       .scripted = true,
       .about = "An accept below the promised ballot is refused")
{
	/* Node 1 prepares, node 2 prepares with a higher ballot, then the
	 * accept of node 1 arrives.  To take it would break the promise to
	 * node 2; the promise after that shows whether it was taken. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100);

	expect_promise(c, send_prepare(c, 1, 0, 0, n));
	expect_promise(c, send_prepare(c, 2, 0, 0, n + 4));
	expect_accept_refused(c, send_accept(c, 1, 0, 0, n, x), n + 4);
	expect_report(c, send_prepare(c, 1, 0, 0, n + 8), 0, VALUE_EMPTY);
}

GRADED(acceptor, keeps_its_promise_after_a_refusal, .part = "A",
       .points = 2, .todo = 3, .scripted = true,
       .needs = "acceptor/refuses_an_accept_below_its_promise",
       .about = "Refused messages leave no trace")
{
	/* Refused prepares and accepts, one after the other; then the round
	 * that holds the promise must still succeed. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100), y = draw_value(c, 100);

	expect_promise(c, send_prepare(c, 1, 0, 0, n));
	expect_prepare_refused(c, send_prepare(c, 2, 0, 0, n - 7), n);
	expect_accept_refused(c, send_accept(c, 2, 0, 0, n - 7, y), n);
	expect_prepare_refused(c, send_prepare(c, 2, 0, 0, n - 3), n);
	expect_accepted(c, send_accept(c, 1, 0, 0, n, x));
	expect_report(c, send_prepare(c, 2, 0, 0, n + 1), n, x);
}

GRADED(acceptor, accepting_is_promising, .part = "A", .points = 3, .todo = 3,
       .scripted = true,
       .needs = "acceptor/refuses_an_accept_below_its_promise",
       .about = "Accepting under a ballot promises that ballot, too")
{
	/* The prepare of node 2 is lost, only its accept arrives.  You may
	 * take it or leave it (leaving it costs another round).  If you take
	 * it, then from now on that ballot is promised: lower prepares and
	 * accepts, such as node 1's, are refused.  Otherwise node 1 could
	 * get a second value chosen. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100), y = draw_value(c, 100);

	expect_promise(c, send_prepare(c, 1, 0, 0, n));
	if (send_accept(c, 2, 0, 0, n + 5, y).outcome != OUTCOME_OK) {
		/* Left: then the second attempt, in full, must succeed. */
		accept_one(c, 2, 0, n + 5, y);
	}
	expect_accept_refused(c, send_accept(c, 1, 0, 0, n, x), n + 5);
	expect_prepare_refused(c, send_prepare(c, 1, 0, 0, n + 3), n + 5);
	expect_report(c, send_prepare(c, 1, 0, 0, n + 9), n + 5, y);
}

GRADED(acceptor, instances_are_apart, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/reports_what_it_accepted",
       .about = "A value accepted in one instance stays in it")
{
	/* Two instances get a value each, a third gets none, in no order.
	 * Ballots only rise, so that it does not matter whether you keep one
	 * promise for all instances or one for each. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100), y = draw_value(c, 100);

	accept_one(c, 1, 40, n, x);
	accept_one(c, 2, 2, n + 4, y);
	expect_report(c, send_prepare(c, 1, 0, 40, n + 8), n, x);
	expect_report(c, send_prepare(c, 1, 0, 2, n + 12), n + 4, y);
	expect_report(c, send_prepare(c, 2, 0, 17, n + 16), 0, VALUE_EMPTY);
}

GRADED(acceptor, keeps_any_bytes, .part = "A", .points = 2, .todo = 3,
       .needs = "acceptor/reports_what_it_accepted",
       .steps = 20000, .scripted = true,
       .about = "Values of no bytes, with NULs, and of 1 MiB are kept")
{
	/* A value is a length and bytes, not a string.  Between accept and
	 * report other large messages pass, so that bytes which were only
	 * borrowed from the request have been overwritten. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value nuls = { (unsigned char *)"\0a\0b", 5 };
	struct value big = draw_bytes(c, BIG_BYTES);

	accept_one(c, 1, 0, n, VALUE_EMPTY);
	accept_one(c, 1, 1, n + 1, nuls);
	accept_one(c, 1, 2, n + 2, big);
	accept_one(c, 2, 3, n + 3, draw_bytes(c, BIG_BYTES));
	expect_report(c, send_prepare(c, 2, 0, 0, n + 4), n, VALUE_EMPTY);
	expect_report(c, send_prepare(c, 2, 0, 1, n + 5), n + 1, nuls);
	expect_report(c, send_prepare(c, 2, 0, 2, n + 6), n + 2, big);
}

GRADED(acceptor, accepted_is_not_decided, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/accepts_what_it_promised",
       .about = "One acceptor's yes does not make a decision")
{
	/* Peer 0 accepts a value.  Whether a majority did, it cannot know:
	 * paxos_status() says pending, until a decided message tells. */
	struct cluster *c = alone();
	struct value x = draw_value(c, 100);

	accept_one(c, 1, 5, some_ballot(c), x);
	expect_fate(c, 0, 5, FATE_PENDING);
	expect_max(c, 0, 5);
	send_decided(c, 1, 0, 5, x);
	expect_fate(c, 0, 5, FATE_DECIDED);
	expect_value(c, 5, x);
}

GRADED(acceptor, ballots_of_64_bits, .part = "A", .points = 1, .todo = 3,
       .scripted = true,
       .needs = "acceptor/refuses_an_accept_below_its_promise",
       .about = "Ballots and instances beyond 32 bits are kept whole")
{
	/* The ballots differ in their upper halves only, and so do the
	 * instances. */
	struct cluster *c = alone();
	int64_t high = INT64_C(1) << 40, n = some_ballot(c);
	struct value x = draw_value(c, 100), y = draw_value(c, 100);

	accept_one(c, 1, 3, high + n, x);
	expect_prepare_refused(c, send_prepare(c, 2, 0, 3, n), high + n);
	expect_prepare_refused(c, send_prepare(c, 2, 0, 3, n + 7), high + n);
	accept_one(c, 2, high + 3, 2 * high + n, y);
	expect_report(c, send_prepare(c, 1, 0, 3, 3 * high + n), high + n, x);
	expect_report(c, send_prepare(c, 1, 0, high + 3, 4 * high + n),
		      2 * high + n, y);
	expect_max(c, 0, high + 3);
}

GRADED(acceptor, keeps_what_was_decided, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/accepted_is_not_decided",
       .about = "Whoever prepares a decided instance is told its value")
{
	/* Peer 0 accepted a value and then heard that it was decided.  To a
	 * prepare it may answer OUTCOME_DECIDED with the value, or go on as
	 * any acceptor: promise, and report that value.  Either way node 2
	 * cannot propose another.  A second decided message with the same
	 * value, or a late accept of it, changes nothing. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100);

	accept_one(c, 1, 0, n, x);
	send_decided(c, 1, 0, 0, x);
	for (int i = 1; i <= 3; i++) {
		struct prepare_reply reply =
			send_prepare(c, 2, 0, 0, n + 4 * i);

		expect_that(c, reply.outcome == OUTCOME_DECIDED ||
			    (reply.outcome == OUTCOME_OK &&
			     reply.accepted >= n), "a prepare of a decided "
			    "instance is answered OUTCOME_DECIDED, or "
			    "promised with a report of what was accepted",
			    "outcome %d, accepted %lld", (int)reply.outcome,
			    (long long)reply.accepted);
		expect_that(c, value_equal(reply.val, x), "the answer carries "
			    "the value that was decided", "another one");
		send_accept(c, 1, 0, 0, n, x);
		send_decided(c, 1, 0, 0, x);
	}
	expect_value(c, 0, x);
}

/* Sends what no peer ever would, about instance SEQ. */
static void send_nonsense(struct cluster *c, int32_t from, int64_t seq,
			  int64_t n)
{
	struct prepare_args prepare = { .from = from, .seq = seq, .n = n };
	struct accept_args accept = { .from = from, .seq = seq, .n = n };
	struct decided_args decided = { .from = from, .seq = seq };

	for (int i = 0; i < PEERS_MAX; i++)
		prepare.done[i] = accept.done[i] = decided.done[i] = -1;
	send_anyway(c, 2, 0, &PROC_PREPARE, &prepare, 0);
	send_anyway(c, 2, 0, &PROC_ACCEPT, &accept, 0);
	if (seq < 0)
		send_anyway(c, 2, 0, &PROC_DECIDED, &decided, 0);
}

GRADED(acceptor, survives_nonsense, .part = "A", .points = 1, .todo = 3,
       .scripted = true, .needs = "acceptor/accepts_what_it_promised",
       .about = "Messages that make no sense do no harm")
{
	/* Senders that do not exist, ballots of 0 and below, instances below
	 * 0.  What you answer is up to you; but afterwards you still promise
	 * and accept. */
	struct cluster *c = alone();
	int64_t n = some_ballot(c);
	struct value x = draw_value(c, 100);

	send_nonsense(c, 2, 0, 0);
	send_nonsense(c, 2, 0, -5);
	send_nonsense(c, 2, -3, n);
	send_nonsense(c, 2, INT64_MIN, INT64_MIN);
	send_nonsense(c, -1, 0, 1);
	send_nonsense(c, 3, 0, 1);
	send_nonsense(c, INT32_MAX, 0, 1);
	send_nonsense(c, INT32_MIN, 0, 1);
	accept_one(c, 1, 0, n + 1, x);
	expect_report(c, send_prepare(c, 2, 0, 0, n + 4), n + 1, x);
}
