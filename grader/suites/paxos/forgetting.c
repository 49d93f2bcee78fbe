/*
 * forgetting.c - Done(), Min() and Max().
 *
 * An instance may be forgotten when every peer has said that it is done with
 * it.  What a peer has said travels with its messages; a peer that was never
 * heard from has not said anything, and may still need everything.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"

#define SOON_MS 10000

GRADED(forgetting, min_counts_everybody, .part = "A", .points = 3, .todo = 10,
       .scripted = true, .needs = "acceptor/learns_a_decision",
       .about = "Min() is one more than the lowest Done of all peers")
{
	/* Nodes 1 and 2 are played by the test, and say what they are done
	 * with in their messages.  Min() is exact at every step: it stays 0
	 * until the last of the three has been heard. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	expect_min(c, 0, 0);
	done(c, 0, 8);
	expect_min(c, 0, 0);
	script_done(c, 1, 5);
	send_decided(c, 1, 0, 9, draw_value(c, 100));
	expect_min(c, 0, 0);
	script_done(c, 2, 3);
	send_prepare(c, 2, 0, 9, 100);
	expect_min(c, 0, 4);
	script_done(c, 2, 6);
	send_prepare(c, 2, 0, 9, 200);
	expect_min(c, 0, 6);
}

GRADED(forgetting, done_never_falls, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "forgetting/min_counts_everybody",
       .about = "An old message or a lower Done changes nothing")
{
	/* Messages may arrive in another order than they were sent in, so a
	 * vector with lower numbers is an old one.  The same holds for
	 * paxos_done() itself.  In the end node 1 is still known to be done
	 * with 6. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	done(c, 0, 7);
	done(c, 0, 2);
	script_done(c, 1, 6);
	script_done(c, 2, 5);
	send_prepare(c, 1, 0, 9, 100);
	send_prepare(c, 2, 0, 9, 200);
	expect_min(c, 0, 6);
	script_done(c, 1, 1);
	script_done(c, 2, -1);
	send_prepare(c, 1, 0, 9, 300);
	send_prepare(c, 2, 0, 9, 400);
	expect_min(c, 0, 6);
	done(c, 0, 9);
	script_done(c, 2, 9);
	send_prepare(c, 2, 0, 9, 500);
	expect_min(c, 0, 7);
}

GRADED(forgetting, waits_for_oneself, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "forgetting/min_counts_everybody",
       .about = "Where a group waits for you, your Done() is what it needs")
{
	/* The two others are done with 7 and 9, so all is forgotten that you
	 * are done with up to there.  No message comes after your Done(). */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	script_done(c, 1, 9);
	script_says(c, 1, 2, 7);
	send_decided(c, 1, 0, 3, draw_value(c, 1000));
	expect_min(c, 0, 0);
	done(c, 0, 4);
	wait_min(c, 0, 5, SOON_MS);
	expect_fate(c, 0, 3, FATE_FORGOTTEN);
	expect_fate(c, 0, 5, FATE_PENDING);
	done(c, 0, 20);
	wait_min(c, 0, 8, SOON_MS);
}

GRADED(forgetting, alone, .part = "A", .points = 1, .todo = 10,
       .needs = "basic/alone",
       .about = "A group of one peer forgets by itself")
{
	/* There is nobody to wait for, and no message ever. */
	struct cluster *c = cluster_up(1);

	start(c, 0, 0, draw_value(c, 1000));
	wait_decided(c, 0, 1, SOON_MS);
	expect_min(c, 0, 0);
	done(c, 0, 0);
	wait_min(c, 0, 1, SOON_MS);
	expect_fate(c, 0, 0, FATE_FORGOTTEN);
	expect_max(c, 0, 0);
}

