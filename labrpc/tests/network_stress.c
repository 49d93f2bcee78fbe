/*
 * network_stress.c - the fates of a seed are the same however many threads
 * call at once, and a network may be changed while calls are under way.
 */
#define _DEFAULT_SOURCE /* u_int, for the headers of XDR */

#include <rpc/types.h>
#include <rpc/xdr.h>

#include "labrpc/network.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/link.h"
#include "labrpc/random.h"
#include "labrpc/sockdir.h"

#define SEED UINT64_C(4711)
#define NODES 3
#define LINKS (NODES * NODES)
#define THREADS 4      /* per link */
#define CALLS 60       /* per thread */
#define DECISIONS 4000 /* per thread */
#define CHANGES 300

static bool number_codec(struct rpc_xdr *stream, void *message)
{
	return xdr_u_int((XDR *)stream, message);
}

static const struct rpc_proc proc = {
	.name = "next", .program = 0x20000999, .version = 1, .number = 1,
	.args_size = sizeof(u_int), .reply_size = sizeof(u_int),
	.args_codec = number_codec, .reply_codec = number_codec,
};

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "network_stress: %s\n", what);
	exit(1);
}

static void start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	check(pthread_create(thread, NULL, run, arg) == 0, "no thread");
}

/* --- fates of one link, decided by many threads --- */

struct decider {
	pthread_t thread;
	struct link *link;
	struct fate fates[DECISIONS];
};

static void *decide_many(void *arg)
{
	struct decider *decider = arg;

	for (int i = 0; i < DECISIONS; i++)
		decider->fates[i] = link_decide(decider->link, &proc);
	return NULL;
}

