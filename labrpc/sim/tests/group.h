/*
 * group.h - a group of Paxos peers in a run, and the run that every test of it
 * begins with: two instances, a proposer or more for each.
 *
 * Threads: the run's first.  Memory: group_close() frees all.  Errors: what a
 * peer does wrong ends the run (sim_fail()).
 */
#ifndef LABRPC_SIM_TESTS_GROUP_H
#define LABRPC_SIM_TESTS_GROUP_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "labrpc/sim/sim.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#define GROUP_PEERS 3
#define GROUP_INSTANCES 2

/* Within this an undisturbed group decides, whatever came before. */
#define GROUP_DECIDES_MS 60000

struct group {
	uint64_t seed;
	struct network *net;
	struct rpc_server *servers[GROUP_PEERS];
	struct paxos *peers[GROUP_PEERS];
	uint64_t fingerprints[GROUP_INSTANCES]; /* of what is decided */
	int decided[GROUP_INSTANCES];
};

static inline void group_open(struct group *g)
{
	struct faults faults;
	int me, to;

	g->net = sim_network_open(GROUP_PEERS, g->seed);
	sim_draw_faults(&faults, g->seed);
	network_set_faults(g->net, &faults);
	for (me = 0; me < GROUP_PEERS; me++) {
		struct rpc_end *ends[PEERS_MAX] = { NULL };
		struct paxos_config config = {
			.npeers = GROUP_PEERS, .me = me, .ends = ends,
			.seed = g->seed,
		};

		for (to = 0; to < GROUP_PEERS; to++)
			if (to != me)
				ends[to] = network_end(g->net, me, to);
		g->servers[me] = network_serve(g->net, me);
		config.server = g->servers[me];
		sim_act_for(me);
		g->peers[me] = paxos_make(&config);
		sim_act_for(-1);
		rpc_server_run(g->servers[me]);
	}
}

static inline void group_propose(struct group *g, int me, int64_t seq)
{
	char text[32];
	struct value v;

	snprintf(text, sizeof(text), "%d of %" PRId64, me, seq);
	v = value_make(text, strlen(text));
	sim_act_for(me);
	paxos_start(g->peers[me], seq, v);
	sim_act_for(-1);
	value_free(&v);
}

/* Looks who has decided SEQ, and on what. */
static inline void group_look(struct group *g, int64_t seq)
{
	struct value v;
	uint64_t fingerprint;
	int i;

	g->decided[seq] = 0;
	for (i = 0; i < GROUP_PEERS; i++) {
		sim_act_for(i);
		if (paxos_status(g->peers[i], seq, &v) == FATE_DECIDED) {
			fingerprint = value_fingerprint(v);
			value_free(&v);
			if (g->fingerprints[seq] == 0)
				g->fingerprints[seq] = fingerprint;
			if (g->fingerprints[seq] != fingerprint)
				sim_fail("instance %" PRId64 ": two decisions",
					 seq);
			g->decided[seq]++;
		}
		sim_act_for(-1);
	}
}

/* Waits until at least N peers have decided SEQ. */
static inline void group_wait(struct group *g, int64_t seq, int n)
{
	int64_t until_ns = sim_now_ns() + GROUP_DECIDES_MS * SIM_MS;

	group_look(g, seq);
	while (g->decided[seq] < n) {
		if (sim_now_ns() > until_ns)
			sim_fail("instance %" PRId64 " is not decided by %d "
				 "peers within %d ms", seq, n,
				 GROUP_DECIDES_MS);
		sim_sleep_ms(2);
		group_look(g, seq);
	}
}

static inline void group_close(struct group *g)
{
	int i;

	for (i = 0; i < GROUP_PEERS; i++) {
		sim_act_for(i);
		paxos_kill(g->peers[i]);
	}
	for (i = 0; i < GROUP_PEERS; i++)
		rpc_server_close(g->servers[i]);
	for (i = 0; i < GROUP_PEERS; i++) {
		sim_act_for(i);
		paxos_free(g->peers[i]);
	}
	sim_act_for(-1);
	network_close(g->net);
}

/* The whole of it; ARG is a struct group with a seed and zeros. */
static inline void group_run(void *arg)
{
	static const int minority[GROUP_PEERS] = { 0, 0, 1 };
	static const struct faults none;
	struct group *g = arg;
	int i;

	group_open(g);
	for (i = 0; i < GROUP_PEERS; i++)
		group_propose(g, i, 0);
	if (g->seed % 3 == 0) {
		network_partition(g->net, minority, GROUP_PEERS);
		sim_sleep_ms((int64_t)(g->seed / 3 % 200));
		network_heal(g->net);
	}
	group_propose(g, (int)(g->seed % GROUP_PEERS), 1);
	group_wait(g, 0, 2);
	/* From here on all is well, so all must learn. */
	network_set_faults(g->net, &none);
	for (i = 0; i < GROUP_PEERS; i++)
		group_propose(g, i, 1);
	group_wait(g, 1, GROUP_PEERS);
	group_close(g);
}

#endif
