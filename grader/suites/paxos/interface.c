/*
 * interface.c - what paxos.h promises of its functions, whatever the network
 * and the other peers do.
 *
 * A call may take long, or never be answered.  Meanwhile paxos_start(),
 * paxos_status() and the others return at once, and your handlers answer:
 * none of them waits for another peer, so none of them may wait for a lock
 * that is held while somebody else does.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/script.h"
#include "grader/judge/volley.h"

#define SOON_MS 10000
#define LATER_MS 30000

/* How often a test tries to be faster than a call's time-out. */
#define ATTEMPTS 4

/* Far more than a reply takes, and far less than that time-out. */
#define HEARD_MS 30

/* What is done while a call of peer 0 is under way. */
typedef void meanwhile(struct cluster *c, int attempt);

/*
 * Peer 0 proposes instance SEQ.  The first prepare that arrives is not
 * answered before something else has been done, and that of the other node
 * never.  If peer 0 hears that answer, or makes use of it by an accept under
 * the same ballot, then its call had not run out of time: what was done
 * meanwhile did not wait for it.  No clock is looked at.
 */
static bool overlap(struct cluster *c, int attempt, meanwhile *other_things)
{
	struct scripted_acceptor acceptors[PEERS_MAX] = { { 0 } };
	struct request first, req;
	int64_t seq = attempt;
	uint64_t heard;
	bool used;

	start(c, 0, seq, draw_value(c, 100));
	do {
		first = must_take(c, ANY_NODE);
		if (first.seq != seq) /* of an attempt before */
			ignore(c, &first);
	} while (first.seq != seq);
	other_things(c, attempt);
	heard = count_replies_to(c, 0, &PROC_PREPARE);
	answer_rightly(c, &first, &acceptors[first.at]);
	run_for(c, HEARD_MS);
	used = count_replies_to(c, 0, &PROC_PREPARE) > heard;
	while (next_request(c, 0, seq, &req)) {
		if (req.seq != seq || (req.n == first.n &&
				       req.kind == REQUEST_PREPARE)) {
			ignore(c, &req);
			continue;
		}
		used |= req.kind == REQUEST_ACCEPT && req.n == first.n;
		answer_rightly(c, &req, &acceptors[req.at]);
	}
	return used;
}

static void must_overlap(struct cluster *c, meanwhile *other_things,
			 const char *expected)
{
	bool used = false;

	for (int i = 0; i < ATTEMPTS && !used; i++)
		used = overlap(c, i, other_things);
	expect_that(c, used, expected, "in each of %d attempts only after "
		    "that call had ended", ATTEMPTS);
}

static void ask_handlers(struct cluster *c, int attempt)
{
	send_prepare(c, 2, 0, 100 + attempt, 1);
	send_accept(c, 2, 0, 100 + attempt, 1, draw_value(c, 100));
	send_decided(c, 1, 0, 200 + attempt, draw_value(c, 100));
}

