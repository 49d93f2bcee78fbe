/*
 * agreements.c - agreements of a group of peers, one after the other or many
 * at once.  Peer 0 proposes everything; an agreement is finished when peer 0
 * has decided and told.
 */
#include "grader/bench/bench.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
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
 * How the bench proposes without taking part: paxos.h has nothing to wait
 * with, to ask again and again would take the peers' processors, and a thread
 * that is woken for each agreement would be measured with it.  Peer 0
 * announces a decision to the others once it knows it, so the line to the last
 * peer runs through send_and_notice(): for each decision that passes, it
 * starts the next instance, in the thread of peer 0 that has decided.
 */
static const struct transport *carrier;
static struct transport noticing;
static const struct rpc_end *watched;

/* What is being proposed. */
static struct {
	struct paxos *px;
	int n;              /* instances, numbered from 0 */
	atomic_int started; /* rises beyond n in the end */
	atomic_int decided;
	sem_t over;         /* posted when all n are */
} run;

static void start_next(void)
{
	unsigned char bytes[8] = { 0 };
	struct value v = { bytes, sizeof bytes };
	int seq = atomic_fetch_add(&run.started, 1);

	bytes[0] = (unsigned char)seq;
	if (seq < run.n)
		paxos_start(run.px, seq, v);
}

static bool send_and_notice(struct rpc_end *end, struct wire *wire,
			    struct record *request, uint32_t xid,
			    int64_t deadline_us)
{
	bool sent = carrier->send(end, wire, request, xid, deadline_us);
	struct call_header call;

	if (end != watched || message_read_call(request, &call) != CALL_GOOD ||
	    call.number != PROC_DECIDED.number)
		return sent;
	start_next();
	if (atomic_fetch_add(&run.decided, 1) + 1 == run.n)
		must(sem_post(&run.over) == 0, "sem_post");
	return sent;
}

/* Watches the N ends of peer 0, which share one transport. */
static void watch(struct rpc_end *ends[], int n)
{
	carrier = rpc_end_behind(ends[1])->transport;
	noticing = *carrier;
	noticing.send = send_and_notice;
	watched = rpc_end_behind(ends[n - 1]);
	for (int i = 1; i < n; i++)
		rpc_end_behind(ends[i])->transport = &noticing;
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

static void group_end(struct group *group)
{
	for (int i = 0; i < group->n; i++)
		paxos_kill(group->peers[i]);
	for (int i = 0; i < group->n; i++)
		rpc_server_close(group->servers[i]);
	for (int i = 0; i < group->n; i++)
		paxos_free(group->peers[i]);
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

/* Has N instances decided, with ACTIVE of them under way at a time. */
static void propose(struct group *group, int n, int active)
{
	run.px = group->peers[0];
	run.n = n;
	atomic_store(&run.started, 0);
	atomic_store(&run.decided, 0);
	must(sem_init(&run.over, 0, 0) == 0, "sem_init");
	for (int i = 0; i < active; i++)
		start_next();
	while (sem_wait(&run.over) != 0)
		must(errno == EINTR, "sem_wait");
	sem_destroy(&run.over);
	for (int seq = 0; seq < n; seq++)
		must(paxos_status(group->peers[0], seq, NULL) == FATE_DECIDED,
		     "an agreement");
}

/* What half of the agreements of PX took less than: a power of two. */
static double half_us(struct paxos *px)
{
	struct paxos_stats stats;
	uint64_t below = 0;
	int bucket = 0;

	paxos_stats(px, &stats);
	while (bucket < PAXOS_LATENCY_BUCKETS && below * 2 < stats.won)
		below += stats.latency[bucket++];
	return (double)(UINT64_C(1) << bucket);
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
	reading.half_us = half_us(group.peers[0]);
	group_end(&group);
	/* The network reads its counts only while its ends are as it lent
	 * them. */
	reading.requests = requests(&group) / contest->operations;
	network_close(group.net);
	return reading;
}
