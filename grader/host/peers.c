/*
 * peers.c - see peers.h.
 *
 * The order in which a peer comes and goes is a promise of paxos.h: its
 * handlers are served before its server runs, and no handler runs any more
 * when it is freed.
 *
 * While a peer's code runs on a thread of the host's, log lines bear its
 * number.
 */
#include "grader/host/peers.h"

#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/watch.h"
#include "labrpc/endpoint.h"
#include "labrpc/log.h"
#include "labrpc/random.h"

/* Keeps peers' seeds apart from the seeds of links. */
#define PEER_SEED 0x70656572

static bool is_scripted(const struct group *group, int node)
{
	return group->scripted >> node & 1;
}

/* Makes the server ME of the service, with the peer in it. */
static void make_server(struct peer *peer, const struct paxos_config *config)
{
	peer->kv = peer->kv_api.server_make(&(struct kv_server_config){
		.nservers = config->npeers,
		.me = config->me,
		.server = config->server,
		.ends = config->ends,
		.seed = config->seed,
	});
	peer->px = NULL;
	if (peer->kv != NULL)
		peer->px = peer->kv_api.server_paxos(peer->kv);
}

static bool make_peer(struct group *group, int me, struct value *error)
{
	struct peer *peer = &group->peers[me];
	struct rpc_end *ends[CTL_PEERS_MAX];
	struct paxos_config config = {
		.npeers = group->npeers,
		.me = me,
		.server = peer->server,
		.ends = ends,
		.seed = random_mix(random_mix(group->seed, PEER_SEED),
				   (uint64_t)me * PEER_OPENS_MAX +
					   (uint64_t)peer->opens),
	};
	int i;

	for (i = 0; i < group->npeers; i++)
		ends[i] = i == me ? NULL : network_end(group->net, me, i);
	watch_peer(me, peer->server, ends);
	log_peer(me);
	if (group->clerks != NULL)
		make_server(peer, &config);
	else
		peer->px = peer->api.make(&config);
	log_peer(-1);
	/* The array was lent for the call only: show who kept it. */
	memset(ends, 0, sizeof(ends));
	if (peer->px == NULL)
		return error_set(error, CTL_SUBMISSION
				 "%s() returned NULL for peer %d",
				 group->clerks == NULL ? "paxos_make" :
				 peer->kv == NULL ? "kv_server_make"
						  : "kv_server_paxos", me);
	return true;
}

bool peer_open(struct group *group, int number, struct value *error)
{
	struct peer *peer;
	char copy[PATH_MAX];

	if (number < 0 || number >= group->npeers ||
	    is_scripted(group, number))
		return error_set(error, "node %d is not one of the peers",
				 number);
	peer = &group->peers[number];
	if (peer->px != NULL)
		return error_set(error, "peer %d is open already", number);
	if (peer->opens == PEER_OPENS_MAX)
		return error_set(error, "peer %d was opened %d times", number,
				 PEER_OPENS_MAX);
	snprintf(copy, sizeof(copy), "%s/peer%d.%d.so", group->dir, number,
		 peer->opens++);
	if (!group->world->load(group->submission, copy, &peer->api,
				error) ||
	    (group->clerks != NULL &&
	     !library_find_kv(copy, &peer->kv_api, error)))
		return false;
	peer->server = network_serve(group->net, number);
	if (peer->server == NULL)
		return error_errno(error, "cannot open the server of peer %d",
				   number);
	if (!make_peer(group, number, error)) {
		rpc_server_close(peer->server);
		return false;
	}
	rpc_server_run(peer->server);
	return true;
}

/* Logs how PEER has fared, if it counts. */
static void log_stats(const struct peer *peer)
{
	struct paxos_stats now = { .decided = 0 };

	if (!log_on(LOG_INFO) || peer->px == NULL || peer->api.stats == NULL)
		return;
	peer->api.stats(peer->px, &now);
	log_event(LOG_INFO, "stats",
		  "decided=%" PRIu64 " won=%" PRIu64 " rounds=%" PRIu64,
		  now.decided, now.won, now.rounds);
}

static void kill_once(const struct peer *peer)
{
	if (peer->kv != NULL)
		peer->kv_api.server_kill(peer->kv);
	else
		peer->api.kill(peer->px);
}

struct killer {
	const struct peer *peer;
	int number;
};

static void *kill_too(void *arg)
{
	const struct killer *killer = arg;

	log_peer(killer->number);
	kill_once(killer->peer);
	return NULL;
}

/* Kills a peer from two threads at once, which it has to bear. */
static void stop(struct group *group, int number)
{
	struct peer *peer = &group->peers[number];
	struct killer killer = { .peer = peer, .number = number };
	pthread_t other;
	bool two;

	log_peer(number);
	log_stats(peer);
	two = pthread_create(&other, NULL, kill_too, &killer) == 0;
	kill_once(peer);
	if (two)
		pthread_join(other, NULL);
	log_peer(-1);
}

