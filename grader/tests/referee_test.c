/*
 * referee_test.c - the rules about acceptors, kept and broken, message by
 * message.
 */
#include "grader/tests/referee_moves.h"

TestSuite(referee, .init = moves_init, .fini = moves_fini);

Test(referee, a_good_course_is_silent)
{
	promises(0, 1, 1, 0, "");
	accepts(0, 1, 1, "x");
	promises(2, 1, 3, 1, "x");
	accepts(2, 1, 3, "x");
	sends(MESSAGE_DECIDED, 2, 0, "x");
	replies(reaches(MESSAGE_DECIDED, 2, 0, 0, "x"), 0, 0, "");
	referee_learned(r, 0, SEQ, bytes("x"), ++now_us);
	replies(reaches(MESSAGE_PREPARE, 0, 1, 4, ""), OUTCOME_DECIDED, 0,
		"x");
	silent();
}

Test(referee, an_accept_below_a_promise)
{
	promises(2, 1, 6, 0, "");
	accepts(0, 1, 4, "x");
	accuses("accepts nothing below", "peer 1 accepted ballot 4 of peer 0, "
		"after it had promised ballot 6 of peer 2");
	shows(0, "peer 2 to peer 1: prepare(seq 7, n 6) -> OK, from 0.000002 "
		 "s to 0.000003 s");
	shows(1, "peer 0 to peer 1: accept(seq 7, n 4, 1 bytes #");
}

Test(referee, accepting_is_promising)
{
	accepts(2, 1, 6, "y");
	accepts(0, 1, 4, "x");
	accuses("accepts nothing below", "after it had accepted ballot 6 of "
		"peer 2, which is a promise, too");
}

Test(referee, a_promise_below_a_promise)
{
	promises(2, 1, 6, 0, "");
	promises(0, 1, 4, 0, "");
	accuses("promises nothing below", "peer 1 promised ballot 4 of peer "
		"0, after it had promised ballot 6 of peer 2");
}

/* Whichever of two took effect first, the other may have come after it. */
Test(referee, overlapping_handlers_prove_nothing)
{
	struct handling low, high;

	low = reaches(MESSAGE_ACCEPT, 0, 1, 4, "x");
	high = reaches(MESSAGE_PREPARE, 2, 1, 6, "");
	replies(high, OUTCOME_OK, 0, "");
	replies(low, OUTCOME_OK, 0, "");
	silent();
	low = reaches(MESSAGE_PREPARE, 0, 2, 4, "");
	promises(1, 2, 8, 0, "");
	replies(low, OUTCOME_OK, 0, "");
	silent();
}

Test(referee, a_ballot_promised_to_two)
{
	promises(0, 1, 4, 0, "");
	promises(0, 1, 4, 0, ""); /* the same once more */
	silent();
	promises(2, 1, 4, 0, "");
	accuses("to one proposer", "promised ballot 4 to peer 0, and to peer "
		"2");
}

Test(referee, a_value_forgotten)
{
	accepts(0, 1, 1, "x");
	promises(2, 1, 3, 0, "");
	accuses("reports what", "peer 1 reported nothing to peer 2, after it "
		"had accepted 1 bytes #");
	shows(0, "peer 0 to peer 1: accept(seq 7, n 1");
	shows(1, "peer 2 to peer 1: prepare(seq 7, n 3) -> OK, accepted 0");
}

Test(referee, a_lower_ballot_reported)
{
	accepts(0, 1, 1, "x");
	accepts(2, 1, 3, "y");
	promises(0, 1, 4, 1, "x");
	accuses("reports what", "reported a value of ballot 1 to peer 0");
}

Test(referee, another_value_reported)
{
	accepts(0, 1, 1, "x");
	promises(2, 1, 3, 1, "y");
	accuses("together with the ballot", "under that ballot it had been "
		"asked to accept 1 bytes #");
}

Test(referee, a_ballot_reported_that_was_only_promised)
{
	promises(0, 1, 1, 0, "");
	promises(2, 1, 3, 1, "x");
	accuses("together with the ballot", "had been asked to accept "
		"nothing");
}

/* Peer 1 has told itself; what it sent says that the ballot is its own. */
Test(referee, what_a_peer_accepted_of_its_own)
{
	sends(MESSAGE_PREPARE, 1, 2, "");
	promises(2, 1, 3, 2, "x");
	silent();
	promises(0, 1, 7, 5, "z"); /* of a ballot that nobody has used */
	silent();
	sends(MESSAGE_ACCEPT, 1, 8, "x");
	promises(2, 1, 9, 8, "x");
	silent();
	promises(0, 1, 10, 8, "z");
	accuses("together with the ballot", "under that ballot it had asked "
		"others to accept 1 bytes #");
}

Test(referee, who_knows_the_decision_may_promise_anyhow)
{
	accepts(0, 1, 1, "x");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	replies(reaches(MESSAGE_DECIDED, 0, 1, 0, "x"), 0, 0, "");
	promises(2, 1, 9, 8, "x");
	promises(2, 1, 6, 5, "x");
	accepts(2, 1, 3, "x");
	promises(0, 1, 3, 2, "x"); /* these promises are not meant */
	silent();
	promises(0, 1, 4, 0, "");
	accuses("reports what", "reported nothing");
}

Test(referee, refusals_and_what_is_no_ballot_are_free)
{
	promises(2, 1, 6, 0, "");
	replies(reaches(MESSAGE_PREPARE, 0, 1, 4, ""), OUTCOME_REFUSED, 0, "");
	replies(reaches(MESSAGE_ACCEPT, 0, 1, 4, "x"), OUTCOME_REFUSED, 0, "");
	replies(reaches(MESSAGE_PREPARE, 0, 1, 0, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_ACCEPT, -3, 1, -1, "x"), OUTCOME_OK, 0, "");
	silent();
}

Test(referee, a_peer_that_begins_anew_knows_nothing)
{
	accepts(0, 1, 4, "x");
	sends(MESSAGE_ACCEPT, 1, 5, "x");
	referee_born(r, 1);
	promises(2, 1, 3, 0, "");
	sends(MESSAGE_ACCEPT, 1, 5, "y");
	silent();
}
