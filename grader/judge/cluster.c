/*
 * cluster.c - opening a cluster, and the control calls.
 *
 * Invariant: what the judge has told the host about peers and network is
 * mirrored in struct cluster, so that a report needs no host to be alive.
 *
 * No locks: one thread.
 */
#include "grader/judge/cluster.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge/accusation.h"
#include "grader/judge/nodes.h"
#include "grader/judge/omit.h"
#include "grader/judge/runs.h"
#include "grader/judge/serving.h"
#include "grader/judge/simulation.h"
#include "grader/judge/trial.h"
#include "grader/process/machine.h"
#include "labrpc/network.h"

int64_t deadline_ms(const struct cluster *c, int64_t plain_ms)
{
	return plain_ms * c->flavour->deadline_scale;
}

static _Noreturn void host_is_gone(struct cluster *c, const char *doing)
{
	struct ending ending;

	host_end(c->host, 0, &ending);
	c->host = NULL;
	trial_fail_ended(&ending, doing);
}

static _Noreturn void host_is_stuck(struct cluster *c, int node,
				    const char *doing)
{
	int64_t within_s = host_call_ms(c->flavour) / 1000;
	char expected[128];

	snprintf(expected, sizeof(expected), "%s returns promptly", doing);
	if (node >= 0)
		trial_fail_unasked(expected, "peer %d did not return from %s "
				   "within %" PRId64 " s", node, doing,
				   within_s);
	trial_fail_unasked(expected, "%s did not come to an end within %"
			   PRId64 " s", doing, within_s);
}

static bool begins_with(struct value error, const char *prefix)
{
	size_t len = strlen(prefix);

	return error.len > len && memcmp(error.data, prefix, len) == 0;
}

void host_could_not(const struct rpc_proc *proc, struct value error)
{
	const char *why = (const char *)error.data;
	size_t prefix = strlen(CTL_SUBMISSION);

	if (begins_with(error, CTL_ACCUSATION))
		peer_is_accused(error);
	if (begins_with(error, CTL_SIMULATION))
		run_has_failed(error);
	if (begins_with(error, CTL_SUBMISSION))
		trial_fail_unasked("the submission makes a peer", "%.*s",
				   (int)(error.len - prefix), why + prefix);
	trial_error("the host could not do %s: %.*s", proc->name,
		    (int)error.len, why);
}

/*
 * The system has refused the host something while the submission was there.
 * With the host gone the machine shows whether it can give that.
 */
static _Noreturn void host_was_refused(struct cluster *c, struct value error)
{
	size_t prefix = strlen(CTL_REFUSED);
	struct ending ending;

	host_end(c->host, 0, &ending);
	c->host = NULL;
	snprintf(ending.words, sizeof(ending.words), "the program has used "
		 "up what there is: %.*s", (int)(error.len - prefix),
		 (const char *)error.data + prefix);
	if (machine_gives(trial_settings()->dir))
		trial_fail_run("a submission leaves enough files, memory, "
			       "threads and descriptors", &ending);
	trial_error("the machine is short of something: %.*s",
		    (int)(error.len - prefix),
		    (const char *)error.data + prefix);
}

void control(struct cluster *c, int node, const struct rpc_proc *proc,
	     const void *args, void *reply, const char *doing)
{
	const struct value *error = reply; /* the first field of each reply */
	enum answer answer;

	assert(c->host != NULL);
	answer = host_call(c->host, proc, args, reply);
	if (answer == ANSWER_ENDED)
		host_is_gone(c, doing);
	if (answer == ANSWER_STUCK)
		host_is_stuck(c, node, doing);
	if (begins_with(*error, CTL_REFUSED))
		host_was_refused(c, *error);
	if (error->len > 0)
		host_could_not(proc, *error);
}

void control_do(struct cluster *c, int node, const struct rpc_proc *proc,
		const void *args, const char *doing)
{
	struct ctl_done reply = { .error = VALUE_EMPTY };

	control(c, node, proc, args, &reply, doing);
}

void require_peer(const struct cluster *c, int peer)
{
	if (peer < 0 || peer >= c->npeers)
		trial_error("the test names peer %d, there are %d", peer,
			    c->npeers);
	if (!(c->open >> peer & 1))
		trial_error("the test names peer %d, which is %s", peer,
			    c->scripted >> peer & 1 ? "scripted"
						    : "not running");
}

void require_scripted(const struct cluster *c, int node)
{
	if (node < 0 || node >= c->npeers || !(c->scripted >> node & 1))
		trial_error("the test plays node %d, which is not scripted",
			    node);
}

