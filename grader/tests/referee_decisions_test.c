/*
 * referee_decisions_test.c - the rules about proposers and decisions, and what
 * a referee does not judge.
 */
#include "grader/tests/referee_moves.h"

TestSuite(referee_decisions, .init = moves_init, .fini = moves_fini);

/* ---- proposers and learners --------------------------------------------- */

Test(referee_decisions, two_values_under_one_ballot)
{
	sends(MESSAGE_ACCEPT, 0, 4, "x");
	sends(MESSAGE_ACCEPT, 0, 4, "x");
	sends(MESSAGE_ACCEPT, 0, 7, "y");
	sends(MESSAGE_ACCEPT, 2, 4, "y"); /* a peer with the same ballots */
	silent();
	sends(MESSAGE_ACCEPT, 0, 4, "y");
	accuses("one value", "peer 0 asked others to accept 1 bytes #");
	shows(0, "accept(seq 7, n 4, 1 bytes #");
}

Test(referee_decisions, a_value_without_promises)
{
	referee_open(r, 5, 0);
	promises(0, 1, 1, 0, "");
	sends(MESSAGE_ACCEPT, 2, 3, "y"); /* it has not asked for any */
	silent();
	sends(MESSAGE_ACCEPT, 0, 1, "x");
	accuses("a majority has promised", "under ballot 1, which 1 of the "
		"4 others had promised");
}

Test(referee_decisions, another_value_than_was_reported)
{
	referee_open(r, 5, 0);
	accepts(0, 1, 1, "x");
	accepts(0, 2, 1, "x");
	promises(3, 1, 4, 1, "x");
	promises(3, 2, 4, 1, "x");
	sends(MESSAGE_ACCEPT, 3, 4, "y");
	accuses("takes over the value", "peer 3 asked others to accept 1 "
		"bytes #");
	accuses("takes over the value", "had reported 1 bytes #");
	shows(0, "peer 3 to peer 1: prepare(seq 7, n 4) -> OK, accepted 1, ");
}

/* Peer 2 of three has promised itself, and may be the one that knew of y. */
Test(referee_decisions, a_value_that_its_own_acceptor_may_report)
{
	accepts(1, 2, 2, "y");
	accepts(0, 1, 1, "x");
	promises(2, 1, 3, 1, "x");
	sends(MESSAGE_ACCEPT, 2, 3, "y");
	silent();
}

/* Of the three that have promised it heard two, say. */
Test(referee_decisions, any_majority_of_promises_will_do)
{
	referee_open(r, 5, 0);
	accepts(0, 1, 1, "x");
	promises(3, 1, 4, 1, "x");
	promises(3, 2, 4, 0, "");
	promises(3, 4, 4, 0, "");
	sends(MESSAGE_ACCEPT, 3, 4, "y");
	silent();
}

Test(referee_decisions, a_decision_without_a_majority)
{
	sends(MESSAGE_ACCEPT, 0, 1, "x");
	replies(reaches(MESSAGE_ACCEPT, 0, 1, 1, "x"), OUTCOME_REFUSED, 0, "");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	accuses("rests on a majority", "peer 0 told others that instance 7 is "
		"decided on 1 bytes #");
	accuses("rests on a majority", "at most 1 of 3 peers");
}

Test(referee_decisions, a_decision_before_the_handler_has_ended)
{
	struct handling h;

	sends(MESSAGE_ACCEPT, 0, 1, "x");
	h = reaches(MESSAGE_ACCEPT, 0, 1, 1, "x");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	replies(h, OUTCOME_OK, 0, "");
	accuses("rests on a majority", "told others");
}

/* Peer 0 has promised ballot 3 before it can have accepted under 1. */
Test(referee_decisions, a_proposer_that_cannot_have_accepted)
{
	accepts(0, 1, 1, "x");
	promises(2, 0, 3, 0, "");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	accuses("rests on a majority", "at most 1 of 3 peers had accepted "
		"(under ballot 1: peer 1)");
	shows(0, "peer 2 to peer 0: prepare(seq 7, n 3) -> OK, accepted 0");
}

Test(referee_decisions, a_proposer_that_may_have_accepted_before)
{
	accepts(0, 1, 1, "x");
	promises(2, 0, 3, 1, "x");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	silent();
}

Test(referee_decisions, acceptances_under_two_ballots_are_no_majority)
{
	referee_open(r, 5, 0);
	accepts(0, 1, 1, "x");
	accepts(2, 3, 3, "x");
	referee_learned(r, 0, SEQ, bytes("x"), ++now_us);
	accuses("rests on a majority", "peer 0 says that instance 7");
	accuses("rests on a majority", "at most 2 of 5 peers");
}

