/*
 * proposer.c - one proposer alone.
 *
 * Peer 0 is yours and proposes.  All other nodes are acceptors played by the
 * test: it sees every request that you send and chooses every answer.  You
 * may ask them all at once or one after the other, in any order, and as often
 * as you like; your ballots may be any numbers.  Your own acceptor takes part
 * in the usual way.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"

/* How long a test watches for what must not happen. */
#define WATCH_MS 300

static void expect_no_accept(struct cluster *c, const struct request *req,
			     const char *expected)
{
	expect_that(c, req->kind == REQUEST_PREPARE, expected,
		    "%s, ballot %lld, to node %d",
		    req->kind == REQUEST_ACCEPT ? "an accept" : "a decided",
		    (long long)req->n, req->at);
}

GRADED(proposer, decides_with_two_acceptors, .part = "A", .points = 3,
       .todo = 9, .scripted = true, .needs = "acceptor/learns_a_decision",
       .about = "Prepare, accept, decided: a round that nobody disturbs")
{
	/* Two acceptors that say yes.  Both must be told the decision. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 1000);
	bool told[3] = { false };
	struct request req;

	start(c, 0, 0, v);
	while (!told[1] || !told[2]) {
		req = must_take(c, ANY_NODE);
		told[req.at] |= req.kind == REQUEST_DECIDED;
		answer_rightly(c, &req, &acceptors[req.at]);
	}
	wait_decided(c, 0, 1, 5000);
	expect_value(c, 0, v);
}

/*
 * Nodes 1 and 2 can be reached, and each has accepted something; whichever
 * is heard first has the higher ballot, or the lower one.
 */
static void adopt(struct cluster *c, int64_t seq, bool highest_first,
		  struct scripted_acceptor all[2][PEERS_MAX])
{
	struct scripted_acceptor *acceptors = all[seq];
	struct value low = draw_value(c, 100), high = draw_value(c, 100);
	int64_t floor = 0;
	bool cast = false; /* the roles are given */
	struct request req;

	start(c, 0, seq, draw_value(c, 100));
	while (next_request(c, 0, seq, &req)) {
		struct scripted_acceptor *a = &all[req.seq][req.at];

		if (req.seq != seq) { /* a late one, of the one before */
			answer_rightly(c, &req, a);
			continue;
		}
		if (floor == 0) {
			/* The others' ballots lie above the first one. */
			floor = req.n;
			acceptors[1].promised = acceptors[2].promised =
				floor + 2;
		}
		if (req.kind == REQUEST_PREPARE && req.n > floor + 2 &&
		    !cast) {
			struct scripted_acceptor *b = &acceptors[3 - req.at];

			a->accepted = floor + (highest_first ? 2 : 1);
			a->val = highest_first ? high : low;
			b->accepted = floor + (highest_first ? 1 : 2);
			b->val = highest_first ? low : high;
			cast = true;
		}
		expect_that(c, req.kind == REQUEST_PREPARE ||
			    value_equal(req.val, high),
			    "the value accepted under the highest ballot "
			    "among the promises is adopted",
			    "%s", value_equal(req.val, low) ?
			    "that of a lower ballot was" :
			    "another value was sent");
		answer_rightly(c, &req, a);
		if (cast && req.kind == REQUEST_PREPARE)
			run_for(c, 20); /* to be heard before the next one */
	}
	expect_value(c, seq, high);
}

GRADED(proposer, adopts_the_highest, .part = "A", .points = 4, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "The value of the highest accepted ballot is proposed")
{
	/* Five peers, of which two can be reached, so that you need both of
	 * them.  Each has accepted a value already.  The one with the higher
	 * ballot may have been chosen: you have to propose it, whether it is
	 * reported first or last, and to announce it. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[2][PEERS_MAX] = { { { 0 } } };

	cut(c, 0, 3);
	cut(c, 0, 4);
	adopt(c, 0, true, acceptors);
	adopt(c, 1, false, acceptors);
}

GRADED(proposer, adopts_an_empty_value, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "A value of no bytes that was accepted is a value")
{
	/* Both acceptors have accepted the value of no bytes.  It may have
	 * been chosen, so it has to be proposed. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	int64_t floor = 0;
	struct request req;

	start(c, 0, 0, draw_value(c, 100));
	while (next_request(c, 0, 0, &req)) {
		if (floor == 0) {
			floor = req.n;
			for (int i = 1; i <= 2; i++)
				acceptors[i] = (struct scripted_acceptor){
					.promised = floor + 1,
					.accepted = floor + 1,
				};
		}
		answer_rightly(c, &req, &acceptors[req.at]);
	}
	expect_value(c, 0, VALUE_EMPTY);
}

/* Node 1 answers, nobody else can be reached; then everybody can. */
static void one_promise_only(struct cluster *c, int npeers)
{
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	struct request req;

	for (int i = 2; i < npeers; i++)
		cut(c, 0, i);
	start(c, 0, 0, v);
	for (int idle_ms = 0, seen = 0; idle_ms < WATCH_MS && seen < 200;) {
		if (!take(c, 1, 20, &req)) {
			idle_ms += 20;
			continue;
		}
		seen++;
		expect_no_accept(c, &req, "no accept before a majority of the "
				 "whole group has promised");
		answer_rightly(c, &req, &acceptors[1]);
	}
	expect_fate(c, 0, 0, FATE_PENDING);
	heal(c);
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}

GRADED(proposer, needs_a_majority_of_five, .part = "A", .points = 3, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Two promises of five are no majority")
{
	/* You and node 1 promise, three cannot be reached: a failed call is
	 * no promise, and a majority is one of all five.  When the links are
	 * mended you go on by yourself. */
	one_promise_only(cluster(.peers = 5, .scripted = "1 2 3 4"), 5);
}

GRADED(proposer, needs_more_than_half, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Two promises of four are no majority")
{
	/* The other two of four might decide something else. */
	one_promise_only(cluster(.peers = 4, .scripted = "1 2 3"), 4);
}

GRADED(proposer, counts_acceptances, .part = "A", .points = 3, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Only a majority that accepted makes a decision")
{
	/* All four others promise.  Before your accepts come, another
	 * proposer is promised more at three of them, which refuse: replies,
	 * but no acceptances.  Then the next round succeeds. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	int64_t first = 0, n = 0;
	unsigned accepted = 0; /* bit i: node i, ballot n */
	struct request req;

	start(c, 0, 0, v);
	while (next_request(c, 0, 0, &req)) {
		struct scripted_acceptor *a = &acceptors[req.at];

		if (first == 0)
			first = req.n;
		expect_that(c, req.kind != REQUEST_DECIDED ||
			    __builtin_popcount(accepted) >= 2,
			    "a decision is announced after a majority has "
			    "accepted one ballot", "one is announced before "
			    "two of four other peers have");
		if (req.kind == REQUEST_ACCEPT && req.n == first &&
		    req.at != 1 && a->promised <= first)
			a->promised = first + req.at;
		answer_rightly(c, &req, a);
		if (req.kind != REQUEST_ACCEPT || a->accepted != req.n ||
		    req.n < n || __builtin_popcount(accepted) >= 2)
			continue;
		if (req.n > n) /* what was accepted before does not count */
			accepted = 0;
		n = req.n;
		accepted |= 1u << req.at;
	}
	expect_that(c, __builtin_popcount(accepted) >= 2, "an instance is "
		    "decided after a majority has accepted one ballot", "it "
		    "is decided before two of four other peers have");
	expect_value(c, 0, v);
}

/*
 * One round of a ballot above N, in which node CHOSEN promises if it is asked,
 * and before the others, which refuse.  Returns the ballot.
 */
static int64_t promise_of_one(struct cluster *c, int chosen, int64_t n,
			      struct scripted_acceptor acceptors[PEERS_MAX])
{
	struct request held[4], req = must_take(c, ANY_NODE);
	int64_t ballot = n;
	int nheld = 0, asked = 0;

	do {
		expect_no_accept(c, &req, "no accept in a round in which one "
				 "of four others has promised");
		asked += req.n > n;
		if (req.n <= n) /* late, of a round before */
			answer_outbid(c, &req, &acceptors[req.at]);
		else if (req.at == chosen)
			answer_rightly(c, &req, &acceptors[req.at]);
		else
			held[nheld++] = req;
		ballot = req.n > ballot ? req.n : ballot;
	} while (asked < 4 && take(c, ANY_NODE, 50, &req));
	run_for(c, 20); /* the promise is to be heard first */
	for (int i = 0; i < nheld; i++)
		answer_outbid(c, &held[i], &acceptors[held[i].at]);
	return ballot;
}

GRADED(proposer, counts_each_round_anew, .part = "A", .points = 3, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Promises of an earlier round are not counted again")
{
	/* In each of six rounds exactly one acceptor promises, each time
	 * another one, and three refuse for a higher ballot of somebody
	 * else's.  Of the requests that you send at once the promise is
	 * answered first.  No round has a majority, so no accept may come. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	int64_t n = 0;

	start(c, 0, 0, v);
	for (int round = 1; round <= 6; round++)
		n = promise_of_one(c, 1 + round % 4, n, acceptors);
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}

GRADED(proposer, goes_above_the_refused_ballot, .part = "A", .points = 3,
       .todo = 9, .needs = "proposer/decides_with_two_acceptors",
       .scripted = true,
       .about = "After a refusal the next ballot beats the one named")
{
	/* Both acceptors refuse four times, each time naming a ballot far
	 * above yours, as after a duel that you missed.  You do not give up,
	 * and do not climb there in small steps. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	int below = 0, raised = 0;
	int64_t last = 0;
	struct request req;

	start(c, 0, 0, v);
	while (next_request(c, 0, 0, &req)) {
		struct scripted_acceptor *a = &acceptors[req.at];

		if (req.kind == REQUEST_PREPARE && req.n > a->promised) {
			below = 0;
			if (raised < 4) {
				acceptors[1].promised = req.n + 64;
				acceptors[2].promised = req.n + 64;
				raised++;
			}
		} else if (req.kind == REQUEST_PREPARE && req.n != last) {
			below++; /* once per ballot, not per request */
		}
		last = req.n;
		expect_that(c, below <= 12, "the next ballot is higher than "
			    "the one that a refusal named", "%d ballots were "
			    "lower", below);
		answer_rightly(c, &req, a);
	}
	expect_value(c, 0, v);
}

GRADED(proposer, takes_a_decision_for_an_answer, .part = "A", .points = 2,
       .todo = 7, .scripted = true, .needs = "rounds/begins_with_a_prepare",
       .about = "Told that the instance is decided, a proposer learns it")
{
	/* Both acceptors answer the prepare with OUTCOME_DECIDED.  The value
	 * in the answer is the decision; your own is not proposed here.  The
	 * second time it is a value of no bytes, and the third time one of
	 * them cannot be reached. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value x[3] = { draw_value(c, 100), VALUE_EMPTY,
			      draw_value(c, 100) };
	struct request req;

	for (int seq = 0; seq < 3; seq++) {
		if (seq == 2)
			cut(c, 0, 2);
		start(c, 0, seq, draw_value(c, 100));
		while (next_request(c, 0, seq, &req)) {
			if (req.kind == REQUEST_DECIDED) {
				answer_decided(c, &req);
				continue;
			}
			expect_no_accept(c, &req, "no accept for an instance "
					 "that is known to be decided");
			answer_chosen(c, &req, x[req.seq]);
		}
		expect_value(c, seq, x[seq]);
	}
}

GRADED(proposer, instances_do_not_wait, .part = "A", .points = 3, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "An instance that is stuck holds up no other")
{
	/* The acceptors never answer for instance 1.  Instances 2 and 0 are
	 * started after it and must be decided all the same; then instance 1
	 * is answered, too. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[3][PEERS_MAX] = { { { 0 } } };
	static const int order[] = { 2, 0, 1 };
	struct value v[3];
	struct request req;

	for (int i = 0; i < 3; i++)
		v[i] = draw_value(c, 100);
	start(c, 0, 1, v[1]);
	start(c, 0, 2, v[2]);
	start(c, 0, 0, v[0]);
	for (int i = 0; i < 3; i++) {
		while (next_request(c, 0, order[i], &req)) {
			if (req.seq == 1 && order[i] != 1)
				ignore(c, &req);
			else
				answer_rightly(c, &req,
					       &acceptors[req.seq][req.at]);
		}
		expect_value(c, order[i], v[order[i]]);
	}
}
