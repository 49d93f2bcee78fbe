/*
 * network_test.c - real calls over a network: which of them arrive, which
 * are answered, and what is counted.
 *
 * Times are only ever asserted from below, but for one bound that no machine
 * reaches that does what is tested.
 */
#define _DEFAULT_SOURCE /* u_int, for the headers of XDR */

#include <rpc/types.h>
#include <rpc/xdr.h>

#include "labrpc/network.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "labrpc/clock.h"
#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/link.h"
#include "labrpc/sockdir.h"
#include "labrpc/sync.h"

#define NODES 5
#define SEED UINT64_C(77)

static bool number_codec(struct rpc_xdr *stream, void *message)
{
	return xdr_u_int((XDR *)stream, message);
}

/* Doubles a number. */
static const struct rpc_proc proc = {
	.name = "double", .program = 0x20000999, .version = 1, .number = 1,
	.args_size = sizeof(u_int), .reply_size = sizeof(u_int),
	.args_codec = number_codec, .reply_codec = number_codec,
};

struct node {
	struct rpc_server *server;
	int cut_from; /* while handling, cuts the link from there; or -1 */
	int me;
	/* guarded by mu */
	int handled;
};

static struct sockdir *dir;
static struct network *net;
static struct node nodes[NODES];
static struct mutex mu;
static struct cond handled;

static void handle(void *context, const void *args, void *reply)
{
	struct node *node = context;

	if (node->cut_from >= 0)
		network_cut(net, node->cut_from, node->me, true);
	*(u_int *)reply = 2 * *(const u_int *)args;
	mutex_lock(&mu);
	node->handled++;
	cond_broadcast(&handled);
	mutex_unlock(&mu);
}

static void open_network(void)
{
	mutex_init(&mu);
	cond_init(&handled);
	dir = sockdir_make();
	cr_assert(dir != NULL);
	net = network_open(sockdir_path(dir), NODES, SEED);
	cr_assert(net != NULL);
	for (int i = 0; i < NODES; i++) {
		nodes[i] = (struct node){ .cut_from = -1, .me = i };
		nodes[i].server = network_serve(net, i);
		cr_assert(nodes[i].server != NULL);
		rpc_serve(nodes[i].server, &proc, handle, &nodes[i]);
		rpc_server_run(nodes[i].server);
	}
}

static void close_network(void)
{
	for (int i = 0; i < NODES; i++)
		rpc_server_close(nodes[i].server);
	network_close(net);
	sockdir_remove(dir);
	cond_destroy(&handled);
	mutex_destroy(&mu);
}

TestSuite(network, .init = open_network, .fini = close_network);

static int handled_by(int node)
{
	int n;

	mutex_lock(&mu);
	n = nodes[node].handled;
	mutex_unlock(&mu);
	return n;
}

static bool call_within(int64_t timeout_ms, int from, int to)
{
	struct rpc_end *end = network_end(net, from, to);
	u_int number = 21, twice = 0;
	bool replied;

	rpc_end_behind(end)->timeout_ms = timeout_ms;
	replied = rpc_call(end, &proc, &number, &twice);
	cr_assert(twice == (replied ? 42 : 0), "%u", twice);
	return replied;
}

/* A call whose outcome is to depend on no machine's speed. */
static bool call(int from, int to)
{
	return call_within(60000, from, to);
}

/* Sets FAULTS on all links; see also network_set_link_faults(). */
static void set(struct faults faults)
{
	network_set_faults(net, &faults);
}

Test(network, without_faults_all_reach_all)
{
	for (int from = 0; from < NODES; from++) {
		for (int to = 0; to < NODES; to++)
			cr_assert(call(from, to), "%d to %d", from, to);
	}
}

Test(network, ends_are_the_networks_and_stay)
{
	struct rpc_end *end = network_end(net, 1, 2);

	cr_assert(rpc_end_behind(end)->timeout_ms == RPC_TIMEOUT_MS);
	cr_assert(end != NULL && end == network_end(net, 1, 2));
	cr_assert(end != network_end(net, 2, 1));
}

