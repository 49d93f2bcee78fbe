/*
 * loss.c - messages are lost, late, doubled and out of order.
 *
 * Whether a request of yours was handled you cannot tell: the request may be
 * lost, or the reply.  Safety must not depend on it, and you have to go on
 * trying.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"

/* Rounds fail and are repeated; what is lost is not a matter of luck, but of
 * the test's seed. */
#define LATER_MS 30000

GRADED(loss, many_instances, .part = "A", .points = 3, .todo = 9,
       .needs = "basic/many_proposers_many_values",
       .steps = 10000,
       .about = "Thirty instances while a quarter of all calls fail")
{
	/* One request in ten is lost, and one reply in five.  All peers
	 * start every instance; at most three are under way. */
	struct cluster *c = cluster(.peers = 3, .faults = "classic");

	for (int seq = 0; seq < 30; seq++) {
		if (seq >= 3)
			wait_decided(c, seq - 3, 3, LATER_MS);
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 100));
	}
	for (int seq = 27; seq < 30; seq++)
		wait_decided(c, seq, 3, LATER_MS);
}

GRADED(loss, late_and_twice, .part = "A", .points = 3, .todo = 9,
       .needs = "loss/many_instances",
       .steps = 20000,
       .about = "Messages come late, twice, and in another order")
{
	/* Requests are delayed and some come twice; replies are held back
	 * for so long that they overtake each other, or miss their round. */
	struct cluster *c = cluster(.peers = 3, .faults = "rough");

	for (int seq = 0; seq < 5; seq++)
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 100));
	for (int seq = 0; seq < 5; seq++)
		wait_decided(c, seq, 3, LATER_MS);
}

GRADED(loss, goes_on_after_silence, .part = "A", .points = 2, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "A proposer that nobody hears goes on trying")
{
	/* Everything is lost for a while, so that every round fails.  Then
	 * the network works again.  Nobody calls paxos_start() again: the
	 * proposer has to come back by itself. */
	struct cluster *c = cluster_up(3);
	struct value v = draw_value(c, 100);
	struct faults all_lost = { .lose_request = 1 };

	faults_are(c, &all_lost);
	start(c, 1, 0, v);
	run_for(c, 400);
	expect_decided(c, 0, 0);
	faults(c, "reliable");
	wait_decided(c, 0, 3, LATER_MS);
	expect_value(c, 0, v);
}

GRADED(loss, replies_never_come, .part = "A", .points = 2, .todo = 9,
       .needs = "loss/goes_on_after_silence",
       .about = "Requests arrive, but not one reply comes back")
{
	/* The others promise, and perhaps accept, while you hear nothing:
	 * that is no majority.  Afterwards two peers propose different
	 * values, on top of whatever is left of those rounds. */
	struct cluster *c = cluster_up(3);
	struct faults no_reply = { .lose_reply = 1 };

	faults_are(c, &no_reply);
	start(c, 0, 0, draw_value(c, 100));
	start(c, 2, 0, draw_value(c, 100));
	run_for(c, 400);
	expect_decided(c, 0, 0);
	faults(c, "reliable");
	wait_decided(c, 0, 3, LATER_MS);
}
