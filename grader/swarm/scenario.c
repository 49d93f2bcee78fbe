/*
 * scenario.c - see scenario.h.
 *
 * Invariant: between two runs every library's variables are as they were when
 * it was loaded.
 */
#include "grader/swarm/scenario.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "grader/host/error.h"
#include "grader/host/library.h"
#include "grader/host/watch.h"
#include "labrpc/endpoint.h"
#include "labrpc/sim/image.h"
#include "paxos/protocol.h"

#define PEERS 3
#define INSTANCES 2
#define TEXT_BYTES 32

/* Within this an undisturbed group decides, whatever came before. */
#define DECIDES_MS 60000

/* How often to look, and how long threads may take to end. */
#define LOOK_MS 2
#define END_MS 5000

static struct paxos_api apis[PEERS];
static struct image *images[PEERS];
static bool has_tls;

/* One run; on the stack of whoever runs it, so that it is gone after. */
struct group {
	uint64_t seed;
	struct network *net;
	struct rpc_server *servers[PEERS];
	struct paxos *peers[PEERS];
	char decided[INSTANCES][TEXT_BYTES]; /* on what; "": not yet */
};

bool swarm_load(const char *submission, const char *dir, struct value *error)
{
	char copy[PATH_MAX];
	void *make;
	int i;

	for (i = 0; i < PEERS; i++) {
		snprintf(copy, sizeof(copy), "%s/peer%d.so", dir, i);
		if (!library_load(submission, copy, &apis[i], error))
			return false;
		/* POSIX has it that this works; C has no conversion. */
		memcpy(&make, &apis[i].make, sizeof(make));
		images[i] = image_take(make);
		if (images[i] == NULL)
			return error_set(error, "%s has no image", copy);
		has_tls = has_tls || image_has_tls(images[i]);
	}
	return true;
}

static void open_peers(struct group *g)
{
	int me, to;

	for (me = 0; me < PEERS; me++) {
		struct rpc_end *ends[PEERS_MAX] = { NULL };
		struct paxos_config config = {
			.npeers = PEERS, .me = me, .ends = ends,
			.seed = g->seed,
		};

		for (to = 0; to < PEERS; to++)
			if (to != me)
				ends[to] = network_end(g->net, me, to);
		g->servers[me] = network_serve(g->net, me);
		config.server = g->servers[me];
		watch_peer(me, g->servers[me], ends);
		sim_act_for(me);
		g->peers[me] = apis[me].make(&config);
		sim_act_for(-1);
		rpc_server_run(g->servers[me]);
	}
}

static void propose(struct group *g, int me, int64_t seq)
{
	char text[TEXT_BYTES];
	struct value v;

	snprintf(text, sizeof(text), "%d for %" PRId64, me, seq);
	v = value_make(text, strlen(text));
	sim_act_for(me);
	apis[me].start(g->peers[me], seq, v);
	sim_act_for(-1);
	value_free(&v);
}

/* Peer ME says that V was decided for SEQ: is that so? */
static void check(struct group *g, int me, int64_t seq, struct value v)
{
	char text[TEXT_BYTES] = "", own[TEXT_BYTES];
	int i;

	if (v.len < sizeof(text) && v.len > 0)
		memcpy(text, v.data, v.len);
	for (i = 0; i < PEERS; i++) {
		snprintf(own, sizeof(own), "%d for %" PRId64, i, seq);
		if (strcmp(own, text) == 0)
			break;
	}
	if (i == PEERS)
		sim_fail("validity: peer %d says that instance %" PRId64
			 " is decided on a value that nobody proposed", me,
			 seq);
	if (g->decided[seq][0] == '\0')
		strcpy(g->decided[seq], text);
	if (strcmp(g->decided[seq], text) != 0)
		sim_fail("agreement: instance %" PRId64 " was decided on "
			 "\"%s\", and peer %d says \"%s\"", seq,
			 g->decided[seq], me, text);
}

