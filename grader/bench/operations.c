/*
 * operations.c - operations of clerks on a key/value service of three: half
 * of them Get, half Append, each clerk on a key of its own.  All clerks ask
 * the same server first, as clerks do while it answers.
 */
#include "grader/bench/bench.h"

#include <stdio.h>
#include <string.h>

#include "kvpaxos/kvpaxos.h"
#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "paxos/protocol.h"

#define CLERKS_MAX 32
#define VALUE_BYTES 16

struct service {
	int n;
	int each; /* operations of one clerk */
	struct network *net;
	struct rpc_server *servers[KV_SERVERS_MAX];
	struct kv_server *kv[KV_SERVERS_MAX];
	struct kv_clerk *clerks[CLERKS_MAX];
};

static void service_open(struct service *s, int n, int clerks)
{
	struct rpc_end *ends[KV_SERVERS_MAX] = { NULL };

	s->n = n;
	s->net = network_open(bench_dir(), n + clerks, 1);
	must(s->net != NULL, "network_open");
	for (int i = 0; i < n; i++) {
		for (int to = 0; to < n; to++)
			ends[to] = to == i ? NULL : network_end(s->net, i, to);
		s->servers[i] = network_serve(s->net, i);
		must(s->servers[i] != NULL, "network_serve");
		s->kv[i] = kv_server_make(&(struct kv_server_config){
			.nservers = n,
			.me = i,
			.server = s->servers[i],
			.ends = ends,
			.seed = 1,
		});
		rpc_server_run(s->servers[i]);
	}
	for (int i = 0; i < clerks; i++) {
		for (int to = 0; to < n; to++)
			ends[to] = network_end(s->net, n + i, to);
		s->clerks[i] = kv_clerk_make(&(struct kv_clerk_config){
			.nservers = n,
			.ends = ends,
		});
	}
}

static void service_close(struct service *s, int clerks)
{
	for (int i = 0; i < clerks; i++)
		kv_clerk_free(s->clerks[i]);
	for (int i = 0; i < s->n; i++)
		kv_server_kill(s->kv[i]);
	for (int i = 0; i < s->n; i++)
		rpc_server_close(s->servers[i]);
	for (int i = 0; i < s->n; i++)
		kv_server_free(s->kv[i]);
	network_close(s->net);
}

/* What clerk I does. */
static void use(void *context, int i)
{
	struct service *s = context;
	unsigned char bytes[VALUE_BYTES] = { 0 };
	struct value val = { bytes, sizeof bytes };
	char name[16];
	struct value key = { (unsigned char *)name, 0 };

	key.len = (size_t)snprintf(name, sizeof name, "k%d", i);
	for (int op = 0; op < s->each; op++) {
		struct value got = VALUE_EMPTY;
		enum kv_status status;

		/* Not for ever longer: every 32nd begins the key anew. */
		if (op % 2 == 0)
			status = kv_clerk_get(s->clerks[i], key, &got);
		else if (op % 32 == 1)
			status = kv_clerk_put(s->clerks[i], key, val);
		else
			status = kv_clerk_append(s->clerks[i], key, val);
		must(status == KV_OK, "an operation");
		value_free(&got);
	}
}

/* Requests between servers. */
static double requests(const struct service *s)
{
	const struct rpc_proc *procs[] = { &PROC_PREPARE, &PROC_ACCEPT,
					   &PROC_DECIDED };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof procs / sizeof procs[0]; i++)
		sum += network_count(s->net, -1, -1, procs[i]).calls;
	return (double)sum;
}

struct reading operations(const struct contest *contest)
{
	struct service service = {
		.each = contest->operations / contest->callers,
	};
	int done = contest->callers *
		   (contest->operations / contest->callers);
	struct reading reading;
	struct watch stopwatch;

	service_open(&service, contest->peers, contest->callers);
	stopwatch = watch_start();
	on_threads(contest->callers, use, &service);
	reading = watch_read(stopwatch, done > 0 ? done : 1);
	reading.requests = requests(&service) / (done > 0 ? done : 1);
	service_close(&service, contest->callers);
	return reading;
}
