/*
 * calls.c - round trips by rpc_call(): a prepare that a handler answers with
 * a constant, with or without the tester's network in between.
 */
#include "grader/bench/bench.h"

#include <stdio.h>

#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "paxos/protocol.h"

struct callers {
	struct rpc_end *end;
	int calls; /* of each */
};

static void promise(void *context, const void *args, void *reply)
{
	const struct prepare_args *prepare = args;
	struct prepare_reply *answer = reply;

	(void)context;
	answer->outcome = OUTCOME_OK;
	answer->promised = prepare->n;
}

static void call(void *context, int i)
{
	struct callers *callers = context;
	struct prepare_args args = { .from = 1, .seq = i, .n = 1 };
	struct prepare_reply reply;

	for (int k = 0; k < callers->calls; k++)
		if (rpc_call(callers->end, &PROC_PREPARE, &args, &reply))
			value_free(&reply.val);
}

static struct reading time_calls(const struct contest *contest,
				 struct rpc_end *end)
{
	struct callers callers = {
		.end = end,
		.calls = contest->operations / contest->callers,
	};
	struct watch watch = watch_start();

	on_threads(contest->callers, call, &callers);
	return watch_read(watch, callers.calls * contest->callers);
}

static struct reading through_network(const struct contest *contest)
{
	struct network *net = network_open(bench_dir(), 2, 1);
	struct rpc_server *server;
	struct reading reading;

	must(net != NULL, "network_open");
	network_set_faults(net, faults_preset(contest->faults));
	server = network_serve(net, 0);
	must(server != NULL, "network_serve");
	rpc_serve(server, &PROC_PREPARE, promise, NULL);
	rpc_server_run(server);
	reading = time_calls(contest, network_end(net, 1, 0));
	rpc_server_close(server);
	network_close(net);
	return reading;
}

struct reading rpc_round_trips(const struct contest *contest)
{
	char path[108];
	struct rpc_server *server;
	struct rpc_end *end;
	struct reading reading;

	if (contest->faults != NULL)
		return through_network(contest);

	must(snprintf(path, sizeof path, "%s/calls", bench_dir()) <
		     (int)sizeof path,
	     "the socket's path");
	server = rpc_server_open(path, 0);
	must(server != NULL, "rpc_server_open");
	rpc_serve(server, &PROC_PREPARE, promise, NULL);
	rpc_server_run(server);
	end = rpc_end_open(path, 1, RPC_TIMEOUT_MS);
	must(end != NULL, "rpc_end_open");
	reading = time_calls(contest, end);
	rpc_end_close(end);
	rpc_server_close(server);
	return reading;
}