GRADED(forgetting, tells_what_it_is_done_with, .part = "A", .points = 2,
       .todo = 10, .needs = "acceptor/promises_the_first_ballot",
       .scripted = true, .about = "Done() is passed on in every reply")
{
	/* The reply to a prepare carries, in done[0], what peer 0 was told.
	 * Before that it is -1, like the entries of those it has not heard
	 * of. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct prepare_reply reply = send_prepare(c, 1, 0, 0, 100);

	expect_that(c, reply.done[0] == -1, "done[0] is -1 before the first "
		    "paxos_done()", "it is %lld", (long long)reply.done[0]);
	expect_that(c, reply.done[2] == -1, "done[2] is -1 as long as node 2 "
		    "was not heard of", "it is %lld",
		    (long long)reply.done[2]);
	done(c, 0, 3);
	reply = send_prepare(c, 2, 0, 1, 200);
	expect_that(c, reply.done[0] == 3, "done[0] is 3 after paxos_done(3)",
		    "it is %lld", (long long)reply.done[0]);
}

GRADED(forgetting, forgotten_stays_forgotten, .part = "A", .points = 3,
       .todo = 10, .needs = "forgetting/min_counts_everybody",
       .scripted = true,
       .about = "Below Min() nothing is started, promised or remembered")
{
	/* Everybody is done with 4.  Instance 2 was decided and 3 never
	 * begun: both are forgotten now.  Starting them again does nothing,
	 * a prepare for them is answered OUTCOME_FORGOTTEN, and a late
	 * decided message brings nothing back. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value x = draw_value(c, 1000);

	send_decided(c, 1, 0, 2, x);
	send_decided(c, 1, 0, 9, draw_value(c, 1000));
	expect_value(c, 2, x);
	done(c, 0, 4);
	script_done(c, 1, 4);
	script_done(c, 2, 4);
	send_prepare(c, 1, 0, 20, 100);
	send_prepare(c, 2, 0, 20, 200);
	expect_min(c, 0, 5);
	expect_fate(c, 0, 2, FATE_FORGOTTEN);
	expect_fate(c, 0, 3, FATE_FORGOTTEN);
	expect_fate(c, 0, 5, FATE_PENDING);
	start(c, 0, 2, draw_value(c, 1000));
	expect_outcome(c, send_prepare(c, 1, 0, 2, 300).outcome,
		       OUTCOME_FORGOTTEN,
		       "a prepare below Min() is answered OUTCOME_FORGOTTEN");
	send_decided(c, 2, 0, 2, x);
	expect_fate(c, 0, 2, FATE_FORGOTTEN);
	expect_max(c, 0, 20);
}

GRADED(forgetting, max_survives, .part = "A", .points = 1, .todo = 10,
       .scripted = true, .needs = "forgetting/min_counts_everybody",
       .about = "Max() stays when everything is forgotten")
{
	/* Instances 0 to 3 are decided, everybody is done with them, and
	 * there is no other: nothing is left in memory.  Max() is still 3. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	for (int seq = 0; seq < 4; seq++)
		send_decided(c, 1, 0, seq, draw_value(c, 1000));
	expect_max(c, 0, 3);
	done(c, 0, 3);
	script_done(c, 1, 3);
	script_done(c, 2, 3);
	send_prepare(c, 1, 0, 3, 100);
	send_prepare(c, 2, 0, 3, 200);
	expect_min(c, 0, 4);
	expect_max(c, 0, 3);
}

GRADED(forgetting, waits_for_the_last, .part = "A", .points = 3, .todo = 10,
       .steps = 15000,
       .needs = "basic/one_proposer",
       .about = "A group forgets when its last peer is done, not before")
{
	/* Six peers, six instances.  When all but peer 0 are done with 1 and
	 * peer 0 with 0, then Min() is 1 everywhere, once every peer has
	 * spoken again. */
	struct cluster *c = cluster_up(6);

	for (int seq = 0; seq < 6; seq++) {
		start(c, seq, seq, draw_value(c, 1000));
		wait_decided(c, seq, 6, SOON_MS);
	}
	for (int peer = 0; peer < 6; peer++)
		expect_min(c, peer, 0);
	for (int peer = 0; peer < 6; peer++)
		done(c, peer, peer == 0 ? 0 : 1);
	for (int peer = 0; peer < 6; peer++) {
		start(c, peer, 10 + peer, draw_value(c, 1000));
		wait_decided(c, 10 + peer, 6, SOON_MS);
	}
	for (int seq = 20; seq < 26; seq++) {
		start(c, seq - 20, seq, draw_value(c, 1000));
		wait_decided(c, seq, 6, SOON_MS);
	}
	for (int peer = 0; peer < 6; peer++) {
		expect_min(c, peer, 1);
		expect_fate(c, peer, 0, FATE_FORGOTTEN);
		expect_fate(c, peer, 1, FATE_DECIDED);
		expect_max(c, peer, 25);
	}
}

