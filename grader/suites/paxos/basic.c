/*
 * basic.c - a group of your peers, and nothing in their way.
 */
#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"

/* Long enough on any machine: this is no race. */
#define SOON_MS 10000

GRADED(basic, one_proposer, .part = "A", .points = 3, .todo = 9,
       .needs = "proposer/decides_with_two_acceptors",
       .about = "Three peers agree on what one of them proposes")
{
	/* One call of paxos_start(); all three must come to know the value,
	 * and that there is an instance 0. */
	struct cluster *c = cluster_up(3);
	struct value v = draw_value(c, 1000);

	for (int peer = 0; peer < 3; peer++)
		expect_max(c, peer, -1);
	expect_fate(c, 2, 0, FATE_PENDING);
	start(c, 0, 0, v);
	wait_decided(c, 0, 3, SOON_MS);
	expect_value(c, 0, v);
	for (int peer = 0; peer < 3; peer++)
		expect_max(c, peer, 0);
}

GRADED(basic, alone, .part = "A", .points = 1, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "A group of one peer decides by itself")
{
	/* One of one is a majority, and there is nobody to call. */
	struct cluster *c = cluster_up(1);
	struct value v = draw_value(c, 1000);

	start(c, 0, 0, v);
	wait_decided(c, 0, 1, SOON_MS);
	expect_value(c, 0, v);
}

GRADED(basic, many_proposers_one_value, .part = "A", .points = 1, .todo = 9,
       .steps = 3000,
       .needs = "basic/one_proposer",
       .about = "Five peers propose the same value at once")
{
	/* They get in each other's way and must still come to an end. */
	struct cluster *c = cluster_up(5);
	struct value v = draw_value(c, 1000);

	for (int peer = 0; peer < 5; peer++)
		start(c, peer, 1, v);
	wait_decided(c, 1, 5, SOON_MS);
	expect_value(c, 1, v);
}

GRADED(basic, many_proposers_many_values, .part = "A", .points = 3, .todo = 9,
       .steps = 9000,
       .needs = "basic/one_proposer",
       .about = "Five peers propose different values at once")
{
	/* Four instances, each of them contested by all.  Which value wins is
	 * open; that it is the same everywhere is not. */
	struct cluster *c = cluster_up(5);

	for (int seq = 0; seq < 4; seq++)
		for (int peer = 0; peer < 5; peer++)
			start(c, (peer + seq) % 5, seq, draw_value(c, 1000));
	for (int seq = 0; seq < 4; seq++)
		wait_decided(c, seq, 5, SOON_MS);
}

GRADED(basic, out_of_order, .part = "A", .points = 2, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "Instances are started and decided in any order")
{
	/* 7, 6 and 5 first, with nothing below them; then 4 and 3.  Max() is
	 * the highest all the time. */
	struct cluster *c = cluster_up(3);

	start(c, 0, 7, draw_value(c, 100));
	start(c, 1, 6, draw_value(c, 100));
	start(c, 2, 5, draw_value(c, 100));
	wait_decided(c, 7, 3, SOON_MS);
	wait_decided(c, 5, 3, SOON_MS);
	wait_decided(c, 6, 3, SOON_MS);
	start(c, 0, 4, draw_value(c, 100));
	start(c, 1, 3, draw_value(c, 100));
	wait_decided(c, 4, 3, SOON_MS);
	wait_decided(c, 3, 3, SOON_MS);
	for (int peer = 0; peer < 3; peer++)
		expect_max(c, peer, 7);
}

GRADED(basic, start_again_changes_nothing, .part = "A", .points = 1, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "To start a decided instance is harmless")
{
	/* The instance is decided; then every peer starts it again with a
	 * value of its own.  The decision stands. */
	struct cluster *c = cluster_up(3);
	struct value v = draw_value(c, 100);

	start(c, 1, 0, v);
	wait_decided(c, 0, 3, SOON_MS);
	for (int peer = 0; peer < 3; peer++)
		start(c, peer, 0, draw_value(c, 100));
	start(c, 0, 1, draw_value(c, 100));
	wait_decided(c, 1, 3, SOON_MS);
	expect_value(c, 0, v);
}

GRADED(basic, values_of_any_size, .part = "A", .points = 2, .todo = 9,
       .needs = "basic/one_proposer",
       .steps = 40000,
       .about = "Values of no bytes and of 1 MiB are agreed on")
{
	/* Sizes at both ends, and one that is no multiple of anything. */
	struct cluster *c = cluster_up(3);
	struct value big = draw_bytes(c, (1 << 20) + 1);

	start(c, 0, 0, VALUE_EMPTY);
	start(c, 1, 1, big);
	start(c, 2, 2, draw_bytes(c, 1));
	wait_decided(c, 0, 3, SOON_MS);
	wait_decided(c, 1, 3, SOON_MS);
	wait_decided(c, 2, 3, SOON_MS);
	expect_value(c, 0, VALUE_EMPTY);
	expect_value(c, 1, big);
}

