/*
 * stamina.c - proposers for whom nothing goes well for a long time.
 *
 * Whatever a proposer counts up, doubles or waits for with each vain round has
 * to have a bound, or it comes back too late, or never.  The time that these
 * tests need passes in the simulation; on real threads they make do with less.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"

#define SOON_MS 10000
#define LATER_MS 20000

GRADED(stamina, after_a_long_silence, .part = "A", .points = 1, .todo = 9,
       .steps = 27000, .scripted = true,
       .needs = "loss/goes_on_after_silence",
       .about = "However long nobody was heard, soon after all is decided")
{
	/* Every message is lost for so long that a pause between rounds which
	 * doubled each time would by now be as long as all of that. */
	struct cluster *c = cluster_up(3);
	struct faults all_lost = { .lose_request = 1 };
	struct value v = draw_value(c, 100);

	faults_are(c, &all_lost);
	start(c, 1, 0, v);
	run_for(c, simulated(c) ? 4 * LATER_MS : 500);
	faults(c, "reliable");
	wait_decided(c, 0, 3, SOON_MS);
	expect_value(c, 0, v);
}

GRADED(stamina, after_many_defeats, .part = "A", .points = 1, .todo = 9,
       .steps = 8000, .scripted = true,
       .needs = "proposer/goes_above_the_refused_ballot",
       .about = "However often it was beaten, a proposer comes back soon")
{
	/* Nodes 1 and 2 refuse ballot after ballot, and each time name one
	 * that is a little higher.  The next prepare comes before long; after
	 * all that its ballot has still room to grow; and when the nodes give
	 * way, the value is decided. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	int defeats = simulated(c) ? 150 : 6;
	struct value v = draw_value(c, 100);
	struct request req;
	int64_t to_beat = 0;

	start(c, 0, 0, v);
	for (int i = 0; i < defeats;) {
		expect_that(c, take(c, ANY_NODE, LATER_MS, &req), "the next "
			    "prepare comes before long", "none has come for "
			    "%d ms after defeat %d", LATER_MS, i);
		if (req.n > to_beat) {
			to_beat = req.n + 5;
			i++;
		}
		answer_refused(c, &req, to_beat);
	}
	for (int node = 1; node <= 2; node++)
		acceptors[node].promised = to_beat;
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}

GRADED(stamina, the_stuck_hold_up_nobody, .part = "A", .points = 2, .todo = 9,
       .steps = 15000, .scripted = true,
       .needs = "proposer/instances_do_not_wait",
       .about = "Twenty instances without an answer, and one with")
{
	/* Nodes 1 and 2 say nothing to twenty instances, which can never be
	 * decided, and answer rightly in another one, which is begun last.
	 * Whoever runs one round at a time, and calls one peer after the
	 * other, comes to it after forty time-outs. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	struct request req;

	for (int seq = 0; seq < 20; seq++)
		start(c, 0, seq, draw_value(c, 100));
	start(c, 0, 100, v);
	while (next_request(c, 0, 100, &req)) {
		if (req.seq == 100)
			answer_rightly(c, &req, &acceptors[req.at]);
		else
			ignore(c, &req);
	}
	expect_value(c, 100, v);
}