/* A number for FATE by which fates can be sorted and compared. */
static uint64_t digest(struct fate fate)
{
	uint64_t hash = random_mix(0, fate.lose_request);

	hash = random_mix(hash, fate.lose_reply);
	hash = random_mix(hash, fate.duplicate);
	hash = random_mix(hash, (uint64_t)fate.delay_ms);
	hash = random_mix(hash, (uint64_t)fate.copy_delay_ms);
	hash = random_mix(hash, (uint64_t)fate.hold_ms);
	return random_mix(hash, (uint64_t)fate.notice_ms);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void threads_share_out_the_fates_of_the_seed(void)
{
	static struct decider deciders[THREADS];
	static uint64_t got[THREADS * DECISIONS], want[THREADS * DECISIONS];
	const struct faults *rough = faults_preset("rough");
	struct link *link = link_make(0, 1, SEED);
	int n = 0;

	link_set_faults(link, rough);
	for (int i = 0; i < THREADS; i++) {
		deciders[i].link = link;
		start(&deciders[i].thread, decide_many, &deciders[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(deciders[i].thread, NULL);
		for (int j = 0; j < DECISIONS; j++)
			got[n++] = digest(deciders[i].fates[j]);
	}
	for (int i = 0; i < n; i++)
		want[i] = digest(fate_draw(rough, SEED, 0, 1, &proc,
					   (uint64_t)i));
	qsort(got, (size_t)n, sizeof got[0], by_number);
	qsort(want, (size_t)n, sizeof want[0], by_number);
	check(memcmp(got, want, sizeof got) == 0, "fates differ");
	link_free(link);
}

/* --- real calls --- */

struct world {
	struct sockdir *dir;
	struct network *net;
	struct rpc_server *servers[NODES];
	atomic_int handled[NODES];
};

struct caller {
	pthread_t thread;
	struct rpc_end *end;
	int replies;
};

static void handle(void *context, const void *args, void *reply)
{
	atomic_fetch_add((atomic_int *)context, 1);
	*(u_int *)reply = *(const u_int *)args + 1;
}

static void world_open(struct world *world)
{
	world->dir = sockdir_make();
	check(world->dir != NULL, "no folder");
	world->net = network_open(sockdir_path(world->dir), NODES, SEED);
	check(world->net != NULL, "no network");
	for (int i = 0; i < NODES; i++) {
		atomic_init(&world->handled[i], 0);
		world->servers[i] = network_serve(world->net, i);
		check(world->servers[i] != NULL, "no server");
		rpc_serve(world->servers[i], &proc, handle,
			  &world->handled[i]);
		rpc_server_run(world->servers[i]);
	}
}

static void world_close(struct world *world)
{
	for (int i = 0; i < NODES; i++)
		rpc_server_close(world->servers[i]);
	network_close(world->net);
	sockdir_remove(world->dir);
}

static void *call_many(void *arg)
{
	struct caller *caller = arg;

	for (u_int i = 0; i < CALLS; i++) {
		u_int next;

		if (!rpc_call(caller->end, &proc, &i, &next))
			continue;
		check(next == i + 1, "wrong reply");
		caller->replies++;
	}
	return NULL;
}

/* Starts THREADS callers on every link of WORLD. */
static void start_callers(struct world *world,
			  struct caller callers[LINKS * THREADS])
{
	for (int i = 0; i < LINKS * THREADS; i++) {
		int link = i / THREADS;

		callers[i].end = network_end(world->net, link / NODES,
					     link % NODES);
		/* So long that no reply is missed on a slow machine. */
		rpc_end_behind(callers[i].end)->timeout_ms = 600000;
		callers[i].replies = 0;
	}
	for (int i = 0; i < LINKS * THREADS; i++)
		start(&callers[i].thread, call_many, &callers[i]);
}

/* Waits for the callers; adds up what those of each link got. */
static void join_callers(struct caller callers[LINKS * THREADS],
			 int replies[LINKS])
{
	memset(replies, 0, LINKS * sizeof replies[0]);
	for (int i = 0; i < LINKS * THREADS; i++) {
		pthread_join(callers[i].thread, NULL);
		replies[i / THREADS] += callers[i].replies;
	}
}

static void outcomes_are_those_of_the_seed(void)
{
	static const struct faults faults = {
		.loss_notice = LOSS_AT_ONCE, .lose_request = 0.2,
		.lose_reply = 0.2, .hold_reply = 0.1, .hold_min_ms = 1,
		.hold_max_ms = 3, .delay_min_ms = 0, .delay_max_ms = 2,
	};
	static struct caller callers[LINKS * THREADS];
	int replies[LINKS], handled[NODES] = { 0 };
	struct world world;

	world_open(&world);
	network_set_faults(world.net, &faults);
	start_callers(&world, callers);
	join_callers(callers, replies);
	for (int i = 0; i < LINKS; i++) {
		int from = i / NODES, to = i % NODES, want = 0, sent = 0;
		struct link_count count =
			network_count(world.net, from, to, &proc);

		for (uint64_t nth = 0; nth < THREADS * CALLS; nth++) {
			struct fate fate = fate_draw(&faults, SEED, from, to,
						     &proc, nth);

			sent += !fate.lose_request;
			want += !fate.lose_request && !fate.lose_reply;
		}
		handled[to] += sent;
		check(count.calls == THREADS * CALLS, "calls");
		check(count.delivered == (uint64_t)sent, "delivered");
		check(count.replies == (uint64_t)want, "replies counted");
		check(replies[i] == want, "replies received");
	}
	for (int i = 0; i < NODES; i++)
		check(atomic_load(&world.handled[i]) == handled[i], "handled");
	world_close(&world);
}

/* --- changes while calls are under way --- */

static void change(struct network *net, struct random *rng)
{
	static const struct faults faults[] = {
		{ .lose_request = 0.3, .lose_reply = 0.3 },
		{ .loss_notice = LOSS_SOON, .lose_request = 0.01 },
		{ .duplicate = 0.5, .delay_max_ms = 2 },
		{ .hold_reply = 0.5, .hold_max_ms = 2 },
	};
	int a = (int)random_below(rng, NODES), b = (int)random_below(rng, 3);
	int groups[NODES] = { 0, 1, 1 };

	switch (random_below(rng, 7)) {
	case 0:
		network_cut(net, a, b, true);
		break;
	case 1:
		groups[a] = -1;
		network_partition(net, groups, NODES);
		break;
	case 2:
		network_deafen(net, a, true);
		break;
	case 3:
		network_slow(net, a, b);
		break;
	case 4:
		network_set_faults(net, &faults[b]);
		break;
	case 5:
		network_set_link_faults(net, a, b, &faults[3]);
		break;
	case 6:
		network_heal(net);
		break;
	}
}

static void *change_many(void *arg)
{
	struct random rng;

	random_seed(&rng, SEED);
	for (int i = 0; i < CHANGES; i++) {
		change(arg, &rng);
		network_count(arg, -1, -1, &proc);
	}
	return NULL;
}

static void changes_while_calling_lose_no_count(void)
{
	static struct caller callers[LINKS * THREADS];
	struct world world;
	int replies[LINKS];
	pthread_t nemesis[2];

	world_open(&world);
	start_callers(&world, callers);
	start(&nemesis[0], change_many, world.net);
	start(&nemesis[1], change_many, world.net);
	join_callers(callers, replies);
	pthread_join(nemesis[0], NULL);
	pthread_join(nemesis[1], NULL);
	for (int i = 0; i < LINKS; i++) {
		struct link_count count = network_count(
			world.net, i / NODES, i % NODES, &proc);

		check(count.calls == THREADS * CALLS, "calls, changed");
		check(count.replies == (uint64_t)replies[i], "replies");
		check(count.delivered - count.duplicated <= count.calls,
		      "more sent than called");
		check(count.replies <= count.delivered, "replies from air");
	}
	world_close(&world);
}

int main(void)
{
	threads_share_out_the_fates_of_the_seed();
	outcomes_are_those_of_the_seed();
	outcomes_are_those_of_the_seed();
	changes_while_calling_lose_no_count();
	return 0;
}
