/*
 * exchange.c - how peers tell each other what they are done with.
 *
 * Peer 0 is yours, the other nodes are played by the test.  Every request and
 * every reply carries a vector: for each peer the highest instance that it is
 * done with, as far as the sender knows.  Without it Min() would rise nowhere
 * but at the peer whose paxos_done() was called.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

#define SOON_MS 10000

static void expect_told(struct cluster *c, const int64_t done[],
			int64_t own, int64_t of_node_1, const char *what)
{
	expect_that(c, done[0] == own, "done[0] is what paxos_done() was told "
		    "at peer 0", "in %s it is %lld instead of %lld", what,
		    (long long)done[0], (long long)own);
	expect_that(c, done[1] == of_node_1, "done[1] is what node 1 has told",
		    "in %s it is %lld instead of %lld", what,
		    (long long)done[1], (long long)of_node_1);
	expect_that(c, done[2] == -1, "done[2] is -1 as long as node 2 has "
		    "told nothing", "in %s it is %lld", what,
		    (long long)done[2]);
}

GRADED(exchange, every_reply_tells, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "forgetting/tells_what_it_is_done_with",
       .about = "Replies of all kinds tell what is known of Done")
{
	/* Peer 0 is done with 3 and has heard that node 1 is done with 5.
	 * Node 2, who asks, is told both in the reply to a prepare, to an
	 * accept and to a decided message, also where the answer is no. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100);

	done(c, 0, 3);
	script_done(c, 1, 5);
	send_prepare(c, 1, 0, 20, 100);
	expect_told(c, send_prepare(c, 2, 0, 20, 200).done, 3, 5,
		    "the reply to a prepare");
	expect_told(c, send_prepare(c, 2, 0, 20, 50).done, 3, 5,
		    "the refusal of a prepare");
	expect_told(c, send_accept(c, 2, 0, 20, 200, v).done, 3, 5,
		    "the reply to an accept");
	expect_told(c, send_accept(c, 2, 0, 20, 50, v).done, 3, 5,
		    "the refusal of an accept");
	expect_told(c, send_decided(c, 2, 0, 20, v).done, 3, 5,
		    "the reply to a decided message");
}

GRADED(exchange, every_request_tells, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Requests of all kinds tell what is known of Done")
{
	/* The same for what you send when you propose: prepare, accept and
	 * decided carry your own Done and that of node 1, of which you have
	 * heard. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	static const char *const kinds[] = { "a prepare", "an accept",
					     "a decided message" };
	struct request req;
	int told = 0;

	done(c, 0, 3);
	script_done(c, 1, 5);
	send_prepare(c, 1, 0, 20, 100);
	start(c, 0, 21, draw_value(c, 100));
	while (told < 2) {
		req = must_take(c, ANY_NODE);
		expect_told(c, req.done, 3, 5, kinds[req.kind]);
		told += req.kind == REQUEST_DECIDED;
		answer_rightly(c, &req, &acceptors[req.at]);
	}
}

GRADED(exchange, every_reply_is_heard, .part = "A", .points = 1, .todo = 10,
       .scripted = true, .needs = "exchange/every_request_tells",
       .about = "What replies tell of Done is taken over")
{
	/* Two peers, so that you need every reply of node 1.  It tells more
	 * each time: when it refuses, when it promises and when it accepts,
	 * and when it tells of a decision.  Min() follows. */
	struct cluster *c = cluster(.peers = 2, .scripted = "1");
	struct value x = draw_value(c, 100);
	int64_t refused = 0;
	struct request req;
	int told = 0;

	done(c, 0, 50);
	start(c, 0, 60, draw_value(c, 100));
	while (next_request(c, 0, 60, &req)) {
		if (req.kind == REQUEST_DECIDED) {
			answer_decided(c, &req);
		} else if (told == 0) {
			refused = req.n;
			script_done(c, 1, 4);
			answer_refused(c, &req, refused + 5);
			wait_min(c, 0, 5, SOON_MS);
			told++;
		} else if (req.kind == REQUEST_PREPARE && told == 1 &&
			   req.n > refused) {
			script_done(c, 1, 9);
			answer_promise(c, &req, 0, VALUE_EMPTY);
			wait_min(c, 0, 10, SOON_MS);
			told++;
		} else if (req.kind == REQUEST_ACCEPT && told == 2) {
			script_done(c, 1, 12);
			answer_accepted(c, &req);
			wait_min(c, 0, 13, SOON_MS);
			told++;
		} else {
			answer_refused(c, &req, req.n + 5);
		}
	}
	expect_min(c, 0, 13);
	start(c, 0, 61, draw_value(c, 100));
	while (next_request(c, 0, 61, &req)) {
		if (req.seq != 61 || req.kind != REQUEST_PREPARE) {
			ignore(c, &req); /* what it tells is the same */
			continue;
		}
		script_done(c, 1, 20);
		answer_chosen(c, &req, x);
	}
	expect_value(c, 61, x);
	wait_min(c, 0, 21, SOON_MS);
}

