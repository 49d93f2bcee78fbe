/*
 * values.c - which value a proposer has to propose.
 *
 * Peer 0 is yours and proposes; the other nodes are acceptors played by the
 * test, which have accepted something before you came, or in between.  The
 * value of the highest ballot that any promise reports may have been chosen,
 * so it is the one to propose: not yours, not that of a lower ballot.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

/* Acceptors 1 and 2 have accepted V under a ballot above N. */
static void accept_elsewhere(struct scripted_acceptor acceptors[PEERS_MAX],
			     int64_t n, struct value v)
{
	for (int i = 1; i <= 2; i++)
		acceptors[i] = (struct scripted_acceptor){
			.promised = n + 1, .accepted = n + 1, .val = v,
		};
}

GRADED(values, announces_what_was_chosen, .part = "A", .points = 2, .todo = 9,
       .needs = "proposer/adopts_the_highest",
       .about = "The decision that goes out is the value that was adopted")
{
	/* Before your first round comes to anything, both others accept a
	 * value of somebody else's.  You have to propose that; and when it is
	 * chosen, both are told that value, not yours. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value x = draw_value(c, 100);
	bool told[3] = { false };
	struct request req;

	start(c, 0, 0, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	accept_elsewhere(acceptors, req.n, x);
	answer_rightly(c, &req, &acceptors[req.at]);
	while (!told[1] || !told[2]) {
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
       .needs = "values/announces_what_was_chosen",
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

GRADED(values, own_acceptance_counts, .part = "A", .points = 1, .todo = 9,
       .needs = "values/overruled",
       .about = "What you accepted yourself is a report like any other")
{
	/* One acceptor promises, all accepts get lost but that of your own
	 * acceptor.  In the next round the other acceptor reports a value
	 * with a lower ballot than the one that you have accepted under
	 * yourself.  Yours is the highest, so it is proposed again.  (If that
	 * round has the same ballot as the one before, then to propose
	 * something else would be worse still.) */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100), x = draw_value(c, 100);
	bool lost[3] = { false };
	int64_t floor = 0;
	struct request req;
	int one = 0;

	start(c, 0, 0, v);
	while (next_request(c, 0, 0, &req)) {
		bool again = lost[1] || lost[2];

		if (floor == 0)
			floor = req.n + 10;
		if (req.kind == REQUEST_DECIDED) {
			answer_decided(c, &req);
		} else if (req.n <= floor) {
			answer_refused(c, &req, floor);
		} else if (req.kind == REQUEST_ACCEPT) {
			if (lost[req.at])
				answer_accepted(c, &req);
			else
				ignore(c, &req);
			lost[req.at] = true;
		} else {
			if (one == 0)
				one = req.at;
			if (req.at == one && !again)
				answer_promise(c, &req, 0, VALUE_EMPTY);
			else if (req.at != one && again)
				answer_promise(c, &req, floor, x);
			else
				ignore(c, &req);
		}
	}
	expect_value(c, 0, v);
}
