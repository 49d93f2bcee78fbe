/*
 * values.c - which value a proposer has to propose.
 *
 * One peer is yours and proposes; the other nodes are acceptors played by the
 * test, which have accepted something before you came, or in between.  The
 * value of the highest ballot that any promise reports may have been chosen,
 * so it is the one to propose: not yours, not that of a lower ballot.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

/* All others have accepted V under a ballot above N. */
static void accept_elsewhere(struct scripted_acceptor acceptors[PEERS_MAX],
			     int64_t n, struct value v)
{
	for (int i = 0; i <= 2; i++)
		acceptors[i] = (struct scripted_acceptor){
			.promised = n + 1, .accepted = n + 1, .val = v,
		};
}

GRADED(values, announces_what_was_chosen, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/adopts_the_highest",
       .about = "The decision that goes out is the value that was adopted")
{
	/* Before your first round comes to anything, both others accept a
	 * value of somebody else's.  You have to propose that; and when it is
	 * chosen, both are told that value, not yours.  (Peer 1 is yours.) */
	struct cluster *c = cluster(.peers = 3, .scripted = "0 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value x = draw_value(c, 100);
	bool told[3] = { false };
	struct request req;

	start(c, 1, 0, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	accept_elsewhere(acceptors, req.n, x);
	answer_rightly(c, &req, &acceptors[req.at]);
	while (!told[0] || !told[2]) {
		req = must_take(c, ANY_NODE);
		expect_that(c, req.kind == REQUEST_PREPARE ||
			    value_equal(req.val, x), "the value that both "
			    "have accepted is proposed and announced",
			    "another value in %s",
			    req.kind == REQUEST_ACCEPT ? "an accept"
						       : "a decided");
		told[req.at] |= req.kind == REQUEST_DECIDED;
		answer_rightly(c, &req, &acceptors[req.at]);
	}
	wait_decided(c, 0, 1, 5000);
	expect_value(c, 0, x);
}

GRADED(values, overruled, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "values/announces_what_was_chosen",
       .about = "What others accepted later beats what you accepted yourself")
{
	/* Both others promise, then refuse your accepts: in between they have
	 * accepted another value under a higher ballot.  Your own acceptor
	 * has accepted yours, under a lower one.  The next round adopts the
	 * value of the highest ballot, which is not your own. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value x = draw_value(c, 100);
	bool turned = false;
	struct request req;

	start(c, 0, 0, draw_value(c, 100));
	while (next_request(c, 0, 0, &req)) {
		if (req.kind == REQUEST_ACCEPT && !turned) {
			accept_elsewhere(acceptors, req.n, x);
			turned = true;
		}
		answer_rightly(c, &req, &acceptors[req.at]);
	}
	expect_value(c, 0, x);
}

/*
 * Peer 0 prepares an instance until one node has promised a ballot above
 * FLOOR and is asked to accept under it; the other node never answers.  The
 * accept is not answered either: it is in *HELD.
 */
static void until_an_accept(struct cluster *c, int64_t *floor,
			    struct request *held)
{
	int one = 0;

	*floor = 0;
	for (;;) {
		*held = must_take(c, ANY_NODE);
		if (*floor == 0)
			*floor = held->n + 10;
		if (held->n <= *floor)
			answer_refused(c, held, *floor);
		else if (held->kind == REQUEST_ACCEPT)
			return;
		else if (one == 0 || held->at == one)
			answer_promise(c, held, 0, VALUE_EMPTY);
		else
			ignore(c, held);
		if (held->n > *floor && one == 0)
			one = held->at;
	}
}

GRADED(values, own_acceptance_counts, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "values/overruled",
       .about = "What you accepted yourself is a report like any other")
{
	/* One node has promised and is asked to accept.  Before it answers,
	 * node 2 asks your acceptor for a promise of a higher ballot.
	 *
	 * If you have accepted, you report it.  Then the accept is refused,
	 * and in the next round the other node reports a value with a lower
	 * ballot than that of yours, which therefore is proposed again.
	 *
	 * If you have not, you report nothing, and node 2's value is chosen,
	 * by you and it.  Then the accept succeeds, but you cannot vote for
	 * it any more, and have to learn what was chosen. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100), x = draw_value(c, 100);
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct prepare_reply own;
	struct request held, req;
	int64_t floor, high;
	int one, other;

	start(c, 0, 0, v);
	until_an_accept(c, &floor, &held);
	one = held.at;
	other = 3 - one;
	high = held.n + 10;
	own = send_prepare(c, other, 0, 0, high);
	expect_outcome(c, own.outcome, OUTCOME_OK, "a higher ballot is "
		       "promised while an accept of one's own is under way");
	acceptors[other].promised = high;
	if (own.accepted == 0) {
		expect_outcome(c, send_accept(c, other, 0, 0, high, x).outcome,
			       OUTCOME_OK, "a ballot that was just promised "
			       "is accepted");
		acceptors[other].accepted = high;
		acceptors[one] = (struct scripted_acceptor){
			.promised = held.n, .accepted = held.n, .val = v,
		};
		answer_accepted(c, &held);
	} else {
		acceptors[other].accepted = floor;
		acceptors[one].promised = high;
		answer_refused(c, &held, high);
	}
	acceptors[other].val = x;
	while (next_request(c, 0, 0, &req)) {
		if (own.accepted > 0 && req.kind == REQUEST_PREPARE &&
		    req.at == one)
			ignore(c, &req); /* so that your own counts */
		else
			answer_rightly(c, &req, &acceptors[req.at]);
	}
	expect_value(c, 0, own.accepted == 0 ? x : v);
}

GRADED(values, one_ballot_one_value, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "values/overruled",
       .about = "A round that got lost is not repeated under its ballot")
{
	/* One acceptor promises, the accepts of that ballot get lost.  In the
	 * next round the other acceptor reports a value with a lower ballot.
	 * If you have accepted yours yourself you propose it again, else the
	 * other one, but that must be another round: under the ballot of the
	 * one before there can be no other value. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100), x = draw_value(c, 100);
	bool lost[3] = { false };
	int64_t floor;
	struct request req;
	int one;

	start(c, 0, 0, v);
	until_an_accept(c, &floor, &req);
	one = req.at;
	do {
		if (req.kind == REQUEST_DECIDED) {
			answer_decided(c, &req);
		} else if (req.n <= floor) {
			answer_refused(c, &req, floor);
		} else if (req.kind == REQUEST_ACCEPT && lost[req.at]) {
			answer_accepted(c, &req);
		} else if (req.kind == REQUEST_PREPARE && req.at != one) {
			answer_promise(c, &req, floor, x);
		} else {
			lost[req.at] |= req.kind == REQUEST_ACCEPT;
			ignore(c, &req);
		}
	} while (next_request(c, 0, 0, &req));
}

GRADED(values, started_again_meanwhile, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "values/one_ballot_one_value",
       .about = "Started again with another value in the midst of a round")
{
	/* When your first prepare has arrived, the instance is started once
	 * more, with another value.  Which of the two you propose is up to
	 * you; but what you ask others to accept under a ballot you cannot
	 * have accepted otherwise yourself.  Node 2 asks your acceptor as the
	 * first of your accepts arrives. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct prepare_reply own;
	struct request req;
	bool asked = false;

	start(c, 0, 0, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	start(c, 0, 0, draw_value(c, 100));
	do {
		if (req.kind == REQUEST_ACCEPT && !asked) {
			acceptors[2].promised = req.n + 10;
			own = send_prepare(c, 2, 0, 0, req.n + 10);
			expect_that(c, own.accepted != req.n ||
				    value_equal(own.val, req.val),
				    "under one ballot there is one value",
				    "your acceptor has accepted another one "
				    "under ballot %lld than you ask for",
				    (long long)req.n);
			asked = true;
		}
		answer_rightly(c, &req, &acceptors[req.at]);
	} while (next_request(c, 0, 0, &req));
}
