/*
 * fine_print.c - what is easily overlooked.
 *
 * Your own acceptor is one like any other, numbers have 64 bits, groups have
 * up to PEERS_MAX peers, and paxos_start() may be called again.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"

#define SOON_MS 10000

GRADED(fine_print, promises_of_64_bits, .part = "A", .points = 1, .todo = 3,
       .scripted = true,
       .needs = "acceptor/refuses_an_accept_below_its_promise",
       .about = "A promised ballot is kept whole, before any accept")
{
	/* Two ballots whose lower halves are in the other order.  The lower
	 * one of them must be refused, in a prepare as in an accept. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t low = 100 + draw_below(c, 1000);
	int64_t high = (INT64_C(1) << (33 + draw_below(c, 20))) + low;

	expect_outcome(c, send_prepare(c, 1, 0, 0, high).outcome, OUTCOME_OK,
		       "the first ballot is promised");
	expect_that(c, send_prepare(c, 2, 0, 0, low + 7).outcome ==
		    OUTCOME_REFUSED, "a prepare below the promised ballot "
		    "is refused", "ballot %lld is not, %lld was promised",
		    (long long)low + 7, (long long)high);
	expect_that(c, send_accept(c, 2, 0, 0, low + 7,
				   draw_value(c, 100)).outcome ==
		    OUTCOME_REFUSED, "an accept below the promised ballot "
		    "is refused", "ballot %lld is not, %lld was promised",
		    (long long)low + 7, (long long)high);
}

GRADED(fine_print, the_same_value_again, .part = "A", .points = 1, .todo = 3,
       .scripted = true, .needs = "acceptor/keeps_the_latest_value",
       .about = "A value that is accepted again has a new ballot")
{
	/* Two rounds with the same value, and one with another before them.
	 * What counts is the last ballot: a promise that reported an older
	 * one would let a value of a ballot in between win. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);
	struct value v = draw_value(c, 100);
	struct prepare_reply reply;

	send_accept(c, 1, 0, 0, n, draw_value(c, 50));
	for (int round = 1; round <= 2; round++) {
		send_prepare(c, round, 0, 0, n + 10 * round + round);
		send_accept(c, round, 0, 0, n + 10 * round + round, v);
	}
	reply = send_prepare(c, 1, 0, 0, n + 40);
	expect_that(c, reply.accepted == n + 22 && value_equal(reply.val, v),
		    "the promise reports the ballot under which the value was "
		    "accepted last", "ballot %lld, not %lld",
		    (long long)reply.accepted, (long long)n + 22);
}

GRADED(fine_print, late_after_the_decision, .part = "A", .points = 2,
       .todo = 3, .scripted = true, .needs = "acceptor/keeps_what_was_decided",
       .about = "A decision frees nobody from his promise")
{
	/* The peer has promised a ballot, and then hears the decision.  An
	 * accept of another value, under a lower ballot, comes late.  Were it
	 * accepted, its sender might count a majority for that value. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);
	struct value v = draw_value(c, 100);
	int answer;

	send_prepare(c, 1, 0, 0, n);
	send_prepare(c, 2, 0, 0, n + 5);
	send_accept(c, 2, 0, 0, n + 5, v);
	send_decided(c, 2, 0, 0, v);
	answer = send_accept(c, 1, 0, 0, n, draw_value(c, 50)).outcome;
	expect_that(c, answer != OUTCOME_OK, "after the decision, too, an "
		    "accept below the promised ballot is not accepted",
		    "outcome %d", answer);
	expect_value(c, 0, v);
}

GRADED(fine_print, another_was_decided, .part = "A", .points = 1, .todo = 3,
       .scripted = true, .needs = "acceptor/keeps_what_was_decided",
       .about = "What is told as the decision is not what was accepted once")
{
	/* The peer has accepted a value, but another one was chosen without
	 * it, and it hears that.  Whoever prepares may be promised, with a
	 * report of what was accepted; OUTCOME_DECIDED has the decision. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);
	struct value v = draw_value(c, 100);
	struct prepare_reply reply;

	send_prepare(c, 1, 0, 0, n);
	send_accept(c, 1, 0, 0, n, draw_value(c, 50));
	send_decided(c, 2, 0, 0, v);
	reply = send_prepare(c, 2, 0, 0, n + 5);
	expect_that(c, reply.outcome != OUTCOME_DECIDED ||
		    value_equal(reply.val, v), "OUTCOME_DECIDED tells the "
		    "decision", "it tells another value");
	expect_value(c, 0, v);
}

/* The first prepare at node 1 of SEQ whose ballot is above what A promised;
 * until then node 1 answers as A. */