static uint64_t read_nodes(const char *what, const char *nodes, int n)
{
	char why[256];
	uint64_t set;

	if (!nodes_parse(nodes, n, &set, why, sizeof(why)))
		trial_error("%s %s", what, why);
	return set;
}

static const struct world *choose_world(const struct world *world)
{
	const char *name = trial_settings()->world;

	if (world != NULL)
		return world;
	world = world_find(name);
	if (world == NULL)
		trial_error("LAB_WORLD=%s is unknown; there is: %s", name,
			    world_names);
	if (trial_test()->worlds != 0 &&
	    !(trial_test()->worlds & world->flag))
		trial_error("this test makes no sense in the world %s", name);
	return world;
}

static void open_group(struct cluster *c, uint64_t absent)
{
	struct ctl_open_args args = {
		.npeers = c->npeers,
		.seed = random_next(trial_random()),
		.scripted = c->scripted,
		.absent = absent,
		.faults = text(c->faults),
		.traced = trial_is_traced(),
		/* Who looks for races only is to see the peers alone. */
		.watched = !c->flavour->advises,
	};
	static unsigned char kept[HARMS_MAX * CTL_NUMBER_BYTES];

	if (c->service != NULL) {
		args.service = 1;
		args.clients = CTL_CLERKS_MAX;
		args.scripted |= UINT64_C(1) << asking_node(c);
	}
	omit_tell(&args, kept);
	control_do(c, CTL_ALL, &PROC_CTL_OPEN, &args, c->service != NULL
		   ? "loading the submission and kv_server_make()"
		   : "loading the submission and paxos_make()");
	c->open = ((UINT64_C(1) << c->npeers) - 1) & ~c->scripted & ~absent;
}

struct cluster *cluster_open(const struct cluster_options *options)
{
	const char *preset = options->faults ? options->faults : "reliable";
	struct cluster *c = must_calloc(1, sizeof(*c));
	char names[FLAVOUR_NAMES_BYTES];
	uint64_t absent;

	trial_attach(c);
	c->service = options->service;
	c->npeers = options->peers;
	c->flavour = flavour_find(trial_settings()->flavour);
	if (c->flavour == NULL)
		trial_error("LAB_FLAVOUR=%s is unknown; there are: %s",
			    trial_settings()->flavour, flavour_names(names));
	if (trial_is_attempt())
		c->flavour = flavour_unwatched(c->flavour);
	if (c->npeers < 1 || c->npeers > PEERS_MAX)
		trial_error("a cluster of %d peers; 1 to %d are possible",
			    c->npeers, PEERS_MAX);
	if (faults_preset(preset) == NULL)
		trial_error("there are no faults \"%s\"", preset);
	c->world = choose_world(options->world);
	c->oracle = oracle_make(c->npeers);
	c->scripted = read_nodes("scripted", options->scripted, c->npeers);
	absent = read_nodes("absent", options->absent, c->npeers);
	snprintf(c->faults, sizeof(c->faults), "%s", preset);
	for (int i = 0; i < CTL_NODES_MAX; i++)
		c->group_of[i] = -1;
	for (int i = 0; i < PEERS_MAX; i++)
		for (int j = 0; j < PEERS_MAX; j++)
			c->done[i][j] = -1;
	trial_step("cluster of %d%s%s%s%s, faults %s", c->npeers,
		   c->scripted ? ", scripted: " : "",
		   c->scripted ? options->scripted : "",
		   absent ? ", absent: " : "", absent ? options->absent : "",
		   c->faults);
	cluster_come_up(c);
	open_group(c, absent);
	return c;
}

struct cluster *cluster_up(int n)
{
	return cluster(.peers = n);
}

void peer_open(struct cluster *c, int peer)
{
	struct ctl_peer_args args = { .peer = peer };

	if (peer < 0 || peer >= c->npeers ||
	    ((c->open | c->scripted) >> peer & 1))
		trial_error("the test opens peer %d, which cannot be opened",
			    peer);
	trial_step("open peer %d", peer);
	oracle_reborn(c->oracle, peer);
	control_do(c, peer, &PROC_CTL_OPEN_PEER, &args,
		   c->service != NULL ? "kv_server_make" : "paxos_make");
	c->open |= UINT64_C(1) << peer;
}

void peer_kill(struct cluster *c, int peer)
{
	struct ctl_peer_args args = { .peer = peer };

	require_peer(c, peer);
	trial_step("kill peer %d", peer);
	control_do(c, peer, &PROC_CTL_KILL_PEER, &args,
		   c->service != NULL ? "kv_server_kill and kv_server_free"
				      : "paxos_kill and paxos_free");
	c->open &= ~(UINT64_C(1) << peer);
}