GRADED(basic, few_messages, .part = "A", .points = 3, .todo = 9,
       .needs = "basic/one_proposer",
       .about = "Undisturbed agreement takes few messages")
{
	/* Five instances one after the other, each proposed by one peer of
	 * three.  Two prepares, two accepts, two decided: six are enough, as
	 * a peer need not send to itself.  Nine are allowed.  Fewer than two
	 * cannot be, because the others have to hear of it somehow. */
	struct cluster *c = cluster_up(3);

	for (int seq = 0; seq < 5; seq++) {
		start(c, 0, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
	run_for(c, 200);
	expect_requests(c, 5 * 2, 5 * 9, &PROC_PREPARE, &PROC_ACCEPT,
			&PROC_DECIDED);
}

GRADED(basic, fewest_messages, .part = "A", .points = 1, .todo = 9,
       .worlds = WORLD_SIM, .needs = "basic/few_messages",
       .about = "Six messages are all that an agreement needs")
{
	/* In virtual time nothing is repeated because a machine was slow:
	 * what is sent is what the protocol sends.  Five instances, one after
	 * the other, and what peer 0 sends, who proposes; others may ask for
	 * what they miss.  If one takes long, messages or threads were late,
	 * and there may be a reason to say more; else the cheapest counts:
	 * two prepares, two accepts, two decided, each sent once. */
	struct cluster *c = cluster_up(3);
	int least = 0, prompt = 0, sent = 0;

	for (int seq = 0; seq < 5; seq++) {
		int before = sent, knowing = 0;

		start(c, 0, seq, draw_value(c, 100));
		run_for(c, 20);
		for (int peer = 0; peer < 3; peer++)
			knowing += fate_of(c, peer, seq) == FATE_DECIDED;
		wait_decided(c, seq, 3, SOON_MS);
		run_for(c, 200);
		sent = (int)count_requests_by(c, 0, &PROC_PREPARE,
					      &PROC_ACCEPT, &PROC_DECIDED);
		prompt += knowing == 3;
		if (seq == 0 || sent - before < least)
			least = sent - before;
	}
	expect_that(c, prompt < 5 || least <= 6,
		    "undisturbed, three peers need 6 requests to agree",
		    "of five agreements the cheapest took %d", least);
}

GRADED(basic, few_messages_contested, .part = "A", .points = 2, .todo = 9,
       .steps = 4000,
       .needs = "basic/few_messages",
       .about = "Contested agreement takes a bounded number of messages")
{
	/* The same five instances, each proposed by all three at once.  Now
	 * rounds fail and are repeated.  Whoever gives the others time after
	 * a defeat stays far below 60 requests an instance. */
	struct cluster *c = cluster_up(3);

	for (int seq = 0; seq < 5; seq++) {
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 100));
		wait_decided(c, seq, 3, SOON_MS);
	}
	run_for(c, 200);
	expect_requests(c, 5 * 2, 5 * 60, &PROC_PREPARE, &PROC_ACCEPT,
			&PROC_DECIDED);
}

GRADED(basic, many_instances, .part = "A", .points = 2, .todo = 9,
       .needs = "basic/many_proposers_many_values",
       .steps = 20000,
       .about = "Fifty instances, five at a time, all contested")
{
	/* A new instance is started at every peer as soon as fewer than five
	 * are under way. */
	struct cluster *c = cluster_up(3);

	for (int seq = 0; seq < 50; seq++) {
		if (seq >= 5)
			wait_decided(c, seq - 5, 3, SOON_MS);
		for (int peer = 0; peer < 3; peer++)
			start(c, peer, seq, draw_value(c, 100));
	}
	for (int seq = 45; seq < 50; seq++)
		wait_decided(c, seq, 3, SOON_MS);
}

GRADED(basic, asked_while_busy, .part = "A", .points = 2, .todo = 10,
       .needs = "basic/many_proposers_many_values",
       .steps = 20000,
       .about = "Status, Max, Min and Done in the midst of proposals")
{
	/* As soon as a peer proposes, the others are asked for all that they
	 * can tell, just when its messages reach them.  What they say must
	 * make sense at each moment.  Under ThreadSanitizer this shows what
	 * is read or written without the lock that guards it. */
	struct cluster *c = cluster_up(3);
	int seqs = 100;

	for (int seq = 0; seq < seqs; seq++) {
		int first = draw_below(c, 3);

		start(c, first, seq, draw_value(c, 100));
		max_of(c, (first + 1) % 3);
		min_of(c, (first + 2) % 3);
		fate_of(c, first, draw_below(c, seq + 1));
		if (seq < 10)
			continue;
		wait_decided(c, seq - 10, 3, SOON_MS);
		done(c, seq % 3, seq - 10);
	}
	for (int seq = seqs - 10; seq < seqs; seq++)
		wait_decided(c, seq, 3, SOON_MS);
}
