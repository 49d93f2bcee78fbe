/*
 * referee_test.c - each rule of the referee's, kept and broken, message by
 * message.
 */
#include "grader/referee/referee.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "paxos/protocol.h"

#define SEQ 7

static struct referee *r;
static int64_t now_us;
static int64_t nothing_done[PEERS_MAX];

static void init(void)
{
	for (int i = 0; i < PEERS_MAX; i++)
		nothing_done[i] = -1;
	r = referee_make();
	referee_open(r, 3, 0);
}

static void fini(void)
{
	referee_free(r);
}

TestSuite(referee, .init = init, .fini = fini);

static struct mark bytes(const char *s)
{
	return mark_of((struct value){ (unsigned char *)(uintptr_t)s,
				       strlen(s) });
}

static struct request_seen request(enum message_kind kind, int from,
				   int64_t n, const char *v)
{
	return (struct request_seen){ kind, from, SEQ, n, bytes(v),
				      nothing_done };
}

/* FROM sends a request; nothing has come of it. */
static void sends(enum message_kind kind, int from, int64_t n, const char *v)
{
	struct request_seen req = request(kind, from, n, v);

	referee_sends(r, from, &req, ++now_us);
}

/* A request of FROM's is in the hands of TO's handler. */
static struct handling reaches(enum message_kind kind, int from, int to,
			       int64_t n, const char *v)
{
	struct request_seen req = request(kind, from, n, v);
	struct handling h;

	referee_handles(r, to, &req, ++now_us, &h);
	return h;
}

static void replies(struct handling h, int said, int64_t accepted,
		    const char *v)
{
	struct reply_seen reply = { said, 0, accepted, bytes(v),
				    nothing_done };

	referee_replied(r, &h, &reply, ++now_us);
}

/* A prepare and its promise, which reports V under ACCEPTED. */
static void promises(int from, int to, int64_t n, int64_t accepted,
		     const char *v)
{
	sends(MESSAGE_PREPARE, from, n, "");
	replies(reaches(MESSAGE_PREPARE, from, to, n, ""), OUTCOME_OK,
		accepted, v);
}

static void accepts(int from, int to, int64_t n, const char *v)
{
	sends(MESSAGE_ACCEPT, from, n, v);
	replies(reaches(MESSAGE_ACCEPT, from, to, n, v), OUTCOME_OK, 0, "");
}

static void silent(void)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(a == NULL, "%s: %s", a->expected, a->saw);
}

/* There is an accusation, of RULE, that says HOW. */
static void accuses(const char *rule, const char *how)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(a != NULL, "no accusation about %s", rule);
	cr_assert_eq(a->seq, SEQ);
	cr_assert(strstr(a->expected, rule) != NULL, "not about %s: %s", rule,
		  a->expected);
	cr_assert(strstr(a->saw, how) != NULL, "not \"%s\": %s", how, a->saw);
}

static void shows(int message, const char *how)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(strstr(a->messages[message], how) != NULL, "not \"%s\": %s",
		  how, a->messages[message]);
}

/* ---- acceptors ----------------------------------------------------------- */

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

/* ---- proposers and learners ---------------------------------------------- */

Test(referee, two_values_under_one_ballot)
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

Test(referee, a_decision_without_a_majority)
{
	sends(MESSAGE_ACCEPT, 0, 1, "x");
	replies(reaches(MESSAGE_ACCEPT, 0, 1, 1, "x"), OUTCOME_REFUSED, 0, "");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	accuses("rests on a majority", "peer 0 told others that instance 7 is "
		"decided on 1 bytes #");
	accuses("rests on a majority", "at most 1 of 3 peers");
}

Test(referee, a_decision_before_the_handler_has_ended)
{
	struct handling h;

	sends(MESSAGE_ACCEPT, 0, 1, "x");
	h = reaches(MESSAGE_ACCEPT, 0, 1, 1, "x");
	sends(MESSAGE_DECIDED, 0, 0, "x");
	replies(h, OUTCOME_OK, 0, "");
	accuses("rests on a majority", "told others");
}

Test(referee, acceptances_under_two_ballots_are_no_majority)
{
	referee_open(r, 5, 0);
	accepts(0, 1, 1, "x");
	accepts(2, 3, 3, "x");
	referee_learned(r, 0, SEQ, bytes("x"), ++now_us);
	accuses("rests on a majority", "peer 0 says that instance 7");
	accuses("rests on a majority", "at most 2 of 5 peers");
}

Test(referee, a_majority_less_one_on_the_wire)
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
Test(referee, who_asks_may_count_what_is_reported)
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

Test(referee, an_answer_that_is_no_decision)
{
	replies(reaches(MESSAGE_PREPARE, 0, 1, 4, ""), OUTCOME_DECIDED, 0,
		"x");
	accuses("rests on a majority", "peer 1 answered that");
}

/* ---- where a test plays, and where nobody is watched --------------------- */

Test(referee, a_tests_nodes_may_say_anything)
{
	referee_open(r, 3, 6);
	/* The same ballot from two nodes, and decisions out of the blue. */
	replies(reaches(MESSAGE_PREPARE, 1, 0, 4, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_PREPARE, 2, 0, 4, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_DECIDED, 2, 0, 0, "x"), 0, 0, "");
	sends(MESSAGE_DECIDED, 0, 0, "y");
	silent();
}

Test(referee, a_peer_is_judged_among_a_tests_nodes)
{
	referee_open(r, 3, 6);
	replies(reaches(MESSAGE_PREPARE, 1, 0, 9, ""), OUTCOME_OK, 0, "");
	replies(reaches(MESSAGE_ACCEPT, 2, 0, 4, "x"), OUTCOME_OK, 0, "");
	accuses("accepts nothing below", "peer 0 accepted ballot 4 of node 2, "
		"after it had promised ballot 9 of node 1");
}

/* It may have been told of a decision, in a reply that is not seen. */
Test(referee, who_has_called_a_tests_nodes_is_not_judged)
{
	referee_open(r, 3, 6);
	replies(reaches(MESSAGE_PREPARE, 1, 0, 9, ""), OUTCOME_OK, 0, "");
	sends(MESSAGE_PREPARE, 0, 2, "");
	replies(reaches(MESSAGE_ACCEPT, 2, 0, 4, "x"), OUTCOME_OK, 0, "");
	silent();
}

Test(referee, what_all_but_one_are_done_with_is_not_watched)
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

Test(referee, more_than_there_is_room_for_is_not_watched)
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

Test(referee, more_ballots_than_there_is_room_for)
{
	promises(2, 1, 6000, 0, "");
	for (int64_t n = 1; n <= 300; n++)
		sends(MESSAGE_PREPARE, 0, n, "");
	promises(0, 1, 4000, 0, "");
	silent();
}