static void release(struct group *group, int number)
{
	struct peer *peer = &group->peers[number];

	log_peer(number);
	kill_once(peer); /* also when nothing runs any more */
	if (peer->kv != NULL)
		peer->kv_api.server_free(peer->kv);
	else
		peer->api.free(peer->px);
	log_peer(-1);
	peer->px = NULL;
	peer->kv = NULL;
}

void peer_kill(struct group *group, int number)
{
	stop(group, number);
	rpc_server_close(group->peers[number].server);
	release(group, number);
}

struct peer *peer_at(struct group *group, int number, struct value *error)
{
	if (number < 0 || number >= group->npeers ||
	    group->peers[number].px == NULL) {
		error_set(error, "peer %d is not open", number);
		return NULL;
	}
	return &group->peers[number];
}

/* How many nodes there are: the peers, clerks, and scripted ones beyond. */
static int count_nodes(const struct ctl_open_args *args)
{
	int nodes = args->npeers + args->clients, i;

	for (i = nodes; i < CTL_NODES_MAX; i++)
		if (args->scripted >> i & 1)
			nodes = i + 1;
	return nodes;
}

/* The preset that ARGS names, which need not end in a NUL. */
static const struct faults *find_faults(const struct ctl_open_args *args)
{
	char name[32] = "";

	if (args->faults.len >= sizeof(name))
		return NULL;
	if (args->faults.len > 0)
		memcpy(name, args->faults.data, args->faults.len);
	return faults_preset(name[0] == '\0' ? "reliable" : name);
}

/* Lets a referee watch the peers, if ARGS say so. */
static void watch_group(const struct group *group,
			const struct ctl_open_args *args)
{
	uint64_t scripted = args->scripted;

	/* Behind a service's servers there are clients of it alone. */
	if (args->service)
		scripted &= (UINT64_C(1) << args->npeers) - 1;
	if (args->watched)
		watch_open(args->npeers, scripted, group->world->now_us,
			   group->world->run != NULL);
	else
		watch_close();
}

static bool open_nodes(struct group *group, uint64_t absent,
		       struct value *error)
{
	int i;

	for (i = 0; i < group->nodes; i++)
		if (is_scripted(group, i) &&
		    !script_open(group->script, group->net, i, error))
			return false;
	for (i = 0; i < group->npeers; i++)
		if (!is_scripted(group, i) && !(absent >> i & 1) &&
		    !peer_open(group, i, error))
			return false;
	return true;
}

bool group_open(struct group *group, const struct ctl_open_args *args,
		struct value *error)
{
	const struct faults *faults = find_faults(args);

	if (group->net != NULL)
		return error_set(error, "the group is open already");
	if (args->npeers < 1 || args->npeers > CTL_PEERS_MAX)
		return error_set(error, "%d peers: they must be 1 to %d",
				 args->npeers, CTL_PEERS_MAX);
	if (faults == NULL)
		return error_set(error, "there are no faults \"%.*s\"",
				 (int)args->faults.len,
				 (const char *)args->faults.data);
	if (args->clients < 0 || args->clients > CTL_CLERKS_MAX)
		return error_set(error, "%d clients: they must be 0 to %d",
				 args->clients, CTL_CLERKS_MAX);
	group->npeers = args->npeers;
	group->nodes = count_nodes(args);
	group->seed = args->seed;
	group->scripted = args->scripted;
	group->net = group->world->open_network(group->dir, group->nodes,
						args->seed);
	if (group->net == NULL)
		return error_errno(error, "cannot open the network in %s",
				   group->dir);
	network_wait_for(group->net, group->patience * RPC_TIMEOUT_MS);
	network_set_faults(group->net, faults);
	group->script = script_make(group->world,
				    group->patience * RPC_TIMEOUT_MS);
	if (args->service)
		group->clerks = clerks_make(group, args->clients);
	watch_group(group, args);
	return open_nodes(group, args->absent, error);
}

void group_forget(struct group *group)
{
	group->net = NULL;
	group->script = NULL;
	group->clerks = NULL;
	group->nodes = 0;
	group->npeers = 0;
	group->scripted = 0;
	memset(group->peers, 0, sizeof(group->peers));
}

void group_close(struct group *group)
{
	int i;

	if (group->net == NULL)
		return;
	/* Step by step for all, so that no peer waits for a dead one. */
	if (group->clerks != NULL)
		clerks_stop(group->clerks);
	for (i = 0; i < group->npeers; i++)
		if (group->peers[i].px != NULL)
			stop(group, i);
	script_close(group->script);
	for (i = 0; i < group->npeers; i++)
		if (group->peers[i].px != NULL)
			rpc_server_close(group->peers[i].server);
	if (group->clerks != NULL)
		clerks_free(group->clerks);
	for (i = 0; i < group->npeers; i++)
		if (group->peers[i].px != NULL)
			release(group, i);
	network_close(group->net);
	script_free(group->script);
	group_forget(group);
}