GRADED(forgetting, keeps_for_the_absent, .part = "A", .points = 3, .todo = 10,
       .steps = 3000,
       .needs = "partition/majority_goes_on",
       .about = "What one peer has not learned, the others keep")
{
	/* Peer 2 is cut off while five instances are decided, and the two
	 * others say that they are done with them.  They must keep them:
	 * peer 2 comes back, proposes other values, and has to learn the old
	 * ones. */
	struct cluster *c = cluster_up(3);
	struct value v[5];

	partition(c, "0 1 | 2");
	for (int seq = 0; seq < 5; seq++) {
		v[seq] = draw_value(c, 1000);
		start(c, seq % 2, seq, v[seq]);
		wait_decided_by(c, seq, "0 1", SOON_MS);
	}
	done(c, 0, 4);
	done(c, 1, 4);
	start(c, 0, 9, draw_value(c, 1000));
	wait_decided_by(c, 9, "0 1", SOON_MS);
	expect_min(c, 0, 0);
	heal(c);
	for (int seq = 0; seq < 5; seq++) {
		start(c, 2, seq, draw_value(c, 1000));
		wait_decided(c, seq, 3, SOON_MS);
		expect_value(c, seq, v[seq]);
	}
}

GRADED(forgetting, under_loss, .part = "A", .points = 2, .todo = 10,
       .steps = 20000,
       .needs = "loss/many_instances",
       .about = "Done() while calls are lost: nothing needed is gone")
{
	/* Twenty instances under loss.  As soon as all know one, all are
	 * done with it.  Whatever is not forgotten must still have its
	 * value; at the end Min() has come all the way. */
	struct cluster *c = cluster(.peers = 3, .faults = "classic");

	for (int seq = 0; seq < 20; seq++) {
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 1000));
		wait_decided(c, seq, 3, 3 * SOON_MS);
		for (int peer = 0; peer < 3; peer++)
			done(c, peer, seq);
	}
	faults(c, "reliable");
	for (int seq = 20; seq < 26; seq++) {
		start(c, seq % 3, seq, draw_value(c, 1000));
		wait_decided(c, seq, 3, SOON_MS);
	}
	for (int peer = 0; peer < 3; peer++) {
		expect_min(c, peer, 20);
		expect_fate(c, peer, 19, FATE_FORGOTTEN);
		expect_max(c, peer, 25);
	}
}

GRADED(forgetting, numbers_of_64_bits, .part = "A", .points = 1, .todo = 10,
       .scripted = true, .needs = "forgetting/min_counts_everybody",
       .about = "Done() of a number beyond 32 bits, and of a large step")
{
	/* Ten instances near 0 hold a value each.  Then everybody is done
	 * with a number far away.  All below it is forgotten, and nothing of
	 * the ten is left. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t far = (INT64_C(1) << 33) + draw_below(c, 1000);

	for (int seq = 1; seq <= 10; seq++)
		send_decided(c, 1, 0, seq, draw_value(c, 1000));
	done(c, 0, far);
	script_done(c, 1, far + 1);
	script_done(c, 2, far + 2);
	send_prepare(c, 1, 0, far + 5, 100);
	expect_min(c, 0, 0);
	send_prepare(c, 2, 0, far + 5, 200);
	expect_min(c, 0, far + 1);
	expect_max(c, 0, far + 5);
	for (int seq = 1; seq <= 10; seq++)
		expect_fate(c, 0, seq, FATE_FORGOTTEN);
	expect_fate(c, 0, far + 1, FATE_PENDING);
}

GRADED(forgetting, all_of_the_largest, .part = "A", .points = 2, .todo = 10,
       .steps = 60000,
       .needs = "fine_print/the_largest_group",
       .about = "Of PEERS_MAX peers the last counts as much as the first")
{
	/* All but the last are done with the first instance, and every peer
	 * proposes once, so that everybody is heard: nothing is forgotten.
	 * When the last is done as well, all forget it. */
	struct cluster *c = cluster_up(PEERS_MAX);

	start(c, 0, 0, draw_value(c, 100));
	wait_decided(c, 0, PEERS_MAX, SOON_MS);
	for (int peer = 0; peer < PEERS_MAX - 1; peer++)
		done(c, peer, 0);
	for (int round = 0; round < 2; round++) {
		for (int peer = 0; peer < PEERS_MAX; peer++) {
			int64_t seq = 1 + PEERS_MAX * round + peer;

			start(c, peer, seq, draw_value(c, 100));
			wait_decided(c, seq, PEERS_MAX, SOON_MS);
		}
		for (int peer = 0; peer < PEERS_MAX && round == 0; peer++)
			expect_min(c, peer, 0);
		if (round == 0)
			done(c, PEERS_MAX - 1, 0);
	}
	for (int peer = 0; peer < PEERS_MAX; peer++)
		wait_min(c, peer, 1, SOON_MS);
}
