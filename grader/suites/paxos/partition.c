/*
 * partition.c - the network falls apart into groups.
 *
 * Whoever can reach a majority goes on; whoever cannot decides nothing, and
 * catches up when the network is whole again.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"

#define SOON_MS 10000
#define LATER_MS 30000

/* How long a test watches for what must not happen. */
#define WATCH_MS 300

GRADED(partition, minority_decides_nothing, .part = "A", .points = 3,
       .todo = 9, .needs = "basic/one_proposer",
       .about = "Peers cut off from a majority decide nothing")
{
	/* Two of five cannot decide, however long they try.  When the
	 * network is whole again all five decide what the two proposed,
	 * because nobody else has proposed anything. */
	struct cluster *c = cluster_up(5);
	struct value v = draw_value(c, 1000);

	partition(c, "0 2 | 1 3 4");
	start(c, 0, 7, v);
	run_for(c, WATCH_MS);
	expect_decided(c, 7, 0);
	heal(c);
	wait_decided(c, 7, 5, SOON_MS);
	expect_value(c, 7, v);
}

GRADED(partition, half_is_no_majority, .part = "A", .points = 2, .todo = 9,
       .needs = "partition/minority_decides_nothing",
       .about = "Two of four decide nothing, on either side")
{
	/* Both halves propose.  If half were enough they would decide two
	 * different values. */
	struct cluster *c = cluster_up(4);

	partition(c, "0 1 | 2 3");
	start(c, 0, 0, draw_value(c, 100));
	start(c, 2, 0, draw_value(c, 100));
	run_for(c, WATCH_MS);
	expect_decided(c, 0, 0);
	heal(c);
	wait_decided(c, 0, 4, SOON_MS);
}

GRADED(partition, majority_goes_on, .part = "A", .points = 3, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "Three of five decide while two are cut off")
{
	/* The majority decides; the two others neither learn of it nor
	 * decide what they propose themselves.  After the network is whole
	 * again they learn what was decided. */
	struct cluster *c = cluster_up(5);
	struct value v = draw_value(c, 1000);

	partition(c, "0 1 | 2 3 4");
	start(c, 0, 1, draw_value(c, 1000));
	start(c, 3, 1, v);
	wait_decided_by(c, 1, "2 3 4", SOON_MS);
	run_for(c, WATCH_MS / 3);
	expect_decided(c, 1, 3);
	expect_value(c, 1, v);
	heal(c);
	start(c, 1, 1, draw_value(c, 1000));
	wait_decided(c, 1, 5, SOON_MS);
	expect_value(c, 1, v);
}

GRADED(partition, half_done_rounds, .part = "A", .points = 3, .todo = 9,
       .needs = "partition/majority_goes_on",
       .steps = 10000,
       .about = "A majority gets past what a lost proposer left behind")
{
	/* Peer 0 proposes and is cut off at some moment in the middle of it,
	 * so that some have promised or accepted.  The others must decide
	 * the instance.  Ten times. */
	struct cluster *c = cluster_up(5);

	for (int seq = 0; seq < 10; seq++) {
		start(c, 0, seq, draw_value(c, 100));
		run_for(c, draw_below(c, 4));
		partition(c, "0 | 1 2 3 4");
		for (int peer = 1; peer < 5; peer++)
			start(c, peer, seq, draw_value(c, 100));
		wait_decided_by(c, seq, "1 2 3 4", SOON_MS);
		heal(c);
	}
	for (int seq = 0; seq < 10; seq++) {
		start(c, 0, seq, draw_value(c, 100));
		wait_decided(c, seq, 5, SOON_MS);
	}
}

/* Splits the five peers of C into up to three groups by chance. */
static void shuffle(struct cluster *c)
{
	int group_of[5];

	for (int peer = 0; peer < 5; peer++)
		group_of[peer] = draw_below(c, 3);
	partition_by(c, group_of);
}

GRADED(partition, one_peer_changes_sides, .part = "A", .points = 2, .todo = 9,
       .needs = "partition/majority_goes_on",
       .steps = 10000,
       .about = "The peer that makes the majority changes sides")
{
	/* Two against two, and peer 4 in turn with either side.  In each
	 * round one side has three, and it decides.  Everybody proposes, so
	 * the others are still at it when the sides change, and catch up in
	 * the end. */
	struct cluster *c = cluster_up(5);

	for (int seq = 0; seq < 12; seq++) {
		bool left = seq % 2 == 0;

		partition(c, left ? "0 1 4 | 2 3" : "0 1 | 2 3 4");
		for (int peer = 0; peer < 5; peer++)
			start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
	heal(c);
	for (int seq = 0; seq < 12; seq++)
		wait_decided(c, seq, 5, SOON_MS);
}

GRADED(partition, changing_with_loss, .part = "A", .points = 4, .todo = 9,
       .needs = "partition/half_done_rounds",
       .steps = 20000,
       .about = "Random partitions come and go while calls are lost")
{
	/* Every few moments the five peers fall into other groups, while up
	 * to ten instances are under way and calls fail all the time.  When
	 * the network is whole, though still losing calls, everything must
	 * be decided. */
	struct cluster *c = cluster(.peers = 5, .faults = "classic");
	int seqs = 20;

	for (int seq = 0; seq < seqs; seq++) {
		shuffle(c);
		for (int peer = 0; peer < 5; peer++)
			start(c, peer, seq, draw_value(c, 100));
		run_for(c, draw_below(c, 100));
		if (seq < 10)
			continue;
		/* An older one must come to its end before the next. */
		heal(c);
		wait_decided(c, seq - 10, 5, LATER_MS);
	}
	heal(c);
	for (int seq = seqs - 10; seq < seqs; seq++)
		wait_decided(c, seq, 5, LATER_MS);
}

GRADED(partition, sides_change_with_loss, .part = "A", .points = 1, .todo = 9,
       .needs = "partition/one_peer_changes_sides",
       .steps = 30000,
       .about = "The same while a quarter of all calls fails")
{
	/* As above, in eight rounds. */
	struct cluster *c = cluster(.peers = 5, .faults = "classic");

	for (int seq = 0; seq < 8; seq++) {
		bool left = seq % 2 == 0;

		partition(c, left ? "0 1 4 | 2 3" : "0 1 | 2 3 4");
		for (int peer = 0; peer < 5; peer++)
			start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, LATER_MS);
	}
	heal(c);
	for (int seq = 0; seq < 8; seq++)
		wait_decided(c, seq, 5, LATER_MS);
}

GRADED(partition, two_with_one_friend, .part = "A", .points = 2, .todo = 9,
       .steps = 4000,
       .needs = "basic/many_proposers_many_values",
       .about = "Two peers duel for the promise of a third")
{
	/* Peers 0 and 1 cannot reach each other, only peer 2, and that slowly:
	 * the prepares of both arrive before either's accept.  Each has two
	 * promises of three, its own and that of peer 2, which must not have
	 * promised both of them the same.  Ten instances. */
	struct cluster *c = cluster_up(3);

	cut(c, 0, 1);
	cut(c, 1, 0);
	slow(c, 2, 30);
	for (int seq = 0; seq < 10; seq++) {
		start(c, 0, seq, draw_value(c, 100));
		start(c, 1, seq, draw_value(c, 100));
	}
	for (int seq = 0; seq < 10; seq++)
		wait_decided(c, seq, 3, LATER_MS);
}
