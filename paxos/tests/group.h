/*
 * group.h - a group of real peers over network.h in one process, for the
 * tests of this folder.
 *
 * Threads: one test thread.  Memory: group_close() frees all.  Errors: what
 * fails ends the process with a message.
 */
#ifndef PAXOS_TESTS_GROUP_H
#define PAXOS_TESTS_GROUP_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

/* Waits are long for a slow machine's sake; nothing measures them. */
#define GROUP_WAIT_MS 60000

struct group {
	char dir[64];
	int npeers;
	uint64_t seed;
	struct network *net;
	struct rpc_server *servers[PEERS_MAX];
	struct paxos *peers[PEERS_MAX]; /* NULL while a peer is not up */
};

#define group_require(condition, ...)                                         \
	do {                                                                  \
		if (!(condition)) {                                           \
			fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);       \
			fprintf(stderr, __VA_ARGS__);                         \
			fputc('\n', stderr);                                  \
			abort();                                              \
		}                                                             \
	} while (0)

/* A group of NPEERS, none of which is up. */
static inline void group_open(struct group *g, int npeers, uint64_t seed)
{
	*g = (struct group){ .npeers = npeers, .seed = seed };
	strcpy(g->dir, "/tmp/paxos-test-XXXXXX");
	group_require(mkdtemp(g->dir) != NULL, "no folder %s", g->dir);
	g->net = network_open(g->dir, npeers, seed);
	group_require(g->net != NULL, "no network");
}

/* Brings peer I up. */
static inline void group_up(struct group *g, int i)
{
	struct rpc_end *ends[PEERS_MAX] = { NULL };
	struct paxos_config config = {
		.npeers = g->npeers, .me = i, .ends = ends, .seed = g->seed,
	};
	int to;

	for (to = 0; to < g->npeers; to++)
		if (to != i)
			ends[to] = network_end(g->net, i, to);
	g->servers[i] = network_serve(g->net, i);
	group_require(g->servers[i] != NULL, "no server for peer %d", i);
	config.server = g->servers[i];
	g->peers[i] = paxos_make(&config);
	rpc_server_run(g->servers[i]);
}

/* A group of NPEERS, all of them up. */
static inline void group_start(struct group *g, int npeers, uint64_t seed)
{
	int i;

	group_open(g, npeers, seed);
	for (i = 0; i < npeers; i++)
		group_up(g, i);
}

static inline void group_close(struct group *g)
{
	int i;

	for (i = 0; i < g->npeers; i++)
		if (g->peers[i] != NULL)
			paxos_kill(g->peers[i]);
	for (i = 0; i < g->npeers; i++)
		if (g->servers[i] != NULL)
			rpc_server_close(g->servers[i]);
	for (i = 0; i < g->npeers; i++)
		if (g->peers[i] != NULL)
			paxos_free(g->peers[i]);
	network_close(g->net);
	group_require(rmdir(g->dir) == 0, "%s is not empty", g->dir);
}

/* Starts SEQ at peer I with the text S. */
static inline void group_propose(struct group *g, int i, int64_t seq,
				 const char *s)
{
	struct value v = value_make(s, strlen(s));

	paxos_start(g->peers[i], seq, v);
	value_free(&v);
}

/* How many peers have decided SEQ; their values must be the same. */
static inline int group_decided(struct group *g, int64_t seq)
{
	struct value first = VALUE_EMPTY, v;
	int count = 0;
	int i;

	for (i = 0; i < g->npeers; i++) {
		if (g->peers[i] == NULL ||
		    paxos_status(g->peers[i], seq, &v) != FATE_DECIDED)
			continue;
		if (count++ == 0) {
			first = v;
			continue;
		}
		group_require(value_equal(first, v),
			      "instance %" PRId64 ": two decisions", seq);
		value_free(&v);
	}
	value_free(&first);
	return count;
}

static inline int64_t group_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void group_pause(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	nanosleep(&pause, NULL);
}

/* Waits until CONDITION holds, looking at it once a millisecond. */
#define group_await(condition)                                                \
	do {                                                                  \
		int64_t begin_ = group_now_ms();                              \
		while (!(condition)) {                                        \
			group_require(group_now_ms() - begin_ < GROUP_WAIT_MS,\
				      "waited in vain for %s", #condition);   \
			group_pause();                                        \
		}                                                             \
	} while (0)

/* Waits until at least N peers have decided SEQ. */
static inline void group_wait(struct group *g, int64_t seq, int n)
{
	group_await(group_decided(g, seq) >= n);
}

/* Tells whether peer I has decided SEQ and its value is the text S. */
static inline bool group_has(struct group *g, int i, int64_t seq,
			     const char *s)
{
	struct value want = value_make(s, strlen(s)), v = VALUE_EMPTY;
	bool same = paxos_status(g->peers[i], seq, &v) == FATE_DECIDED &&
		    value_equal(v, want);

	value_free(&v);
	value_free(&want);
	return same;
}

#endif