Test(network, a_cut_has_a_direction)
{
	network_cut(net, 0, 1, true);
	cr_assert(!call(0, 1));
	cr_assert(handled_by(1) == 0, "it was handled");
	cr_assert(call(1, 0));
	cr_assert(call(0, 2) && call(2, 1));
	network_cut(net, 0, 1, false);
	cr_assert(call(0, 1));
}

Test(network, a_cut_loses_the_replies_under_way)
{
	nodes[1].cut_from = 0; /* while it handles 0's request */
	cr_assert(!call(0, 1));
	cr_assert(handled_by(1) == 1);
	cr_assert(call(2, 1));
	cr_assert(network_count(net, 0, 1, &proc).delivered == 1);
	cr_assert(network_count(net, 0, 1, &proc).replies == 0);
}

/* Asserts who reaches whom: a line per caller, a letter per callee. */
static void expect_reach(const char *const reach[NODES])
{
	for (int from = 0; from < NODES; from++) {
		for (int to = 0; to < NODES; to++) {
			bool expected = reach[from][to] == 'x';

			cr_assert(call(from, to) == expected,
				  "%d to %d: expected %d", from, to,
				  expected);
		}
	}
}

Test(network, partitions_cut_between_groups_and_mend_within)
{
	static const int first[] = { 0, 1, 0, 1, -1 };
	static const int second[] = { 7, 7, 3, -1 };

	network_cut(net, 4, 0, true);
	network_partition(net, first, 5);
	expect_reach((const char *const[]){
		"x.x.x", ".x.xx", "x.x.x", ".x.xx", ".xxxx" });
	/* Of the first four only: 0 and 1 together, 2 alone, 3 as it was. */
	network_partition(net, second, 4);
	expect_reach((const char *const[]){
		"xx..x", "xx.xx", "..x.x", ".x.xx", ".xxxx" });
	network_heal(net);
	expect_reach((const char *const[]){
		"xxxxx", "xxxxx", "xxxxx", "xxxxx", "xxxxx" });
}

Test(network, the_deaf_can_call)
{
	network_deafen(net, 2, true);
	expect_reach((const char *const[]){
		"xx.xx", "xx.xx", "xx.xx", "xx.xx", "xx.xx" });
	cr_assert(handled_by(2) == 0);
	cr_assert(call(2, 0));
	network_deafen(net, 2, false);
	cr_assert(call(0, 2));
}

Test(network, the_slow_are_late)
{
	int64_t began_us = clock_us();

	network_slow(net, 1, 60);
	cr_assert(call(0, 1));
	cr_assert(clock_us() - began_us >= 60000);
	network_slow(net, 1, 0);
	cr_assert(call(0, 1));
}

Test(network, delays_and_held_replies_take_their_time)
{
	int64_t began_us = clock_us();

	set((struct faults){ .delay_min_ms = 30, .delay_max_ms = 30 });
	cr_assert(call(0, 1));
	cr_assert(clock_us() - began_us >= 30000);
	set((struct faults){ .hold_reply = 1, .hold_min_ms = 30,
			     .hold_max_ms = 30 });
	began_us = clock_us();
	cr_assert(call(0, 1));
	cr_assert(clock_us() - began_us >= 30000);
}

Test(network, lost_requests_are_not_handled_and_lost_replies_are)
{
	set((struct faults){ .lose_request = 1 });
	cr_assert(!call(0, 1) && handled_by(1) == 0);
	set((struct faults){ .lose_reply = 1 });
	cr_assert(!call(0, 1) && handled_by(1) == 1);
	set((struct faults){ .lose_reply = 0 });
	cr_assert(call(0, 1) && handled_by(1) == 2);
}

Test(network, losses_are_seen_at_once_or_not)
{
	int64_t began_us = clock_us();

	/* Were they not seen at once, this would take 100 minutes. */
	set((struct faults){ .loss_notice = LOSS_AT_ONCE,
			     .lose_request = 1 });
	for (int i = 0; i < 100; i++)
		cr_assert(!call(0, 1));
	cr_assert(clock_us() - began_us < INT64_C(60000000));

	set((struct faults){ .loss_notice = LOSS_BY_TIMEOUT,
			     .lose_request = 1 });
	began_us = clock_us();
	cr_assert(!call_within(80, 0, 1));
	cr_assert(clock_us() - began_us >= 80000);
}

