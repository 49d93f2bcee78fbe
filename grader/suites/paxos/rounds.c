/*
 * rounds.c - one proposer alone, whose rounds fail.
 *
 * Peer 1 or 0 is yours and proposes; all other nodes are acceptors played by
 * the test.  A round that fails is followed by another one, under a higher
 * ballot, and nothing of the old one may count in the new one.  Several of
 * these tests need only phase 1: there the test refuses whatever you prepare
 * and in the end says that the instance is decided.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"

/* Answers every prepare of SEQ that it is decided, until PEER knows. */
static void reveal(struct cluster *c, int peer, int64_t seq, struct value v)
{
	struct request req;

	while (next_request(c, peer, seq, &req)) {
		if (req.kind == REQUEST_PREPARE && req.seq == seq)
			answer_chosen(c, &req, v);
		else
			ignore(c, &req);
	}
	expect_value(c, seq, v);
}

GRADED(rounds, begins_with_a_prepare, .part = "A", .points = 2, .todo = 7,
       .scripted = true, .needs = "acceptor/learns_a_decision",
       .about = "A proposer asks for promises before it proposes")
{
	/* The first thing that is heard of an instance is a prepare, with a
	 * ballot of at least 1.  It is answered with OUTCOME_DECIDED, so that
	 * nothing more is needed than phase 1.  (You may also ask what has
	 * become of the instances below.) */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value x = draw_value(c, 100);
	struct request req;
	int asked = 0;

	start(c, 0, 5, draw_value(c, 100));
	while ((req = must_take(c, ANY_NODE)).seq >= 0 && req.seq < 5 &&
	       req.kind == REQUEST_PREPARE && asked < 50) {
		ignore(c, &req);
		asked++;
	}
	expect_that(c, req.kind == REQUEST_PREPARE && req.seq == 5,
		    "the first request is a prepare of instance 5",
		    "%s of instance %lld",
		    req.kind == REQUEST_PREPARE ? "a prepare" :
		    req.kind == REQUEST_ACCEPT ? "an accept" : "a decided",
		    (long long)req.seq);
	answer_chosen(c, &req, x);
	reveal(c, 0, 5, x);
}

