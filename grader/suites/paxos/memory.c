/*
 * memory.c - what peers keep, and what they let go.
 *
 * The memory that your peers have allocated and not yet released is counted,
 * all peers together and with the values that are on their way between them.
 * The bounds leave room for whatever tables you use: they are far from what
 * is needed, and farther from what a leak needs.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "grader/judge/volley.h"

#define MIB (1 << 20)
#define SOON_MS 10000
#define LATER_MS 30000

/* Before long no more than BYTES are live. */
static void expect_live(struct cluster *c, int64_t bytes, const char *when)
{
	struct live_memory now = live_memory(c);

	for (int i = 0; i < 200 && now.bytes > bytes; i++) {
		run_for(c, 50);
		now = live_memory(c);
	}
	expect_that(c, now.bytes <= bytes, when, "%lld bytes in %lld blocks "
		    "are live, more than %lld", (long long)now.bytes,
		    (long long)now.blocks, (long long)bytes);
}

GRADED(memory, forgets, .part = "A", .points = 3, .todo = 10,
       .needs = "forgetting/waits_for_the_last", .raceless = true,
       .steps = 250000, .scripted = true,
       .about = "What everybody is done with leaves the memory")
{
	/* Ten values of 1 MiB at three peers.  When all are done with them,
	 * and each peer has proposed once more, so that everybody has heard
	 * it, they are gone.  They stay gone when they are started again. */
	struct cluster *c = cluster_up(3);
	int64_t before = live_memory(c).bytes;

	for (int seq = 0; seq < 10; seq++) {
		start(c, seq % 3, seq, draw_bytes(c, MIB));
		wait_decided(c, seq, 3, SOON_MS);
	}
	for (int peer = 0; peer < 3; peer++)
		done(c, peer, 9);
	for (int seq = 10; seq < 16; seq++) {
		start(c, seq % 3, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
	for (int peer = 0; peer < 3; peer++)
		wait_min(c, peer, 10, SOON_MS);
	expect_live(c, before + 3 * MIB, "ten values of 1 MiB are freed at "
		    "three peers when all are done with them");
	for (int seq = 0; seq < 10; seq++) {
		start(c, seq % 3, seq, draw_bytes(c, MIB));
		expect_fate(c, seq % 3, seq, FATE_FORGOTTEN);
	}
	expect_live(c, before + 3 * MIB, "what is forgotten takes no memory "
		    "when it is started again");
}

GRADED(memory, forgets_many_at_once, .part = "A", .points = 1, .todo = 10,
       .steps = 210000, .scripted = true,
       .needs = "forgetting/numbers_of_64_bits", .raceless = true,
       .about = "When Min() makes a large step, all below it is freed")
{
	/* Three hundred values of 64 KiB are decided, of which every second
	 * is far from the one before.  Then all are done with half of them at
	 * the same time, and with the other half, and 2^33 numbers more. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t before = live_memory(c).bytes, far = INT64_C(1) << 33;
	int64_t steps[] = { 1024 * 74 + 1, far }; /* 150 are up to the first */

	for (int i = 0; i < 300; i++)
		send_decided(c, 1, 0, 1024 * (i / 2) + i % 2,
			     draw_bytes(c, MIB / 16));
	for (int i = 0; i < 2; i++) {
		done(c, 0, steps[i]);
		for (int node = 1; node <= 2; node++) {
			script_done(c, node, steps[i]);
			send_prepare(c, node, 0, far + 100,
				     1000 * i + 100 * node);
		}
		expect_min(c, 0, steps[i] + 1);
		expect_live(c, before + (1 - i) * 150 * (MIB / 16) + 2 * MIB,
			    "values of 64 KiB are freed when all are done "
			    "with them");
	}
}

GRADED(memory, keeps_one_value, .part = "A", .points = 1, .todo = 3,
       .needs = "acceptor/keeps_the_latest_value", .raceless = true,
       .steps = 360000, .scripted = true,
       .about = "Values that were refused or replaced are not kept")
{
	/* One acceptor, one instance: twenty accepts of 1 MiB that replace
	 * each other, twenty more that are refused.  What has to be kept is
	 * one value. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t before = live_memory(c).bytes;
	int64_t n = 100 + draw_below(c, 1000);
	struct value v = draw_bytes(c, MIB);

	for (int i = 0; i < 20; i++, n++) {
		send_prepare(c, 1, 0, 0, n);
		send_accept(c, 1, 0, 0, n, v);
	}
	for (int i = 0; i < 20; i++)
		send_accept(c, 2, 0, 0, 1 + i, v);
	expect_live(c, before + 4 * MIB, "an acceptor keeps the value that it "
		    "accepted last, and no other");
}

GRADED(memory, decided_is_enough, .part = "A", .points = 1, .todo = 6,
       .needs = "memory/keeps_one_value", .raceless = true,
       .steps = 63000, .scripted = true,
       .about = "Of a decided instance the decision is kept, and no more")
{
	/* Peer 0 knows the decision.  It is told once more a hundred times,
	 * and the instance is started again as often, with 64 KiB each. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t before = live_memory(c).bytes;
	struct value v = draw_bytes(c, MIB / 16);

	for (int i = 0; i < 100; i++) {
		send_decided(c, 1 + i % 2, 0, 0, v);
		start(c, 0, 0, v);
	}
	expect_value(c, 0, v);
	expect_live(c, before + MIB, "of a decided instance one value is "
		    "kept");
}

GRADED(memory, nothing_of_late_replies, .part = "A", .points = 1, .todo = 10,
       .needs = "exchange/about_what_is_over", .raceless = true,
       .steps = 22000, .scripted = true,
       .about = "A round that ends too late leaves nothing behind")
{
	/* Peer 0 proposes, and before it has an answer the instance is
	 * forgotten, which is then the answer.  Three hundred times.  (Not
	 * a refusal: a peer may pause after so many defeats.) */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_value(c, 100);
	int64_t before = 0;

	for (int64_t seq = 0; seq < 320; seq++) {
		struct request req;

		if (seq == 20)
			before = live_memory(c).bytes;
		start(c, 0, seq, v);
		while ((req = must_take(c, ANY_NODE)).seq != seq)
			answer_forgotten(c, &req);
		done(c, 0, seq);
		script_done(c, 1, seq);
		script_says(c, 1, 2, seq);
		send_prepare(c, 1, 0, 1000, 100 + seq);
		answer_forgotten(c, &req);
	}
	expect_min(c, 0, 320);
	expect_live(c, before + MIB / 32, "nothing is live of rounds whose "
		    "instance was forgotten meanwhile");
}

GRADED(memory, nothing_of_the_forgotten, .part = "A", .points = 1, .todo = 10,
       .needs = "exchange/forgotten_is_said",
       .steps = 180000, .scripted = true,
       .about = "Messages about forgotten instances leave nothing behind")
{
	/* Everybody is done with 9999.  Then come late accepts and decisions
	 * of a hundred instances below, with 64 KiB each, and prepares of
	 * four thousand. */
	static struct shot s[4000];
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	struct value v = draw_bytes(c, MIB / 16);
	int64_t before;

	done(c, 0, 9999);
	script_done(c, 1, 9999);
	script_says(c, 1, 2, 9999);
	send_prepare(c, 1, 0, 10000, 100);
	expect_min(c, 0, 10000);
	before = live_memory(c).bytes;
	for (int seq = 0; seq < 100; seq++) {
		send_accept(c, 2, 0, seq, 200, v);
		send_decided(c, 2, 0, seq, v);
	}
	for (int i = 0; i < 4000; i++)
		s[i] = (struct shot){ .from = 2, .kind = REQUEST_PREPARE,
				      .seq = 1000 + i, .n = 300 };
	volley(c, 0, s, 4000, 4);
	expect_live(c, before + MIB / 4, "no state is made for what is "
		    "forgotten");
}

/* So many instances are there at a time, of all that come and go. */
#define FEW 250
#define ALL 7500

/* FEW instances from FIRST on, when all are done with those below. */
static void come_and_go(struct cluster *c, int64_t first)
{
	static struct shot s[FEW];

	done(c, 0, first - 1);
	for (int node = 1; node <= 2; node++)
		script_done(c, node, first - 1);
	for (int i = 0; i < FEW; i++)
		s[i] = (struct shot){ .from = 1 + i % 2,
				      .kind = REQUEST_PREPARE,
				      .seq = first + i, .n = 100 };
	volley(c, 0, s, FEW, 2);
}

GRADED(memory, room_for_a_few, .part = "A", .points = 1, .todo = 10,
       .needs = "memory/nothing_of_the_forgotten", .raceless = true,
       .steps = 90000, .scripted = true,
       .about = "However many instances have come and gone, no room is kept")
{
	/* Thousands of instances, never more than 250 at a time.  A table
	 * with a place of 8 bytes for each that was ever there would need
	 * 60 KB. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t before, first;

	for (first = 0; first < 2 * FEW; first += FEW)
		come_and_go(c, first);
	before = live_memory(c).bytes;
	for (; first < ALL; first += FEW)
		come_and_go(c, first);
	expect_min(c, 0, ALL - FEW);
	expect_live(c, before + MIB / 32, "what is kept depends on the "
		    "instances that are there, not on all that ever were");
}

GRADED(memory, far_apart, .part = "A", .points = 1, .todo = 9,
       .scripted = true, .needs = "basic/out_of_order",
       .about = "Instances far apart take no memory for those between them")
{
	/* Instance numbers are 64 bits wide and may leave out any number of
	 * others. */
	struct cluster *c = cluster_up(3);
	int64_t before = live_memory(c).bytes;
	static const int64_t seqs[] = {
		0, (INT64_C(1) << 40) + 3, INT64_C(1) << 33, INT64_C(1) << 20,
		INT64_C(1) << 40,
	};

	for (int i = 0; i < 5; i++)
		start(c, i % 3, seqs[i], draw_value(c, 100));
	for (int i = 0; i < 5; i++)
		wait_decided(c, seqs[i], 3, SOON_MS);
	for (int peer = 0; peer < 3; peer++) {
		expect_max(c, peer, seqs[1]);
		expect_fate(c, peer, seqs[1] - 1, FATE_PENDING);
	}
	expect_live(c, before + 8 * MIB, "five small instances take little "
		    "memory, however far apart their numbers are");
}

GRADED(memory, nothing_left, .part = "A", .points = 1, .todo = 9,
       .needs = "basic/many_instances",
       .steps = 50000,
       .about = "paxos_free() leaves nothing behind")
{
	/* Three peers agree on sixty values of 16 KiB, all contested, and
	 * two of them cannot agree on another one, because the third has been
	 * killed and a link is cut.  When all are killed and freed, what they
	 * had allocated is free again. */
	struct cluster *c = cluster(.peers = 3, .absent = "0 1 2");
	int64_t before = live_memory(c).bytes;

	for (int peer = 0; peer < 3; peer++)
		peer_open(c, peer);
	for (int seq = 0; seq < 60; seq++) {
		if (seq >= 5)
			wait_decided(c, seq - 5, 3, SOON_MS);
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_bytes(c, MIB / 64));
	}
	for (int seq = 55; seq < 60; seq++)
		wait_decided(c, seq, 3, SOON_MS);
	peer_kill(c, 2);
	cut(c, 0, 1);
	start(c, 0, 60, draw_bytes(c, MIB / 64));
	run_for(c, 20);
	peer_kill(c, 0);
	peer_kill(c, 1);
	expect_live(c, before + MIB / 16, "nothing is live that killed and "
		    "freed peers had allocated");
}

GRADED(memory, peers_come_and_go, .part = "A", .points = 1, .todo = 9,
       .needs = "memory/nothing_left", .raceless = true, .steps = 15000,
       .about = "However often a peer is made and freed, nothing adds up")
{
	/* Three peers are made, agree once, are killed and freed: forty
	 * times.  If each left a hundred bytes, that would be 12 KB. */
	struct cluster *c = cluster(.peers = 3, .absent = "0 1 2");
	int64_t before = 0;

	for (int seq = 0; seq < 44; seq++) {
		if (seq == 4)
			before = live_memory(c).bytes;
		for (int peer = 0; peer < 3; peer++)
			peer_open(c, peer);
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
		for (int peer = 0; peer < 3; peer++)
			peer_kill(c, peer);
	}
	expect_live(c, before + MIB / 128, "nothing is live that killed and "
		    "freed peers had allocated");
}

GRADED(memory, steady, .part = "A", .points = 1, .todo = 10,
       .needs = "forgetting/under_loss",
       .steps = 70000,
       .about = "A hundred and fifty instances under loss leave nothing")
{
	/* Every round takes memory, and those that fail, too.  All peers
	 * propose 4 KiB for each instance, a quarter of all calls is lost,
	 * and whatever is decided everywhere is done.  In the end nearly
	 * nothing is left. */
	struct cluster *c = cluster(.peers = 3, .faults = "classic");
	int64_t before = live_memory(c).bytes;
	int seqs = 150;

	for (int seq = 0; seq < seqs; seq++) {
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_bytes(c, 4096));
		if (seq < 5)
			continue;
		wait_decided(c, seq - 5, 3, LATER_MS);
		for (int peer = 0; peer < 3; peer++)
			done(c, peer, seq - 5);
	}
	faults(c, "reliable");
	for (int seq = seqs - 5; seq < seqs; seq++)
		wait_decided(c, seq, 3, LATER_MS);
	for (int peer = 0; peer < 3; peer++)
		done(c, peer, seqs - 1);
	for (int seq = seqs; seq < seqs + 6; seq++) {
		start(c, seq % 3, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
	for (int peer = 0; peer < 3; peer++)
		wait_min(c, peer, seqs, SOON_MS);
	expect_live(c, before + MIB / 4, "nothing is live of instances that "
		    "are decided, done and forgotten");
}