Test(network, a_cut_is_noticed_as_the_faults_say)
{
	int64_t began_us = clock_us();

	set((struct faults){ .loss_notice = LOSS_BY_TIMEOUT });
	network_cut(net, 0, 1, true);
	cr_assert(!call_within(80, 0, 1));
	cr_assert(clock_us() - began_us >= 80000);
}

Test(network, faults_of_one_link_are_its_own)
{
	struct faults lost = { .lose_request = 1 };

	network_set_link_faults(net, 0, 1, &lost);
	expect_reach((const char *const[]){
		"x.xxx", "xxxxx", "xxxxx", "xxxxx", "xxxxx" });
	network_heal(net);
	cr_assert(!call(0, 1), "healing took the faults");
	set((struct faults){ .lose_request = 0 });
	cr_assert(call(0, 1));
}

Test(network, counts_are_exact_without_faults)
{
	struct link_count one, from, to, all;

	for (int i = 0; i < 10; i++)
		cr_assert(call(0, 1) && call(0, 2) && call(2, 1));
	one = network_count(net, 0, 1, &proc);
	cr_assert(one.calls == 10 && one.delivered == 10);
	cr_assert(one.duplicated == 0 && one.replies == 10);
	/* RFC 5531: 10 words and the number out, 6 and the number back. */
	cr_assert(one.bytes == 10 * 72, "%" PRIu64 " bytes", one.bytes);
	from = network_count(net, 0, -1, &proc);
	cr_assert(from.calls == 20 && from.bytes == 2 * one.bytes);
	to = network_count(net, -1, 1, &proc);
	cr_assert(to.replies == 20);
	all = network_count(net, -1, -1, &proc);
	cr_assert(all.calls == 30 && all.bytes == 3 * one.bytes);
}

Test(network, classic_counts_are_those_of_the_seed)
{
	const struct faults *classic = faults_preset("classic");
	uint64_t delivered = 0, replies = 0, seen = 0;
	struct link_count count;

	network_set_faults(net, classic);
	for (uint64_t nth = 0; nth < 300; nth++) {
		struct fate fate = fate_draw(classic, SEED, 3, 4, &proc, nth);
		bool expected = !fate.lose_request && !fate.lose_reply;

		cr_assert(call(3, 4) == expected, "call %" PRIu64, nth);
		delivered += !fate.lose_request;
		replies += expected;
		seen++;
	}
	count = network_count(net, 3, 4, &proc);
	cr_assert(count.calls == seen && count.delivered == delivered);
	cr_assert(count.replies == replies && count.duplicated == 0);
	cr_assert((uint64_t)handled_by(4) == delivered);
	cr_assert(replies > 180 && replies < 250, "%" PRIu64, replies);
}

Test(network, copies_arrive_and_are_counted)
{
	struct link_count count;

	set((struct faults){ .duplicate = 1 });
	for (int i = 0; i < 20; i++)
		cr_assert(call(0, 1));
	mutex_lock(&mu);
	while (nodes[1].handled < 40)
		cr_assert(cond_wait_ms(&handled, &mu, 60000),
			  "%d of 40 handled", nodes[1].handled);
	mutex_unlock(&mu);
	/* A copy is counted when sent: the last may be handled before. */
	count = network_count(net, 0, 1, &proc);
	cr_assert(count.calls == 20 && count.replies == 20);
	cr_assert(count.duplicated == 19 || count.duplicated == 20);
	cr_assert(count.delivered == 20 + count.duplicated);
}

Test(network, heal_mends_all_but_faults)
{
	network_cut(net, 0, 1, true);
	network_deafen(net, 2, true);
	network_slow(net, 3, 3600000);
	network_heal(net);
	cr_assert(call(0, 1) && call(0, 2) && call(0, 3));
}
