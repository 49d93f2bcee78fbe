/*
 * net_test.c - calls between simulated nodes: they arrive, are lost with their
 * server, time out; a circle of locks and calls is seen, and so is a handler
 * that forgets to unlock.
 */
#define _GNU_SOURCE 1 /* pthread_setname_np() */

#include <pthread.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "labrpc/sim/tests/runs.h"

#define SEEDS 100
#define NODES 3

static const struct rpc_proc PROC_PING = {
	.name = "ping", .program = 0x20000901, .version = 1, .number = 1,
};

struct node {
	int me;
	struct rpc_server *server;
	struct rpc_end *ends[NODES];
	pthread_mutex_t mu;
	int pings;             /* guarded by mu */
	bool keeps;            /* its handler does not unlock */
	bool tarries;          /* its handler takes a second */
};

static struct network *net;
static struct node nodes[NODES];

static void ping(void *context, const void *args, void *reply)
{
	struct node *node = context;

	(void)args;
	(void)reply;
	if (node->tarries)
		sim_sleep_ms(1000);
	pthread_mutex_lock(&node->mu);
	node->pings++;
	if (!node->keeps)
		pthread_mutex_unlock(&node->mu);
}

static void open_all(void)
{
	int me, to;

	net = sim_network_open(NODES, 1);
	for (me = 0; me < NODES; me++) {
		struct node *node = &nodes[me];

		memset(node, 0, sizeof(*node));
		node->me = me;
		pthread_mutex_init(&node->mu, NULL);
		for (to = 0; to < NODES; to++)
			node->ends[to] = network_end(net, me, to);
		node->server = network_serve(net, me);
		rpc_serve(node->server, &PROC_PING, ping, node);
		rpc_server_run(node->server);
	}
}

static void close_all(void)
{
	int me;

	for (me = 0; me < NODES; me++)
		if (nodes[me].server != NULL)
			rpc_server_close(nodes[me].server);
	network_close(net);
}

static void call_each(void *arg)
{
	int from, to;

	(void)arg;
	open_all();
	for (from = 0; from < NODES; from++)
		for (to = 0; to < NODES; to++)
			cr_assert(rpc_call(nodes[from].ends[to], &PROC_PING,
					   NULL, NULL));
	for (to = 0; to < NODES; to++)
		cr_assert(nodes[to].pings == NODES);
	cr_assert(network_count(net, 0, 1, &PROC_PING).replies == 1);
	close_all();
}

Test(net, every_call_arrives_once)
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		run_well(seed, call_each, NULL);
}

static void broadcast(void *arg)
{
	struct rpc_round *round;
	int from, answers = 0;
	unsigned who = 0;

	(void)arg;
	open_all();
	round = rpc_broadcast(nodes[0].ends, NODES, &PROC_PING, NULL);
	while (rpc_next(round, &from) != NULL) {
		answers++;
		who |= 1u << from;
	}
	rpc_round_end(round);
	cr_assert(answers == NODES && who == 7);
	/* To leave early takes nothing from those that are under way. */
	round = rpc_broadcast(nodes[0].ends, NODES, &PROC_PING, NULL);
	rpc_round_end(round);
	sim_sleep_ms(100);
	for (from = 0; from < NODES; from++)
		cr_assert(nodes[from].pings == 2);
	close_all();
}

Test(net, a_broadcast_reaches_all)
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		run_well(seed, broadcast, NULL);
}

static void lose_a_server(void *arg)
{
	int64_t began_ns;

	(void)arg;
	open_all();
	rpc_server_close(nodes[1].server);
	nodes[1].server = NULL;
	cr_assert(!rpc_call(nodes[0].ends[1], &PROC_PING, NULL, NULL));
	/* A cut that is noticed by the time-out alone. */
	network_set_faults(net, &(struct faults){
					.loss_notice = LOSS_BY_TIMEOUT });
	network_cut(net, 0, 2, true);
	began_ns = sim_now_ns();
	cr_assert(!rpc_call(nodes[0].ends[2], &PROC_PING, NULL, NULL));
	cr_assert(sim_now_ns() - began_ns >= (RPC_TIMEOUT_MS - 1) * SIM_MS);
	network_heal(net);
	cr_assert(rpc_call(nodes[0].ends[2], &PROC_PING, NULL, NULL));
	cr_assert(nodes[2].pings == 1);
	close_all();
}

Test(net, a_server_that_is_gone_and_a_link_that_is_cut)
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		run_well(seed, lose_a_server, NULL);
}

/* More than threads can be: what is too much is lost, and no failure. */
static void send_too_much(void *arg)
{
	int i, last;

	(void)arg;
	open_all();
	nodes[1].tarries = true;
	for (i = 0; i < 3000; i++) {
		struct rpc_round *round =
			rpc_broadcast(&nodes[0].ends[1], 1, &PROC_PING, NULL);

		rpc_round_end(round);
	}
	sim_sleep_ms(100);
	cr_assert(!rpc_call(nodes[0].ends[1], &PROC_PING, NULL, NULL));
	sim_sleep_ms(2000);
	last = nodes[1].pings;
	cr_assert(last >= 1000 && last < 3000, "%d", last);
	nodes[1].tarries = false;
	cr_assert(rpc_call(nodes[0].ends[1], &PROC_PING, NULL, NULL));
	close_all();
}

Test(net, a_server_that_is_swamped_lets_nobody_in)
{
	run_well(1, send_too_much, NULL);
}

/* ---- circles through calls --------------------------------------------- */

static void *call_with_the_lock(void *arg)
{
	struct node *node = arg;

	sim_act_for(node->me);
	pthread_setname_np(pthread_self(), "proposer");
	pthread_mutex_lock(&node->mu);
	rpc_call(node->ends[1 - node->me], &PROC_PING, NULL, NULL);
	pthread_mutex_unlock(&node->mu);
	return NULL;
}

static void call_each_other(void *arg)
{
	pthread_t threads[2];
	int i;

	(void)arg;
	open_all();
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, call_with_the_lock,
			       &nodes[i]);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	close_all();
}

Test(net, a_lock_held_across_a_call_closes_a_circle)
{
	run_until(SIM_CYCLE, SEEDS, call_each_other, NULL);
	assert_words("peer 0, thread `ping handler ");
	assert_words("waits for mutex 0, held by peer 0, thread `proposer ");
	assert_words(", which is in a call to peer 1\n");
	assert_words("is in a call to peer 0, handled there by peer 0, "
		     "thread `ping handler ");
}

static void *call_with_a_lock_of_its_own(void *arg)
{
	struct node *node = arg;
	pthread_mutex_t mine = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&mine);
	rpc_call(node->ends[1 - node->me], &PROC_PING, NULL, NULL);
	pthread_mutex_unlock(&mine);
	pthread_mutex_destroy(&mine);
	return NULL;
}

static void call_with_other_locks(void *arg)
{
	pthread_t threads[2];
	int i;

	(void)arg;
	open_all();
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL,
			       call_with_a_lock_of_its_own, &nodes[i]);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	close_all();
}

Test(net, a_lock_that_no_handler_takes_may_be_held)
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		run_well(seed, call_with_other_locks, NULL);
}

static void call_who_keeps_its_lock(void *arg)
{
	(void)arg;
	open_all();
	nodes[1].keeps = true;
	rpc_call(nodes[0].ends[1], &PROC_PING, NULL, NULL);
	close_all();
}

Test(net, a_handler_returns_with_a_lock)
{
	assert_end(call_who_keeps_its_lock, SIM_HELD);
	assert_words("the handler of \"ping\" has returned and still holds a "
		     "mutex (peer 1, thread `ping handler ");
}