Test(referee_decisions, a_majority_less_one_on_the_wire)
{
	referee_open(r, 5, 0);
	accepts(0, 1, 1, "x");
	accepts(0, 3, 1, "x");
	referee_learned(r, 0, SEQ, bytes("x"), ++now_us);
	silent();
	referee_open(r, 1, 0);
	referee_learned(r, 0, SEQ, bytes("x"), ++now_us);
	silent();
}

/* Of five, three report the same: that is a majority, too. */
Test(referee_decisions, who_asks_may_count_what_is_reported)
{
	struct handling h[2];

	referee_open(r, 5, 0);
	sends(MESSAGE_ACCEPT, 0, 1, "x");
	for (int i = 0; i < 2; i++)
		h[i] = reaches(MESSAGE_ACCEPT, 0, i + 1, 1, "x");
	promises(3, 1, 9, 1, "x");
	promises(3, 2, 9, 1, "x");
	sends(MESSAGE_DECIDED, 3, 0, "x");
	for (int i = 0; i < 2; i++)
		replies(h[i], OUTCOME_OK, 0, "");
	silent();
}

Test(referee_decisions, an_answer_that_is_no_decision)
{
	replies(reaches(MESSAGE_PREPARE, 0, 1, 4, ""), OUTCOME_DECIDED, 0,
		"x");
	accuses("rests on a majority", "peer 1 answered that");
}

/* ---- where a test plays, and where nobody is watched -------------------- */

Test(referee_decisions, a_tests_nodes_may_say_anything)
{
	referee_open(r, 3, 6);
	/* The same ballot from two nodes, and decisions out of the blue. */
	replies(reaches(MESSAGE_PREPARE, 1, 0, 4, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_PREPARE, 2, 0, 4, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_DECIDED, 2, 0, 0, "x"), 0, 0, "");
	sends(MESSAGE_DECIDED, 0, 0, "y");
	silent();
}

Test(referee_decisions, a_peer_is_judged_among_a_tests_nodes)
{
	referee_open(r, 3, 6);
	replies(reaches(MESSAGE_PREPARE, 1, 0, 9, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_ACCEPT, 2, 0, 4, "x"), OUTCOME_OK, 0, "");
	accuses("accepts nothing below", "peer 0 accepted ballot 4 of node 2, "
		"after it had promised ballot 9 of node 1");
}

/* It may have been told of a decision, in a reply that is not seen. */
Test(referee_decisions, who_has_called_a_tests_nodes_is_not_judged)
{
	referee_open(r, 3, 6);
	replies(reaches(MESSAGE_PREPARE, 1, 0, 9, ""), OUTCOME_OK, 0, "");
	sends(MESSAGE_PREPARE, 0, 2, "");
	replies(reaches(MESSAGE_ACCEPT, 2, 0, 4, "x"), OUTCOME_OK, 0, "");
	silent();
}

Test(referee_decisions, what_all_but_one_are_done_with_is_not_watched)
{
	int64_t done[PEERS_MAX] = { SEQ, -1, -1 };
	struct request_seen req = request(MESSAGE_PREPARE, 0, 4, "");
	struct handling h;

	req.seq = SEQ + 1;
	req.done = done;
	referee_handles(r, 1, &req, ++now_us, &h);
	promises(0, 1, 9, 0, "");
	done[2] = SEQ;
	referee_handles(r, 1, &req, ++now_us, &h);
	promises(0, 1, 4, 0, "");
	silent();
}

Test(referee_decisions, more_than_there_is_room_for_is_not_watched)
{
	promises(2, 1, 6, 0, "");
	for (int64_t seq = 0; seq <= REFEREE_INSTANCES; seq++) {
		struct request_seen req = request(MESSAGE_PREPARE, 0, 4, "");

		req.seq = 2 * SEQ + seq;
		referee_sends(r, 0, &req, ++now_us);
	}
	promises(0, 1, 4, 0, "");
	silent();
	referee_open(r, 3, 0);
	promises(2, 1, 6, 0, "");
	promises(0, 1, 4, 0, "");
	accuses("promises nothing below", "ballot 4");
}

Test(referee_decisions, more_ballots_than_there_is_room_for)
{
	promises(2, 1, 6000, 0, "");
	for (int64_t n = 1; n <= 300; n++)
		sends(MESSAGE_PREPARE, 0, n, "");
	promises(0, 1, 4000, 0, "");
	silent();
}
