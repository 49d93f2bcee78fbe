/*
 * round_test.c - broadcasts: replies in the order of their arrival, gone
 * peers, and leaving before all have answered.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>

#include "labrpc/tests/echo.h"

#define PEERS 3

static struct sockdir *dir;
static struct echo *peers[PEERS];
static struct rpc_end *ends[PEERS];

static void init(void)
{
	int i;

	dir = sockdir_make();
	cr_assert(dir != NULL);
	for (i = 0; i < PEERS; i++) {
		char path[108];

		snprintf(path, sizeof(path), "%s/%d", sockdir_path(dir), i);
		peers[i] = echo_open(path);
		ends[i] = rpc_end_open(path, -1, ECHO_DEADLINE_MS);
	}
}

static void fini(void)
{
	int i;

	for (i = 0; i < PEERS; i++) {
		if (ends[i] != NULL)
			rpc_end_close(ends[i]);
		if (peers[i] != NULL)
			echo_close(peers[i]);
	}
	sockdir_remove(dir);
}

TestSuite(round, .init = init, .fini = fini);

/* Takes the next reply, which must be SENT; returns from whom. */
static int expect_reply(struct rpc_round *round, struct value sent)
{
	const struct value *got;
	int from = -1;

	got = rpc_next(round, &from);
	cr_assert(got != NULL);
	cr_assert(value_equal(*got, sent), "%zu bytes", got->len);
	cr_assert(from >= 0 && from < PEERS);
	return from;
}

/* A round to all: everyone answers once with the LEN bytes that went. */
static void all_answer(size_t len)
{
	struct value sent = echo_value(len, 5);
	struct rpc_round *round;
	int from, i, seen = 0;

	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	for (i = 0; i < PEERS; i++)
		seen |= 1 << expect_reply(round, sent);
	cr_assert(seen == (1 << PEERS) - 1, "%x", (unsigned)seen);
	cr_assert(rpc_next(round, &from) == NULL);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	value_free(&sent);
}

Test(round, all_answer)
{
	all_answer(0);
	all_answer(10);
	all_answer(3 << 20);
	all_answer(VALUE_MAX_BYTES);
}

Test(round, arguments_may_change_at_once)
{
	struct value sent = echo_value(1 << 20, 5), copy = value_copy(sent);
	struct rpc_round *round;
	int i;

	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	memset(sent.data, 0, sent.len);
	value_free(&sent);
	for (i = 0; i < PEERS; i++)
		expect_reply(round, copy);
	rpc_round_end(round);
	value_free(&copy);
}

Test(round, to_nobody)
{
	struct rpc_end *none[PEERS] = { NULL };
	struct rpc_round *round;
	int from;

	round = rpc_broadcast(none, PEERS, &PROC_VOID, NULL);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	round = rpc_broadcast(none, 0, &PROC_VOID, NULL);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
}

Test(round, some_are_left_out)
{
	struct rpc_end *some[PEERS] = { NULL, NULL, ends[2] };
	struct rpc_round *round = rpc_broadcast(some, PEERS, &PROC_VOID, NULL);
	int from;

	cr_assert(rpc_next(round, &from) != NULL, "a reply of nothing");
	cr_assert(from == 2, "%d", from);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	echo_wait_handled(peers[0], 0);
}

Test(round, a_peer_that_is_gone)
{
	struct value sent = echo_value(10, 1);
	struct rpc_round *round;
	int from;

	all_answer(1);
	echo_close(peers[1]);
	peers[1] = NULL;
	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	cr_assert(expect_reply(round, sent) != 1);
	cr_assert(expect_reply(round, sent) != 1);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	value_free(&sent);
}

Test(round, in_the_order_of_arrival)
{
	struct value sent = echo_value(10, 1);
	struct rpc_round *round;
	int order[] = { 2, 0, 1 }, i;

	round = rpc_broadcast(ends, PEERS, &PROC_WAIT, &sent);
	for (i = 0; i < PEERS; i++) {
		echo_gate(peers[order[i]], true);
		cr_assert(expect_reply(round, sent) == order[i]);
	}
	rpc_round_end(round);
	value_free(&sent);
}

/* Leaves a round of LEN bytes with one reply of three. */
static void leave_early(size_t len)
{
	struct value sent = echo_value(len, 1);
	struct rpc_round *round;

	round = rpc_broadcast(ends, PEERS, &PROC_WAIT, &sent);
	echo_gate(peers[1], true);
	cr_assert(expect_reply(round, sent) == 1);
	rpc_round_end(round);
	/* The requests have reached those who were not waited for. */
	echo_wait_waiting(peers[0], 1);
	echo_wait_waiting(peers[2], 1);
	echo_gate(peers[0], true);
	echo_gate(peers[2], true);
	value_free(&sent);
}

Test(round, left_early)
{
	leave_early(10);
	all_answer(10);
}

Test(round, left_early_with_much_to_send)
{
	leave_early(VALUE_MAX_BYTES);
	all_answer(10);
}

Test(round, left_at_once)
{
	struct value sent = echo_value(VALUE_MAX_BYTES, 1);
	int i;

	rpc_round_end(rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent));
	for (i = 0; i < PEERS; i++)
		echo_wait_handled(peers[i], 1);
	value_free(&sent);
	all_answer(10);
}

Test(round, time_runs_out)
{
	struct rpc_end *hasty;
	struct rpc_round *round;
	char path[108];
	int from;

	snprintf(path, sizeof(path), "%s/0", sockdir_path(dir));
	hasty = rpc_end_open(path, -1, 30);
	round = rpc_broadcast(&hasty, 1, &PROC_VOID, NULL);
	rpc_round_end(round);
	round = rpc_broadcast(&hasty, 1, &PROC_WAIT,
			      &(struct value){ .len = 0 });
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	rpc_end_close(hasty);
}
