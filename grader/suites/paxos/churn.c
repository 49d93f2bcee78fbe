/*
 * churn.c - peers that come late and peers that die, in the midst of it all.
 *
 * Peers keep nothing on a disk, so one that was killed and comes back knows
 * nothing of what it had promised.  It may take part in new instances only;
 * these tests see to it.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"

#define SOON_MS 10000
#define LATER_MS 30000

GRADED(churn, killed_in_flight, .part = "A", .points = 2, .todo = 9,
       .needs = "learner/lives_without_two",
       .steps = 20000,
       .about = "Peers are killed while everybody proposes")
{
	/* Seven peers propose for twelve instances at once.  Three of them
	 * are killed, one after the other, while their calls and everybody
	 * else's are under way.  The other four are a majority and decide
	 * all.  Under ThreadSanitizer this shows whether paxos_kill() and
	 * your threads agree about who may touch what. */
	struct cluster *c = cluster_up(7);

	for (int seq = 0; seq < 12; seq++)
		for (int peer = 0; peer < 7; peer++)
			start(c, peer, seq, draw_value(c, 100));
	for (int peer = 6; peer >= 4; peer--) {
		run_for(c, draw_below(c, 4));
		peer_kill(c, peer);
	}
	for (int seq = 0; seq < 12; seq++)
		wait_decided(c, seq, 4, LATER_MS);
}

/* Splits the five peers of C into up to three groups by chance. */
static void shuffle(struct cluster *c)
{
	int group_of[5];

	for (int peer = 0; peer < 5; peer++)
		group_of[peer] = draw_below(c, 3);
	partition_by(c, group_of);
}

GRADED(churn, late_and_dying, .part = "A", .points = 2, .todo = 9,
       .needs = "partition/changing_with_loss",
       .steps = 20000,
       .about = "Partitions, loss, a peer that comes late and one that dies")
{
	/* Fifteen instances; for each the peers fall into other groups, and
	 * a quarter of all calls is lost.  Peer 4 joins after five, and takes
	 * part in the old ones, too.  After ten peer 1 dies.  In the end the
	 * four that live have decided everything. */
	struct cluster *c = cluster(.peers = 5, .faults = "classic",
				    .absent = "4");

	for (int seq = 0; seq < 15; seq++) {
		shuffle(c);
		if (seq == 5) {
			peer_open(c, 4);
			for (int old = 0; old < 5; old++)
				start(c, 4, old, draw_value(c, 100));
		}
		if (seq == 10)
			peer_kill(c, 1);
		for (int peer = 0; peer < 5; peer++)
			if ((peer != 4 || seq >= 5) && (peer != 1 || seq < 10))
				start(c, peer, seq, draw_value(c, 100));
		run_for(c, draw_below(c, 60));
	}
	heal(c);
	for (int seq = 0; seq < 15; seq++) {
		for (int peer = 0; peer < 5; peer++)
			if (peer != 1)
				start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq, 4, LATER_MS);
	}
}

GRADED(churn, comes_back, .part = "A", .points = 1, .todo = 9, .steps = 8000,
       .needs = "learner/lives_without_two",
       .about = "A peer that was killed comes back for new instances")
{
	/* Each of five peers in turn is killed while nothing is under way,
	 * comes back after the others have decided an instance, and proposes
	 * the next one.  Each instance has one proposer only. */
	struct cluster *c = cluster_up(5);
	int64_t seq = 0;

	for (int peer = 0; peer < 5; peer++) {
		int other = (peer + 1 + draw_below(c, 4)) % 5;

		peer_kill(c, peer);
		start(c, other, seq, draw_value(c, 100));
		wait_decided(c, seq++, 4, SOON_MS);
		peer_open(c, peer);
		start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq++, 5, SOON_MS);
		start(c, other, seq, draw_value(c, 100));
		wait_decided(c, seq++, 5, SOON_MS);
	}
}
