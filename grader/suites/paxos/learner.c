/*
 * learner.c - peers that missed a decision catch up.
 *
 * The decided message is sent once and may be lost.  Whoever starts an
 * instance that was decided without him must learn that decision and none of
 * his own.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"

#define SOON_MS 10000

GRADED(learner, deaf_peers_catch_up, .part = "A", .points = 3, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "Peers that hear nobody learn by proposing")
{
	/* Peers 0 and 4 can call but cannot be called.  The other three
	 * decide.  Then 0, and later 4, starts the instance with another
	 * value: what it gets is the decision.  (If it finds out before, by
	 * asking, so much the better.) */
	struct cluster *c = cluster_up(5);
	struct value v = draw_value(c, 1000);

	start(c, 0, 0, draw_value(c, 1000));
	wait_decided(c, 0, 5, SOON_MS);
	deafen(c, 0);
	deafen(c, 4);
	start(c, 1, 1, v);
	wait_decided_by(c, 1, "1 2 3", SOON_MS);
	expect_value(c, 1, v);
	start(c, 0, 1, draw_value(c, 1000));
	wait_decided_by(c, 1, "0 1 2 3", SOON_MS);
	start(c, 4, 1, draw_value(c, 1000));
	wait_decided(c, 1, 5, SOON_MS);
	expect_value(c, 1, v);
}

GRADED(learner, late_peers_catch_up, .part = "A", .points = 2, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "Peers that join late learn what was decided")
{
	/* Peers 0 and 4 of five do not exist yet.  Three decide without
	 * them.  Then 0 joins and proposes something else, then 4. */
	struct cluster *c = cluster(.peers = 5, .absent = "0 4");
	struct value v = draw_value(c, 1000);

	start(c, 1, 1, v);
	wait_decided_by(c, 1, "1 2 3", SOON_MS);
	peer_open(c, 0);
	start(c, 0, 1, draw_value(c, 1000));
	wait_decided_by(c, 1, "0 1 2 3", SOON_MS);
	peer_open(c, 4);
	start(c, 4, 1, draw_value(c, 1000));
	wait_decided(c, 1, 5, SOON_MS);
	expect_value(c, 1, v);
}

GRADED(learner, lives_without_two, .part = "A", .points = 2, .todo = 9,
       .steps = 6000,
       .needs = "basic/one_proposer",
       .about = "Three of five go on when two are gone for good")
{
	/* Two peers are killed, one of them perhaps in the middle of a
	 * proposal.  The others decide that instance and later ones. */
	struct cluster *c = cluster_up(5);

	start(c, 4, 0, draw_value(c, 100));
	peer_kill(c, 4);
	peer_kill(c, 1);
	for (int seq = 0; seq < 3; seq++) {
		start(c, 0, seq, draw_value(c, 100));
		start(c, 2, seq, draw_value(c, 100));
		start(c, 3, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
}
