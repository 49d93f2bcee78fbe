/*
 * carry_test.c - what a network decides about calls does happen to them: lost
 * requests and replies, delays, copies, held replies, cuts.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>

#include "labrpc/clock.h"
#include "labrpc/courier.h"
#include "labrpc/end.h"
#include "labrpc/link.h"
#include "labrpc/tests/echo.h"

/* The time-out of the end for tests in which time is to run out. */
#define HASTY_MS 300

static struct sockdir *dir;
static struct echo *echo;
static struct link *line;
static struct courier *courier;
static struct rpc_end *end, *hasty;

static void init(void)
{
	char path[108];

	dir = sockdir_make();
	echo = echo_open(echo_path(dir, path));
	line = link_make(0, 1, 42);
	courier = courier_open();
	end = rpc_end_open(path, 0, ECHO_DEADLINE_MS);
	hasty = rpc_end_open(path, 0, HASTY_MS);
	rpc_end_set_link(end, line, courier);
	rpc_end_set_link(hasty, line, courier);
}

static void fini(void)
{
	courier_close(courier);
	rpc_end_close(hasty);
	rpc_end_close(end);
	link_free(line);
	echo_close(echo);
	sockdir_remove(dir);
}

TestSuite(carry, .init = init, .fini = fini);

static struct link_count count(const struct rpc_proc *proc)
{
	struct link_count sum = { 0 };

	link_add_count(line, proc, &sum);
	return sum;
}

Test(carry, nothing_happens)
{
	struct link_count c;

	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	c = count(&PROC_ECHO);
	cr_assert(c.calls == 1 && c.delivered == 1 && c.replies == 1 &&
		  c.duplicated == 0);
	/* Headers of 40 and 24 bytes, a length and 12 bytes in each. */
	cr_assert(c.bytes == 40 + 24 + 2 * (4 + 12), "%u bytes",
		  (unsigned)c.bytes);
}

Test(carry, lost_requests_are_not_handled)
{
	struct faults faults = { .loss_notice = LOSS_AT_ONCE,
				 .lose_request = 1.0 };
	struct link_count c;

	link_set_faults(line, &faults);
	cr_assert(!echo_call(end, &PROC_ECHO, 10, 1));
	faults.loss_notice = LOSS_SOON;
	link_set_faults(line, &faults);
	cr_assert(!echo_call(end, &PROC_ECHO, 10, 1));
	echo_wait_handled(echo, 0);
	c = count(&PROC_ECHO);
	cr_assert(c.calls == 2 && c.delivered == 0 && c.replies == 0);
}

Test(carry, loss_seen_by_time_out)
{
	struct faults faults = { .loss_notice = LOSS_BY_TIMEOUT,
				 .lose_request = 1.0 };
	int64_t start_us = clock_us();

	link_set_faults(line, &faults);
	cr_assert(!echo_call(hasty, &PROC_ECHO, 10, 1));
	cr_assert(clock_us() - start_us >= HASTY_MS * 1000);
}

Test(carry, lost_replies_were_handled)
{
	struct faults faults = { .loss_notice = LOSS_AT_ONCE,
				 .lose_reply = 1.0 };
	struct link_count c;

	link_set_faults(line, &faults);
	cr_assert(!echo_call(end, &PROC_ECHO, 10, 1));
	echo_wait_handled(echo, 1);
	faults.loss_notice = LOSS_SOON;
	link_set_faults(line, &faults);
	cr_assert(!echo_call(end, &PROC_ECHO, 10, 1));
	echo_wait_handled(echo, 2);
	c = count(&PROC_ECHO);
	cr_assert(c.calls == 2 && c.delivered == 2 && c.replies == 0);
	link_set_faults(line, faults_preset("reliable"));
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
}

Test(carry, copies_are_handled_too)
{
	struct faults faults = { .duplicate = 1.0 };
	struct link_count c;
	int i;

	link_set_faults(line, &faults);
	for (i = 0; i < 10; i++)
		cr_assert(echo_call(end, &PROC_ECHO, 10, (unsigned)i));
	echo_wait_handled(echo, 20);
	do {
		c = count(&PROC_ECHO); /* a copy is counted when it has left */
	} while (c.delivered < 20);
	cr_assert(c.calls == 10 && c.delivered == 20 && c.duplicated == 10 &&
		  c.replies == 10);
}

Test(carry, delays_are_waited_for)
{
	struct faults faults = { .delay_min_ms = 20, .delay_max_ms = 30 };
	int64_t start_us = clock_us();

	link_set_faults(line, &faults);
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	cr_assert(clock_us() - start_us >= 20000);
}

Test(carry, delayed_requests_outlive_their_caller)
{
	struct value sent = echo_value(10, 1);
	int i;

	link_slow(line, 30);
	for (i = 0; i < 10; i++)
		rpc_round_end(rpc_broadcast(&end, 1, &PROC_ECHO, &sent));
	echo_wait_handled(echo, 10);
	value_free(&sent);
}

Test(carry, a_cut_stops_what_is_delayed)
{
	struct rpc_round *round;
	int from;

	/* Late enough that the cut comes first on any machine. */
	link_slow(line, 1000);
	round = rpc_broadcast(&end, 1, &PROC_VOID, NULL);
	rpc_round_end(rpc_broadcast(&end, 1, &PROC_VOID, NULL));
	link_cut(line, true);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	/* What leaves last shows that the other would have left. */
	link_cut(line, false);
	rpc_round_end(rpc_broadcast(&end, 1, &PROC_VOID, NULL));
	echo_wait_handled(echo, 1);
}

Test(carry, a_cut_loses_replies_under_way)
{
	struct value sent = echo_value(10, 1);
	struct rpc_round *round = rpc_broadcast(&end, 1, &PROC_WAIT, &sent);
	int from;

	echo_wait_waiting(echo, 1);
	link_cut(line, true);
	echo_gate(echo, true);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	cr_assert(count(&PROC_WAIT).replies == 0);
	echo_wait_handled(echo, 1);
	value_free(&sent);
}

Test(carry, held_replies_come_late)
{
	struct faults faults = { .hold_reply = 1.0, .hold_min_ms = 30,
				 .hold_max_ms = 40 };
	int64_t start_us = clock_us();

	link_set_faults(line, &faults);
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	cr_assert(clock_us() - start_us >= 30000);
}

Test(carry, held_beyond_the_time_out_is_no_reply)
{
	struct faults faults = { .hold_reply = 1.0,
				 .hold_min_ms = 10 * HASTY_MS,
				 .hold_max_ms = 10 * HASTY_MS };

	link_set_faults(line, &faults);
	cr_assert(!echo_call(hasty, &PROC_ECHO, 10, 1));
	cr_assert(count(&PROC_ECHO).calls == 1);
}