static struct request first_prepare(struct cluster *c, int64_t seq,
				    struct scripted_acceptor *a)
{
	struct request req = must_take(c, 1);

	while (req.seq != seq || req.n <= a->promised) {
		if (req.seq == seq)
			answer_rightly(c, &req, a);
		else
			ignore(c, &req); /* of an instance before */
		req = must_take(c, 1);
	}
	return req;
}

/* Every node answers as its acceptor until SEQ is decided, on V. */
static void conclude(struct cluster *c, int64_t seq, struct value v,
		     struct scripted_acceptor acceptors[PEERS_MAX])
{
	struct request req;

	while (next_request(c, 0, seq, &req)) {
		if (req.seq == seq)
			answer_rightly(c, &req, &acceptors[req.at]);
		else
			ignore(c, &req);
	}
	expect_value(c, seq, v);
}

GRADED(fine_print, own_promise_is_kept, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/goes_above_the_refused_ballot",
       .about = "What your own acceptor has promised you binds it")
{
	/* You can reach node 1 only, so a majority is you and node 1.  It has
	 * your prepare, but has yet to answer, when node 2, which can reach
	 * you, comes with a lower ballot.  If your acceptor has promised you
	 * yours, it refuses.  If you will ask it later, it may accept node
	 * 2's value, which is chosen by that; then you have to learn so from
	 * it, and propose that value.  Three times. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	cut(c, 0, 2);
	for (int64_t seq = 0; seq < 3; seq++) {
		struct scripted_acceptor acceptors[PEERS_MAX] = {
			[1] = { .promised = 1000 + draw_below(c, 1000) },
		};
		struct value v = draw_value(c, 100), y = draw_value(c, 100);
		struct request req;
		bool chosen;

		start(c, 0, seq, v);
		req = first_prepare(c, seq, &acceptors[1]);
		chosen = send_prepare(c, 2, 0, seq, req.n - 1).outcome ==
			 OUTCOME_OK &&
			 send_accept(c, 2, 0, seq, req.n - 1, y).outcome ==
			 OUTCOME_OK;
		answer_rightly(c, &req, &acceptors[1]);
		conclude(c, seq, chosen ? y : v, acceptors);
	}
}

GRADED(fine_print, own_vote_can_be_lost, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "fine_print/own_promise_is_kept",
       .about = "Your own acceptor may promise more to somebody else")
{
	/* Again you can reach node 1 only.  It has your prepare, but has yet
	 * to answer, when node 2 comes with a higher ballot: your acceptor
	 * promises it and accepts its value, which is chosen by that.  Now
	 * node 1 promises your ballot.  You cannot count on your own vote any
	 * more; what will be decided is node 2's value.  Three times. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	cut(c, 0, 2);
	for (int64_t seq = 0; seq < 3; seq++) {
		struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
		struct value y = draw_value(c, 100);
		struct request req;
		int64_t n;

		start(c, 0, seq, draw_value(c, 100));
		req = first_prepare(c, seq, &acceptors[1]);
		n = req.n + 10;
		expect_outcome(c, send_prepare(c, 2, 0, seq, n).outcome,
			       OUTCOME_OK, "a higher ballot is promised while "
			       "a prepare of one's own is under way");
		expect_outcome(c, send_accept(c, 2, 0, seq, n, y).outcome,
			       OUTCOME_OK, "a ballot that was just promised "
			       "is accepted");
		answer_rightly(c, &req, &acceptors[1]);
		conclude(c, seq, y, acceptors);
	}
}

GRADED(fine_print, the_largest_group, .part = "A", .points = 1, .todo = 9,
       .steps = 5000,
       .needs = "basic/many_proposers_many_values",
       .about = "PEERS_MAX peers agree")
{
	/* Nine of sixteen are a majority, so whoever proposes needs the votes
	 * of peers from both ends of the group. */
	struct cluster *c = cluster_up(PEERS_MAX);

	start(c, 0, 0, draw_value(c, 100));
	wait_decided(c, 0, PEERS_MAX, SOON_MS);
	partition(c, "0 1 2 3 4 5 6 | 7 8 9 10 11 12 13 14 15");
	start(c, 15, 1, draw_value(c, 100));
	wait_decided(c, 1, 9, SOON_MS);
	heal(c);
	start(c, 0, 1, draw_value(c, 100));
	wait_decided_by(c, 1, "0", SOON_MS);
}

