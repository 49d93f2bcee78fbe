/*
 * agreements.c - agreements of a group of peers, one after the other or many
 * at once.  Peer 0 proposes everything; an agreement is finished when peer 0
 * knows the decision.
 */
#include "grader/bench/bench.h"

#include <errno.h>
#include <semaphore.h>
#include <stddef.h>

#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/message.h"
#include "labrpc/network.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

struct group {
	int n;
	struct network *net;
	struct rpc_server *servers[PEERS_MAX];
	struct paxos *peers[PEERS_MAX];
};

/*
 * How the bench waits without taking part: paxos.h has nothing to wait with,
 * and to ask again and again would take the peers' processors.  Peer 0
 * announces a decision to the others once it knows it, so the line to peer 1
 * runs through send_and_notice(), which posts `announced` for each.
 */
static sem_t announced;
static const struct transport *carrier;
static struct transport noticing;
static const struct rpc_end *watched;

static bool send_and_notice(struct rpc_end *end, struct wire *wire,
			    struct record *request, uint32_t xid,
			    int64_t deadline_us)
{
	bool sent = carrier->send(end, wire, request, xid, deadline_us);
	struct call_header call;

	if (end == watched && message_read_call(request, &call) == CALL_GOOD &&
	    call.number == PROC_DECIDED.number)
		must(sem_post(&announced) == 0, "sem_post");
	return sent;
}

/* Watches the N ends of peer 0, which share one transport. */
static void watch(struct rpc_end *ends[], int n)
{
	must(sem_init(&announced, 0, 0) == 0, "sem_init");
	carrier = ends[1]->transport;
	noticing = *carrier;
	noticing.send = send_and_notice;
	watched = ends[n - 1];
	for (int i = 1; i < n; i++)
		ends[i]->transport = &noticing;
}

static void group_open(struct group *group, int n)
{
	group->n = n;
	group->net = network_open(bench_dir(), n, 1);
	must(group->net != NULL, "network_open");
	for (int i = 0; i < n; i++) {
		struct rpc_end *ends[PEERS_MAX] = { NULL };

		for (int j = 0; j < n; j++)
			if (j != i)
				ends[j] = network_end(group->net, i, j);
		if (i == 0)
			watch(ends, n);
		group->servers[i] = network_serve(group->net, i);
		must(group->servers[i] != NULL, "network_serve");
		group->peers[i] = paxos_make(&(struct paxos_config){
			.npeers = n,
			.me = i,
			.server = group->servers[i],
			.ends = ends,
			.seed = 1,
		});
	}
	for (int i = 0; i < n; i++)
		rpc_server_run(group->servers[i]);
}

static void group_close(struct group *group)
{
	for (int i = 0; i < group->n; i++)
		paxos_kill(group->peers[i]);
	for (int i = 0; i < group->n; i++)
		rpc_server_close(group->servers[i]);
	for (int i = 0; i < group->n; i++)
		paxos_free(group->peers[i]);
	network_close(group->net);
	sem_destroy(&announced);
}

static double requests(const struct group *group)
{
	const struct rpc_proc *procs[] = { &PROC_PREPARE, &PROC_ACCEPT,
					   &PROC_DECIDED };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof procs / sizeof procs[0]; i++)
		sum += network_count(group->net, -1, -1, procs[i]).calls;
	return (double)sum;
}

/* Starts instances so that at most ACTIVE are undecided, up to N in all. */
static void propose(struct group *group, int n, int active)
{
	unsigned char bytes[8] = { 0 };
	int started = 0;

	for (int decided = 0; decided < n; decided++) {
		for (; started < n && started - decided < active; started++) {
			struct value v = { bytes, sizeof bytes };

			bytes[0] = (unsigned char)started;
			paxos_start(group->peers[0], started, v);
		}
		while (sem_wait(&announced) != 0)
			must(errno == EINTR, "sem_wait");
	}
	for (int seq = 0; seq < n; seq++)
		must(paxos_status(group->peers[0], seq, NULL) == FATE_DECIDED,
		     "an agreement");
}

struct reading agreements(const struct contest *contest)
{
	struct group group;
	struct reading reading;
	struct watch stopwatch;

	group_open(&group, contest->peers);
	stopwatch = watch_start();
	propose(&group, contest->operations, contest->callers);
	reading = watch_read(stopwatch, contest->operations);
	reading.requests = requests(&group) / contest->operations;
	group_close(&group);
	return reading;
}