GRADED(interface, answers_while_it_calls, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Handlers answer while a call of one's own is under way")
{
	/* Two peers that call each other, each of which answers only after
	 * its own call has returned, wait for each other.  Here the other one
	 * is the test: it sends a prepare, an accept and a decision before it
	 * answers yours. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	must_overlap(c, ask_handlers, "a peer answers others while it waits "
		     "for an answer itself");
}

static void ask_interface(struct cluster *c, int attempt)
{
	start(c, 0, 100 + attempt, draw_value(c, 100));
	start(c, 0, attempt, draw_value(c, 100));
	expect_fate(c, 0, attempt, FATE_PENDING);
	expect_fate(c, 0, 100 + attempt, FATE_PENDING);
	expect_fate(c, 0, 50, FATE_PENDING);
	expect_max(c, 0, 100 + attempt);
	expect_min(c, 0, 0);
}

GRADED(interface, returns_at_once, .part = "A", .points = 2, .todo = 9,
       .scripted = true, .needs = "proposer/decides_with_two_acceptors",
       .about = "Start, Status, Max and Min never wait for another peer")
{
	/* While a call of yours is not answered, another instance is started,
	 * the same once more, and you are asked for all that you know. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");

	must_overlap(c, ask_interface, "paxos_start(), paxos_status(), "
		     "paxos_max() and paxos_min() return while a call is "
		     "under way");
}

GRADED(interface, max_counts_everything, .part = "A", .points = 2, .todo = 3,
       .scripted = true, .needs = "acceptor/keeps_its_promise_after_a_refusal",
       .about = "Max() is the highest instance of any message")
{
	/* A prepare, a refused prepare, an accept, a refused accept and a
	 * decision, each for another instance.  Asking for the fate of an
	 * instance is no message about it. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);

	expect_max(c, 0, -1);
	expect_fate(c, 0, 1000, FATE_PENDING);
	expect_max(c, 0, -1);
	send_prepare(c, 1, 0, 0, n);
	expect_max(c, 0, 0);
	send_prepare(c, 1, 0, 7, n + 1);
	send_prepare(c, 2, 0, 7, n);
	expect_max(c, 0, 7);
	send_accept(c, 1, 0, 9, n + 2, draw_value(c, 100));
	expect_max(c, 0, 9);
	send_prepare(c, 1, 0, 3, n + 3);
	expect_max(c, 0, 9);
	send_prepare(c, 2, 0, 9, 1);
	send_accept(c, 2, 0, 12, 1, draw_value(c, 100));
	expect_max(c, 0, 12);
	send_decided(c, 2, 0, 20, draw_value(c, 100));
	send_decided(c, 2, 0, 1, draw_value(c, 100));
	expect_max(c, 0, 20);
	expect_min(c, 0, 0);
}

GRADED(interface, hundreds_at_once, .part = "A", .points = 1, .todo = 9,
       .needs = "basic/many_instances",
       .steps = 60000,
       .about = "Two hundred instances are under way at once")
{
	/* One peer is alone and starts them all; then the network is whole.
	 * However many instances are stuck, all of them come to an end. */
	struct cluster *c = cluster_up(3);

	partition(c, "0 | 1 2");
	for (int seq = 0; seq < 200; seq++)
		start(c, 0, seq, draw_value(c, 64));
	run_for(c, 50);
	expect_decided(c, 0, 0);
	expect_decided(c, 199, 0);
	heal(c);
	for (int seq = 0; seq < 200; seq++) {
		wait_decided(c, seq, 1, LATER_MS);
		/* Whoever has missed the decision in the throng learns it. */
		start(c, 1, seq, draw_value(c, 64));
		start(c, 2, seq, draw_value(c, 64));
		wait_decided(c, seq, 3, LATER_MS);
	}
}

GRADED(interface, the_largest_value, .part = "A", .points = 1, .todo = 9,
       .needs = "basic/values_of_any_size", .raceless = true,
       .steps = 450000, .scripted = true,
       .about = "A value of VALUE_MAX_BYTES is agreed on")
{
	/* 16 MiB, as much as a message may carry, and then a small one. */
	struct cluster *c = cluster_up(3);
	struct value v = draw_bytes(c, VALUE_MAX_BYTES);

	start(c, 0, 0, v);
	wait_decided(c, 0, 3, LATER_MS);
	expect_value(c, 0, v);
	start(c, 1, 1, draw_value(c, 100));
	wait_decided(c, 1, 3, SOON_MS);
}

/* THREADS of each of three peers use it, each for twice 20 instances. */
static void use_from(struct cluster *c, int threads)
{
	struct value v[2];

	for (int half = 0; half < 2; half++) {
		int64_t first = 1 + 20 * half;

		v[half] = draw_bytes(c, 100);
		for (int peer = 0; peer < 3; peer++)
			throng(c, peer, threads, first, 20, v[half]);
		for (int i = 0; i < 20; i++) {
			wait_decided(c, first + i, 3, LATER_MS);
			expect_value(c, first + i, (struct value){
				v[half].data + i, v[half].len - (size_t)i });
		}
	}
}

GRADED(interface, asked_for_no_value, .part = "A", .points = 1, .todo = 10,
       .needs = "basic/many_instances",
       .steps = 20000,
       .about = "paxos_status() is called with NULL for the value")
{
	/* All functions are called in turn, and paxos_status() also to learn
	 * of the fate alone. */
	use_from(cluster_up(3), 1);
}

GRADED(interface, from_any_thread, .part = "A", .points = 1, .todo = 10,
       .needs = "interface/asked_for_no_value",
       .steps = 20000,
       .about = "Several threads use one peer at once")
{
	/* Four threads start the same instances, look at them, and say what
	 * is done. */
	use_from(cluster_up(3), 4);
}
