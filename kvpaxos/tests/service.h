/*
 * service.h - a service of real servers over network.h in one process, for
 * the tests of this folder.
 *
 * Node i is server i; the nodes behind the servers are clients.
 *
 * Threads: one test thread opens and closes; clerks are used by any one.
 * Memory: service_close() frees all but clerks.  Errors: what fails ends the
 * process with a message.
 */
#ifndef KVPAXOS_TESTS_SERVICE_H
#define KVPAXOS_TESTS_SERVICE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kvpaxos/kvpaxos.h"
#include "kvpaxos/protocol.h"
#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "paxos/paxos.h"

/* Waits are long for a slow machine's sake; nothing measures them. */
#define SERVICE_WAIT_MS 60000

struct service {
	char dir[64];
	int nservers;
	uint64_t seed;
	struct network *net;
	struct rpc_server *servers[KV_SERVERS_MAX];
	struct kv_server *kv[KV_SERVERS_MAX];
};

#define service_require(condition, ...)                                       \
	do {                                                                  \
		if (!(condition)) {                                           \
			fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);       \
			fprintf(stderr, __VA_ARGS__);                         \
			fputc('\n', stderr);                                  \
			abort();                                              \
		}                                                             \
	} while (0)

static inline void service_up(struct service *s, int me)
{
	struct rpc_end *ends[KV_SERVERS_MAX] = { NULL };
	struct kv_server_config config = {
		.nservers = s->nservers,
		.me = me,
		.ends = ends,
		.seed = s->seed,
	};

	for (int to = 0; to < s->nservers; to++)
		if (to != me)
			ends[to] = network_end(s->net, me, to);
	s->servers[me] = network_serve(s->net, me);
	service_require(s->servers[me] != NULL, "no server %d", me);
	config.server = s->servers[me];
	s->kv[me] = kv_server_make(&config);
	rpc_server_run(s->servers[me]);
}

/* NSERVERS, all up, and room for NCLIENTS. */
static inline void service_open(struct service *s, int nservers, int nclients,
				uint64_t seed)
{
	*s = (struct service){ .nservers = nservers, .seed = seed };
	strcpy(s->dir, "/tmp/kvpaxos-test-XXXXXX");
	service_require(mkdtemp(s->dir) != NULL, "no folder %s", s->dir);
	s->net = network_open(s->dir, nservers + nclients, seed);
	service_require(s->net != NULL, "no network");
	for (int i = 0; i < nservers; i++)
		service_up(s, i);
}

/* Stops server I for good. */
static inline void service_down(struct service *s, int i)
{
	kv_server_kill(s->kv[i]);
	rpc_server_close(s->servers[i]);
	kv_server_free(s->kv[i]);
	s->kv[i] = NULL;
}

static inline void service_close(struct service *s)
{
	for (int i = 0; i < s->nservers; i++)
		if (s->kv[i] != NULL)
			kv_server_kill(s->kv[i]);
	for (int i = 0; i < s->nservers; i++)
		if (s->kv[i] != NULL)
			service_down(s, i);
	network_close(s->net);
	service_require(rmdir(s->dir) == 0, "%s is not empty", s->dir);
}

/* The line from client CLIENT to server TO. */
static inline struct rpc_end *service_line(struct service *s, int client,
					   int to)
{
	return network_end(s->net, s->nservers + client, to);
}

/* A clerk in client CLIENT's place that asks N servers from FIRST on. */
static inline struct kv_clerk *service_clerk(struct service *s, int client,
					     int first, int n)
{
	struct rpc_end *ends[KV_SERVERS_MAX];

	for (int i = 0; i < n; i++)
		ends[i] = service_line(s, client, (first + i) % s->nservers);
	return kv_clerk_make(&(struct kv_clerk_config){ .nservers = n,
							.ends = ends });
}

/* Splits the servers; clients keep their lines. */
static inline void service_partition(struct service *s, const int group_of[])
{
	int groups[NETWORK_NODES_MAX];

	for (int i = 0; i < NETWORK_NODES_MAX; i++)
		groups[i] = i < s->nservers ? group_of[i] : -1;
	network_partition(s->net, groups, s->nservers);
}

/* The bytes of S, borrowed. */
static inline struct value bytes_of(const char *s)
{
	return (struct value){ .data = (unsigned char *)(uintptr_t)s,
			       .len = strlen(s) };
}

static inline void put(struct kv_clerk *ck, const char *key, const char *val)
{
	service_require(kv_clerk_put(ck, bytes_of(key), bytes_of(val)) ==
			KV_OK, "put(%s)", key);
}

static inline void append(struct kv_clerk *ck, const char *key,
			  const char *val)
{
	service_require(kv_clerk_append(ck, bytes_of(key), bytes_of(val)) ==
			KV_OK, "append(%s)", key);
}

/* Tells whether KEY holds VAL. */
static inline bool holds(struct kv_clerk *ck, const char *key,
			 const char *val)
{
	struct value got;
	bool same;

	service_require(kv_clerk_get(ck, bytes_of(key), &got) == KV_OK,
			"get(%s)", key);
	same = value_equal(got, bytes_of(val));
	if (!same)
		fprintf(stderr, "%s holds \"%.*s\", not \"%s\"\n", key,
			(int)got.len, (const char *)got.data, val);
	value_free(&got);
	return same;
}

static inline int64_t service_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void service_pause(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	nanosleep(&pause, NULL);
}

/* Waits until CONDITION holds, looking at it once a millisecond. */
#define service_await(condition)                                              \
	do {                                                                  \
		int64_t begin_ = service_now_ms();                            \
		while (!(condition)) {                                        \
			service_require(service_now_ms() - begin_ <           \
						SERVICE_WAIT_MS,              \
					"waited in vain for %s", #condition); \
			service_pause();                                      \
		}                                                             \
	} while (0)

#endif