GRADED(rounds, climbs_in_one_step, .part = "A", .points = 2, .todo = 7,
       .scripted = true, .needs = "rounds/begins_with_a_prepare",
       .about = "The next ballot is above a refusal's, however high it is")
{
	/* Ballots have 64 bits.  Each of your prepares is refused by a ballot
	 * that is 2^40 higher, then 2^50.  The next one has to be above it,
	 * not one step nearer. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t leaps[] = { INT64_C(1) << 40, INT64_C(1) << 50 };
	struct value x = draw_value(c, 100);
	int64_t to_beat = 0, last = 0;
	int leap = 0, below = 0;
	struct request req;

	start(c, 0, 0, draw_value(c, 100));
	while (leap < 2 || to_beat > 0) {
		req = must_take(c, ANY_NODE);
		if (req.n > to_beat && leap == 2)
			break;
		if (req.n > to_beat) {
			to_beat = req.n + leaps[leap++];
			below = 0;
		} else {
			below += req.n != last;
		}
		last = req.n;
		expect_that(c, below <= 12, "the next ballot is higher than "
			    "the one that a refusal named", "%d ballots were "
			    "lower than %lld, the last one %lld", below,
			    (long long)to_beat, (long long)req.n);
		answer_refused(c, &req, to_beat);
	}
	answer_chosen(c, &req, x);
	reveal(c, 0, 0, x);
}

/* What counts as having left the field to others for a while. */
#define QUIET_MS 2
#define QUIETS 5
#define DEFEATS 40

GRADED(rounds, backs_off, .part = "A", .points = 2, .todo = 7,
       .scripted = true, .needs = "rounds/begins_with_a_prepare",
       .about = "Whoever was beaten gives others time for a round")
{
	/* Whatever you prepare is refused: somebody else always was a little
	 * faster.  If you come back at once each time, and he does, too,
	 * then neither of you ever gets from his promises to his accepts.
	 * Of 40 defeats 5 at least have to be followed by 2 milliseconds in
	 * which you send nothing.  (Peer 1 is yours.) */
	struct cluster *c = cluster(.peers = 3, .scripted = "0 2");
	int quiets = 0, defeats = 0;
	int64_t to_beat = 0;
	struct request req;

	start(c, 1, 0, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	while (quiets < QUIETS) {
		if (req.n > to_beat) {
			to_beat = req.n + 5;
			defeats++;
		}
		expect_that(c, defeats <= DEFEATS, "a beaten proposer waits "
			    "before its next round, and longer if that is not "
			    "enough", "of %d rounds only %d came after a "
			    "pause", DEFEATS, quiets);
		answer_refused(c, &req, to_beat);
		if (take(c, ANY_NODE, QUIET_MS, &req))
			continue;
		quiets++;
		req = must_take(c, ANY_NODE);
	}
	answer_refused(c, &req, to_beat);
	reveal(c, 1, 0, draw_value(c, 100));
}

/* An accept or a decision under a ballot in which no majority promised. */
static void expect_prepare(struct cluster *c, const struct request *req,
			   const char *when)
{
	expect_that(c, req->kind == REQUEST_PREPARE, "no accept before a "
		    "majority has promised in that very round", "%s, ballot "
		    "%lld, to node %d %s",
		    req->kind == REQUEST_ACCEPT ? "an accept" : "a decided",
		    (long long)req->n, req->at, when);
}

GRADED(rounds, late_promises, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/counts_each_round_anew",
       .about = "A promise that comes after its round counts for nothing")
{
	/* Nodes 3 and 4 refuse your first ballot, nodes 1 and 2 say nothing.
	 * When you have begun another round, their promises of the first one
	 * arrive.  Together with your own they would be a majority, but of
	 * two different ballots. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	struct request late[2], req;
	bool held[PEERS_MAX] = { false };
	int64_t first = 0;
	int nlate = 0;

	start(c, 0, 0, v);
	for (;;) {
		req = must_take(c, ANY_NODE);
		expect_prepare(c, &req, "in the first round");
		if (first == 0)
			first = req.n;
		if (req.n > first)
			break;
		if (req.at <= 2 && !held[req.at]) {
			held[req.at] = true;
			late[nlate++] = req;
		} else {
			answer_refused(c, &req, first + 9);
		}
	}
	/* The second round is under way. */
	answer_refused(c, &req, req.n + 9);
	for (int i = 0; i < nlate; i++)
		answer_promise(c, &late[i], 0, VALUE_EMPTY);
	for (int i = 0; i < 8; i++) {
		req = must_take(c, ANY_NODE);
		expect_prepare(c, &req, "after promises of an older ballot");
		answer_refused(c, &req, req.n + 9);
		acceptors[req.at].promised = req.n + 9;
	}
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}

/*
 * One round of a ballot above N, in which node CHOSEN accepts if it is asked,
 * FIRST or after the others, which refuse.  Returns the ballot.
 */
static int64_t accept_of_one(struct cluster *c, int chosen, bool first,
			     int64_t n,
			     struct scripted_acceptor acceptors[PEERS_MAX])
{
	struct request held[4], req = must_take(c, ANY_NODE);
	int64_t ballot = 0;
	int nheld = 0, asked = 0;

	do {
		struct scripted_acceptor *a = &acceptors[req.at];

		expect_that(c, req.kind != REQUEST_DECIDED, "a decision is "
			    "announced after a majority has accepted one and "
			    "the same ballot", "one announced, and of four "
			    "others one has accepted in each round");
		if (req.kind == REQUEST_PREPARE) {
			answer_rightly(c, &req, a);
		} else if (req.n <= n) { /* late, of a round before */
			answer_outbid(c, &req, a);
		} else {
			ballot = req.n > ballot ? req.n : ballot;
			asked++;
			if (req.at == chosen && first)
				answer_rightly(c, &req, a);
			else
				held[nheld++] = req;
		}
	} while (asked < 4 &&
		 take(c, ANY_NODE, ballot == 0 ? 2000 : 50, &req));
	run_for(c, 20); /* the acceptance is to be heard first */
	for (int i = 0; i < nheld; i++)
		if (held[i].at != chosen)
			answer_outbid(c, &held[i], &acceptors[held[i].at]);
	run_for(c, 20); /* or the refusals are */
	for (int i = 0; i < nheld; i++)
		if (held[i].at == chosen)
			answer_rightly(c, &held[i], &acceptors[chosen]);
	return ballot > n ? ballot : n;
}

GRADED(rounds, acceptances_of_one_round, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/counts_acceptances",
       .about = "Acceptances of different rounds are not added up")
{
	/* All promise, but in each of five rounds only one of the four
	 * others accepts, each time another one; three have meanwhile
	 * promised a higher ballot to somebody else, and answer in turn after
	 * and before it.  Nobody may decide. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	int64_t n = 0;

	start(c, 0, 0, v);
	for (int round = 1; round <= 5; round++) {
		n = accept_of_one(c, 1 + round % 4, round % 2 != 0, n,
				  acceptors);
		expect_fate(c, 0, 0, FATE_PENDING);
	}
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}

GRADED(rounds, accepts_that_get_lost, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/counts_acceptances",
       .about = "Promises and one acceptance do not make a decision")
{
	/* Two of four others promise, which with you makes three of five.
	 * Before the second promise is given, all links but one are cut, so
	 * that only one accept arrives and the others fail: two of five have
	 * accepted.  When the links are mended you go on by yourself. */
	struct cluster *c = cluster(.peers = 5, .scripted = "1 2 3 4");
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct value v = draw_value(c, 100);
	struct request req;
	int promises = 0, one = 0, accepts = 0;

	start(c, 0, 0, v);
	for (int left = 400; left > 0 && accepts < 2; left--) {
		if (!take(c, ANY_NODE, 10, &req))
			continue;
		expect_that(c, req.kind != REQUEST_DECIDED, "a decision is "
			    "announced after a majority has accepted",
			    "one announced after one other peer had");
		if (req.kind == REQUEST_ACCEPT) {
			/* The second promise is as far as the other went. */
			if (req.at == one)
				answer_rightly(c, &req, &acceptors[one]);
			else
				ignore(c, &req);
			accepts++;
			continue;
		}
		if (one == 0)
			one = req.at;
		if (req.at != one && promises == 1) {
			for (int i = 1; i <= 4; i++)
				if (i != one && i != req.at)
					cut(c, 0, i);
			promises++;
			answer_rightly(c, &req, &acceptors[req.at]);
		} else if (req.at == one) {
			promises += promises == 0;
			answer_rightly(c, &req, &acceptors[one]);
		} else {
			ignore(c, &req);
		}
	}
	run_for_calls(c, 1); /* until that round has ended */
	expect_fate(c, 0, 0, FATE_PENDING);
	heal(c);
	play_rightly(c, 0, 0, acceptors);
	expect_value(c, 0, v);
}