GRADED(exchange, hearsay_counts, .part = "A", .points = 1, .todo = 10,
       .scripted = true, .needs = "forgetting/min_counts_everybody",
       .about = "What one peer tells of another counts, and never lowers it")
{
	/* Node 2 never speaks.  Node 1 tells that node 2 is done with 6; that
	 * is as good as from itself.  Later messages of node 1 know less of
	 * both: they are old, or come from one who forgot. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	done(c, 0, 30);
	script_done(c, 1, 20);
	send_prepare(c, 1, 0, 40, 100);
	expect_min(c, 0, 0);
	script_says(c, 1, 2, 6);
	send_accept(c, 1, 0, 40, 100, draw_value(c, 100));
	expect_min(c, 0, 7);
	script_says(c, 1, 2, -1);
	send_prepare(c, 1, 0, 41, 200);
	expect_min(c, 0, 7);
	script_done(c, 1, 2);
	script_says(c, 1, 2, 8);
	send_decided(c, 1, 0, 42, draw_value(c, 100));
	expect_min(c, 0, 9);
}

GRADED(exchange, forgotten_is_said, .part = "A", .points = 1, .todo = 10,
       .scripted = true, .needs = "forgetting/forgotten_stays_forgotten",
       .about = "Accepts below Min() are answered OUTCOME_FORGOTTEN")
{
	/* Everybody is done with 100.  An accept for an instance below is
	 * answered OUTCOME_FORGOTTEN, whether you had heard of the instance
	 * before or not; a decided message changes nothing.  Still, you have
	 * heard of it now, so Max() is not below it. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100);
	const char *accept_below = "an accept below Min() is answered "
				   "OUTCOME_FORGOTTEN";

	send_prepare(c, 1, 0, 3, 100);
	done(c, 0, 100);
	script_done(c, 1, 100);
	script_says(c, 1, 2, 100);
	send_prepare(c, 1, 0, 2, 100);
	expect_min(c, 0, 101);
	expect_outcome(c, send_accept(c, 1, 0, 3, 100, v).outcome,
		       OUTCOME_FORGOTTEN, accept_below);
	expect_outcome(c, send_accept(c, 2, 0, 50, 100, v).outcome,
		       OUTCOME_FORGOTTEN, accept_below);
	send_decided(c, 2, 0, 60, v);
	expect_outcome(c, send_prepare(c, 2, 0, 70, 500).outcome,
		       OUTCOME_FORGOTTEN,
		       "a prepare below Min() is answered OUTCOME_FORGOTTEN");
	expect_fate(c, 0, 60, FATE_FORGOTTEN);
	expect_that(c, max_of(c, 0) >= 70, "paxos_max() counts every instance "
		    "that a message was about", "it is %lld after a message "
		    "about 70", (long long)max_of(c, 0));
	expect_fate(c, 0, 101, FATE_PENDING);
}

/* All three are known to tell in full, whatever DONE is the vector of. */
static void expect_all_told(struct cluster *c, const int64_t done[],
			    const int64_t known[3], const char *what)
{
	for (int i = 0; i < 3; i++)
		expect_that(c, done[i] == known[i], "every reply tells what "
			    "is known of Done", "in %s done[%d] is %lld "
			    "instead of %lld", what, i, (long long)done[i],
			    (long long)known[i]);
}

GRADED(exchange, about_what_is_over, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "exchange/forgotten_is_said",
       .about = "Also what is decided or forgotten is talked about in full")
{
	/* Every message and every reply carries the vector, whatever it is
	 * about.  Peer 0 knows the decision of 20, and has forgotten what is
	 * below 3: its replies tell all that it knows.  Then node 1 tells
	 * more of node 2 in messages about what is forgotten.  Min() is exact
	 * at every step. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t known[3] = { 30, 20, 2 };
	struct value v = draw_value(c, 100);

	done(c, 0, known[0]);
	script_done(c, 1, known[1]);
	script_says(c, 1, 2, known[2]);
	send_decided(c, 1, 0, 20, v);
	expect_min(c, 0, 3);
	expect_all_told(c, send_prepare(c, 2, 0, 20, 100).done, known,
			"the answer to a prepare of a decided instance");
	expect_all_told(c, send_accept(c, 2, 0, 20, 100, v).done, known,
			"the answer to an accept of a decided instance");
	expect_all_told(c, send_prepare(c, 2, 0, 0, 100).done, known,
			"the answer to a prepare of a forgotten instance");
	expect_all_told(c, send_accept(c, 2, 0, 1, 100, v).done, known,
			"the answer to an accept of a forgotten instance");
	expect_all_told(c, send_decided(c, 2, 0, 2, v).done, known,
			"the reply to a decided message of a forgotten one");
	script_says(c, 1, 2, 5);
	send_prepare(c, 1, 0, 0, 200);
	expect_min(c, 0, 6);
	script_says(c, 1, 2, 8);
	send_accept(c, 1, 0, 1, 200, v);
	expect_min(c, 0, 9);
	script_says(c, 1, 2, 11);
	send_decided(c, 1, 0, 2, v);
	expect_min(c, 0, 12);
}

GRADED(exchange, told_that_it_is_forgotten, .part = "A", .points = 1,
       .todo = 10, .scripted = true, .needs = "exchange/every_reply_is_heard",
       .about = "OUTCOME_FORGOTTEN is no promise, and ends the proposal")
{
	/* Everybody is done with 9, only you have not heard it and propose
	 * for 5.  Both others answer OUTCOME_FORGOTTEN and tell what they
	 * know.  Nothing was promised, so no accept may follow; and you
	 * forget the instance, too.  Then instance 12 shows that you are
	 * still there. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	struct request req;

	start(c, 0, 5, draw_value(c, 100));
	done(c, 0, 9);
	for (int node = 1; node <= 2; node++) {
		script_says(c, node, 1, 9);
		script_says(c, node, 2, 9);
	}
	for (int i = 0; i < 500 && fate_of(c, 0, 5) != FATE_FORGOTTEN; i++) {
		if (!take(c, ANY_NODE, 20, &req))
			continue;
		expect_that(c, req.kind == REQUEST_PREPARE, "no accept of an "
			    "instance for which nobody has promised",
			    "one came, ballot %lld", (long long)req.n);
		answer_forgotten(c, &req);
	}
	expect_fate(c, 0, 5, FATE_FORGOTTEN);
	expect_min(c, 0, 10);
	start(c, 0, 12, v);
	while (next_request(c, 0, 12, &req)) {
		if (req.seq == 12)
			answer_rightly(c, &req, &acceptors[req.at]);
		else
			ignore(c, &req); /* sent before it was forgotten */
	}
	expect_value(c, 12, v);
}