GRADED(fine_print, the_last_of_the_largest, .part = "A", .points = 1,
       .todo = 9, .steps = 5000, .needs = "fine_print/the_largest_group",
       .about = "The last of PEERS_MAX peers has one vote")
{
	/* It is alone, and fifteen others are together: it decides nothing,
	 * they do. */
	struct cluster *c = cluster_up(PEERS_MAX);

	partition(c, "15 | 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14");
	start(c, 15, 0, draw_value(c, 100));
	start(c, 0, 1, draw_value(c, 100));
	wait_decided(c, 1, 15, SOON_MS);
	run_for(c, 100);
	expect_decided(c, 0, 0);
	heal(c);
	wait_decided_by(c, 0, "15", SOON_MS);
}

GRADED(fine_print, decided_is_settled, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "basic/few_messages",
       .about = "To start a decided instance costs no messages")
{
	/* Everybody knows the decision.  Then everybody starts the instance
	 * again, five times.  What is sent after that is for the next
	 * instance. */
	struct cluster *c = cluster_up(3);
	struct value v = draw_value(c, 100);

	start(c, 0, 0, v);
	wait_decided(c, 0, 3, SOON_MS);
	run_for(c, 100);
	counts_from_here(c);
	for (int i = 0; i < 5; i++) {
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, 0, draw_value(c, 100));
		run_for(c, 20);
	}
	start(c, 1, 1, draw_value(c, 100));
	wait_decided(c, 1, 3, SOON_MS);
	run_for(c, 100);
	expect_requests(c, 2, 18, &PROC_PREPARE, &PROC_ACCEPT, &PROC_DECIDED);
	expect_value(c, 0, v);
}

GRADED(fine_print, started_again_and_again, .part = "A", .points = 1,
       .todo = 9, .steps = 4000, .needs = "memory/nothing_left",
       .about = "To start a pending instance again keeps nothing more")
{
	/* A peer without a majority is told twenty times to start one
	 * instance.  Then the group is whole and decides one of the values.
	 * When the peers are killed and freed nothing is left of the rest. */
	struct cluster *c = cluster(.peers = 3, .absent = "0 1 2");
	int64_t before = live_memory(c).bytes, left;

	for (int peer = 0; peer < 3; peer++)
		peer_open(c, peer);
	partition(c, "0 | 1 2");
	for (int i = 0; i < 20; i++)
		start(c, 0, 0, draw_bytes(c, 1 << 16));
	run_for(c, 20);
	heal(c);
	wait_decided(c, 0, 3, SOON_MS);
	for (int peer = 0; peer < 3; peer++)
		peer_kill(c, peer);
	left = live_memory(c).bytes;
	for (int i = 0; i < 200 && left > before + (1 << 17); i++) {
		run_for(c, 50);
		left = live_memory(c).bytes;
	}
	expect_that(c, left <= before + (1 << 17), "nothing is live that "
		    "killed and freed peers had allocated", "%lld bytes are",
		    (long long)(left - before));
}

GRADED(fine_print, asked_as_it_is_forgotten, .part = "A", .points = 1,
       .todo = 10, .needs = "forgetting/forgotten_stays_forgotten",
       .scripted = true,
       .about = "Status copies the decision before others may free it")
{
	/* As soon as you have told a decision, a message lets you forget the
	 * instance.  Under ThreadSanitizer this shows whether paxos_status()
	 * still reads the value after it has given the lock back. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	for (int64_t seq = 0; seq < 30; seq++) {
		struct value v = draw_value(c, 1000);

		send_decided(c, 1, 0, seq, v);
		done(c, 0, seq);
		script_done(c, 1, seq);
		send_prepare(c, 1, 0, 1000, 100 + 10 * seq);
		script_done(c, 2, seq);
		expect_value(c, seq, v);
		send_prepare(c, 2, 0, 1000, 105 + 10 * seq);
		expect_min(c, 0, seq + 1);
	}
}