/* Ends the run if a peer has broken a rule of the protocol. */
static void hear_the_referee(void)
{
	struct accusation found;

	if (watch_accusation(&found))
		sim_fail("referee: %s\n%s\n%s", found.saw, found.messages[0],
			 found.messages[1]);
}

/* Looks at all peers; returns how many have decided SEQ. */
static int look(struct group *g, int64_t seq)
{
	int i, n = 0;

	hear_the_referee(); /* before what has come of it */
	for (i = 0; i < PEERS; i++) {
		struct value v = VALUE_EMPTY;
		enum paxos_fate fate;

		sim_act_for(i);
		fate = apis[i].status(g->peers[i], seq, &v);
		sim_act_for(-1);
		if (fate != FATE_DECIDED)
			continue;
		watch_learned(i, seq, v);
		check(g, i, seq, v);
		value_free(&v);
		n++;
	}
	return n;
}

static void await(struct group *g, int64_t seq, int n)
{
	int64_t until_ns = sim_now_ns() + DECIDES_MS * SIM_MS;

	while (look(g, seq) < n) {
		if (sim_now_ns() > until_ns)
			sim_fail("liveness: instance %" PRId64 " is not "
				 "decided by %d peers within %d s", seq, n,
				 DECIDES_MS / 1000);
		sim_sleep_ms(LOOK_MS);
	}
}

static void close_peers(struct group *g)
{
	int i;

	for (i = 0; i < PEERS; i++) {
		sim_act_for(i);
		apis[i].kill(g->peers[i]);
	}
	for (i = 0; i < PEERS; i++)
		rpc_server_close(g->servers[i]);
	for (i = 0; i < PEERS; i++) {
		sim_act_for(i);
		apis[i].free(g->peers[i]);
	}
	sim_act_for(-1);
}

static int64_t now_us(void)
{
	return sim_now_ns() / 1000;
}

static void run(void *arg)
{
	static const struct faults none;
	struct group *g = arg;
	int group_of[PEERS] = { 0, 0, 0 };
	struct faults faults;
	int i;

	g->net = sim_network_open(PEERS, g->seed);
	watch_open(PEERS, 0, now_us, true);
	sim_draw_faults(&faults, g->seed);
	network_set_faults(g->net, &faults);
	open_peers(g);
	for (i = 0; i < PEERS; i++)
		propose(g, i, 0);
	if (g->seed % 3 == 0) {
		group_of[g->seed / 3 % PEERS] = 1;
		sim_sleep_ms((int64_t)(g->seed / 9 % 7));
		network_partition(g->net, group_of, PEERS);
		sim_sleep_ms((int64_t)(g->seed / 63 % 200));
		network_heal(g->net);
	}
	propose(g, (int)(g->seed % PEERS), 1);
	await(g, 0, 2);
	network_set_faults(g->net, &none);
	for (i = 0; i < PEERS; i++)
		propose(g, i, 1);
	await(g, 1, PEERS);
	/* What was decided stays so, and who did not know may learn. */
	for (i = 0; i < PEERS; i++)
		propose(g, i, 0);
	await(g, 0, PEERS);
	close_peers(g);
	network_close(g->net);
	hear_the_referee();
}

bool swarm_run(uint64_t seed, enum sim_carrier carrier)
{
	struct sim_config config = {
		.seed = seed, .carrier = carrier, .frees_all = true,
	};
	struct group g = { .seed = seed };
	bool done;
	int i;

	/* Fibers would share what is to be each thread's own. */
	if (has_tls)
		config.carrier = SIM_PTHREADS;
	for (i = 0; i < PEERS; i++)
		image_restore(images[i]);
	config.races = sim_instrumented();
	sim_draw_profile(&config.profile, seed);
	sim_begin(&config);
	done = sim_do(run, &g);
	return sim_finish(END_MS) && done;
}
