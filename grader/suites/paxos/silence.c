/*
 * silence.c - when a proposer has to stop.
 *
 * Peer 0 is yours, the other nodes are acceptors played by the test.  Once
 * peer 0 knows a decision, or is killed, it begins no further round.  What it
 * has sent before may still be on its way, however long that takes; so the
 * test refuses it all, by a ballot far above what you can have chosen by then.
 * If you come back with a ballot above that one you have heard the refusal,
 * and have begun a round after the end.
 */
#include "grader/judge/judge.h"
#include "grader/judge/script.h"

/* How long a test watches for what must not happen. */
#define WATCH_MS 300

/* How far a refusal is above the ballot that it refuses: further than clocks
 * and leaps bring a ballot in a minute. */
#define FAR (INT64_C(1) << 40)

/* More than this can only be a proposer that does not stop. */
#define REQUESTS_MAX 200

/* What is known of instances that nothing more is to be sent for. */
struct settled {
	const char *expected;
	int64_t to_beat[4]; /* named to all who ask; 0 while nobody has */
	int requests;
};

/* Answers REQ, which was on its way, unless it shows that there is no end. */
static void refuse_the_rest(struct cluster *c, const struct request *req,
			    struct settled *settled)
{
	int64_t *to_beat = &settled->to_beat[req->seq];

	settled->requests++;
	expect_that(c, settled->requests <= REQUESTS_MAX, settled->expected,
		    "%d requests came", settled->requests);
	if (req->kind == REQUEST_DECIDED) {
		answer_decided(c, req);
		return;
	}
	if (*to_beat == 0)
		*to_beat = req->n + FAR;
	expect_that(c, req->n <= *to_beat, settled->expected, "refused by "
		    "ballot %lld, %s %lld came for instance %lld",
		    (long long)*to_beat, req->kind == REQUEST_PREPARE ?
		    "a prepare of ballot" : "an accept of ballot",
		    (long long)req->n, (long long)req->seq);
	answer_refused(c, req, *to_beat);
}

/* Until nothing has come for a while. */
static void watch(struct cluster *c, struct settled *settled)
{
	struct request req;

	while (take(c, ANY_NODE, WATCH_MS, &req))
		refuse_the_rest(c, &req, settled);
}

/* The next request of instance SEQ; all others are settled. */
static struct request next_of(struct cluster *c, int64_t seq,
			      struct settled *settled)
{
	struct request req = must_take(c, ANY_NODE);

	while (req.seq != seq) {
		refuse_the_rest(c, &req, settled);
		req = must_take(c, ANY_NODE);
	}
	return req;
}

/* Peer 0 still proposes: it gets V decided in instance SEQ. */
static void go_on(struct cluster *c, int64_t seq, struct value v,
		  struct settled *settled)
{
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct request req;

	start(c, 0, seq, v);
	while (next_request(c, 0, seq, &req)) {
		if (req.seq == seq)
			answer_rightly(c, &req, &acceptors[req.at]);
		else
			refuse_the_rest(c, &req, settled);
	}
	expect_value(c, seq, v);
}

GRADED(silence, after_your_own_decision, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Nothing more is proposed once the instance is decided")
{
	/* After peer 0 has decided, a while passes, and no round of that
	 * instance may begin.  Then the next instance shows that you are
	 * still there. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct settled settled = {
		.expected = "a proposer falls silent about an instance that "
			    "it has decided",
	};

	go_on(c, 0, draw_value(c, 100), &settled);
	watch(c, &settled);
	go_on(c, 1, draw_value(c, 100), &settled);
}

/* What a proposer is at when somebody else tells it the decision. */
enum moment { UNANSWERED, REFUSED, PROMISED };

/* Peer 0 proposes in instance SEQ, and is told at that MOMENT. */
static void tell(struct cluster *c, int64_t seq, enum moment moment,
		 struct settled *settled)
{
	struct value x = draw_value(c, 100);
	struct request req;

	start(c, 0, seq, draw_value(c, 100));
	req = next_of(c, seq, settled);
	for (int i = 0; i < 3 && moment == REFUSED; i++) {
		answer_refused(c, &req, req.n + 5);
		req = next_of(c, seq, settled);
	}
	while (moment == PROMISED && req.kind == REQUEST_PREPARE) {
		answer_promise(c, &req, 0, VALUE_EMPTY);
		req = next_of(c, seq, settled);
	}
	send_decided(c, 1, 0, seq, x);
	expect_value(c, seq, x);
	refuse_the_rest(c, &req, settled);
}

GRADED(silence, after_somebody_elses_decision, .part = "A", .points = 2,
       .todo = 9, .needs = "proposer/decides_with_two_acceptors",
       .scripted = true,
       .about = "Told what is decided, a proposer gives up its own proposal")
{
	/* You propose in three instances, and somebody else gets his value
	 * chosen: node 1 tells you so while your first prepares are
	 * unanswered, when several were refused, and while your accepts are
	 * unanswered.
	 * From then on paxos_status() shows that value, and you begin no
	 * round there.  The next instance shows that you are still there. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct settled settled = {
		.expected = "a proposer falls silent about an instance of "
			    "which it was told the decision",
	};

	tell(c, 0, UNANSWERED, &settled);
	tell(c, 1, REFUSED, &settled);
	tell(c, 2, PROMISED, &settled);
	watch(c, &settled);
	go_on(c, 3, draw_value(c, 100), &settled);
}

GRADED(silence, after_it_is_forgotten, .part = "A", .points = 2, .todo = 10,
       .scripted = true, .needs = "exchange/told_that_it_is_forgotten",
       .about = "An instance that is forgotten is proposed no more")
{
	/* You propose in instance 1, and nobody answers.  Then you hear that
	 * all are done with it, as you are yourself.  It is forgotten, and
	 * there is nothing more to agree on.  Another instance shows that you
	 * are still there. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct settled settled = {
		.expected = "a proposer falls silent about an instance that "
			    "is forgotten",
	};
	struct request req;

	start(c, 0, 1, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	done(c, 0, 1);
	script_done(c, 1, 1);
	script_says(c, 1, 2, 1);
	send_decided(c, 1, 0, 3, draw_value(c, 100));
	expect_fate(c, 0, 1, FATE_FORGOTTEN);
	refuse_the_rest(c, &req, &settled);
	watch(c, &settled);
	go_on(c, 2, draw_value(c, 100), &settled);
}

GRADED(silence, after_paxos_kill, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "A killed peer ends its calls and proposes nothing more")
{
	/* Three instances are under way, and no call is answered, when peer 0
	 * is killed.  paxos_kill() returns promptly, paxos_free() when your
	 * threads have ended.  Then a new peer takes its place, for another
	 * instance, and nothing of the old one begins any more. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct settled settled = {
		.expected = "a killed peer proposes nothing more",
	};
	struct request req;

	for (int seq = 1; seq <= 3; seq++)
		start(c, 0, seq, draw_value(c, 100));
	req = must_take(c, ANY_NODE);
	peer_kill(c, 0);
	peer_open(c, 0);
	refuse_the_rest(c, &req, &settled);
	go_on(c, 0, draw_value(c, 100), &settled);
	watch(c, &settled);
	expect_fate(c, 0, 1, FATE_PENDING);
}
