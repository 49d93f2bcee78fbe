/*
 * nemesis.c - see nemesis.h.
 *
 * Invariant: each change goes to the host and into the cluster's mirror of
 * the network, which reports show.
 *
 * No locks: one thread.
 */
#include "grader/judge/nemesis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "grader/judge/cluster.h"
#include "grader/judge/nodes.h"
#include "grader/judge/omit.h"
#include "grader/judge/trial.h"

static void require_node(const struct cluster *c, int node)
{
	if (node < 0 || node >= c->npeers)
		trial_error("the test names node %d, there are %d", node,
			    c->npeers);
}

void partition_by(struct cluster *c, const int group_of[])
{
	struct ctl_partition_args args;
	char described[256];

	if (omits_step(NO_SEQ))
		return;
	for (int i = 0; i < CTL_NODES_MAX; i++) {
		c->group_of[i] = i < c->npeers ? group_of[i] : -1;
		args.group_of[i] = c->group_of[i];
	}
	trial_step("partition %s", groups_describe(group_of, c->npeers,
						   described,
						   sizeof(described)));
	control_do(c, CTL_ALL, &PROC_CTL_PARTITION, &args, "a partition");
}

void partition(struct cluster *c, const char *groups)
{
	int group_of[CTL_NODES_MAX];
	char why[256];

	if (!groups_parse(groups, c->npeers, group_of, why, sizeof(why)))
		trial_error("partition %s", why);
	partition_by(c, group_of);
}

void heal(struct cluster *c)
{
	if (omits_step(NO_SEQ))
		return;
	trial_step("heal");
	control_do(c, CTL_ALL, &PROC_CTL_HEAL, NULL, "healing");
	for (int i = 0; i < CTL_NODES_MAX; i++)
		c->group_of[i] = -1;
	c->deaf = 0;
	c->cuts = 0;
}

static void set_deaf(struct cluster *c, int node, bool deaf)
{
	struct ctl_node_args args = { .node = node, .amount = deaf };

	require_node(c, node);
	if (deaf && omits_step(NO_SEQ))
		return;
	trial_step("node %d is %s", node, deaf ? "deaf" : "no longer deaf");
	control_do(c, CTL_ALL, &PROC_CTL_DEAFEN, &args, "deafening");
	c->deaf &= ~(UINT64_C(1) << node);
	c->deaf |= (uint64_t)deaf << node;
}

void deafen(struct cluster *c, int node)
{
	set_deaf(c, node, true);
}

void undeafen(struct cluster *c, int node)
{
	set_deaf(c, node, false);
}

void slow(struct cluster *c, int node, int ms)
{
	struct ctl_node_args args = { .node = node, .amount = ms };

	require_node(c, node);
	if (omits_step(NO_SEQ))
		return;
	trial_step("requests to node %d take %d ms more", node, ms);
	control_do(c, CTL_ALL, &PROC_CTL_SLOW, &args, "slowing down");
}

static void set_cut(struct cluster *c, int from, int to, bool is_cut)
{
	struct ctl_link_args args = {
		.from = from,
		.to = to,
		.amount = is_cut,
	};

	require_node(c, from);
	require_node(c, to);
	if (is_cut && omits_step(NO_SEQ))
		return;
	trial_step("%s %d -> %d", is_cut ? "cut" : "mend", from, to);
	control_do(c, CTL_ALL, &PROC_CTL_CUT, &args, "cutting a link");
	c->cuts += is_cut ? 1 : -1;
}

void cut(struct cluster *c, int from, int to)
{
	set_cut(c, from, to, true);
}

void mend(struct cluster *c, int from, int to)
{
	set_cut(c, from, to, false);
}

static int32_t per_million(double probability)
{
	return (int32_t)(probability * 1e6 + 0.5);
}

void faults_from(struct cluster *c, int from, const struct faults *f)
{
	struct ctl_faults_args args = {
		.from = from,
		.to = CTL_ALL,
		.loss_notice = (int32_t)f->loss_notice,
		.lose_request_ppm = per_million(f->lose_request),
		.lose_reply_ppm = per_million(f->lose_reply),
		.duplicate_ppm = per_million(f->duplicate),
		.hold_reply_ppm = per_million(f->hold_reply),
		.hold_min_ms = f->hold_min_ms,
		.hold_max_ms = f->hold_max_ms,
		.delay_min_ms = f->delay_min_ms,
		.delay_max_ms = f->delay_max_ms,
	};

	control_do(c, CTL_ALL, &PROC_CTL_FAULTS, &args, "setting faults");
}

static void set_faults(struct cluster *c, const struct faults *f,
		       const char *name)
{
	if (omits_step(NO_SEQ))
		return;
	trial_step("faults %s", name);
	faults_from(c, CTL_ALL, f);
	snprintf(c->faults, sizeof(c->faults), "%s", name);
}

void faults(struct cluster *c, const char *preset)
{
	const struct faults *f = faults_preset(preset);

	if (f == NULL)
		trial_error("there are no faults \"%s\"", preset);
	set_faults(c, f, preset);
}

void faults_are(struct cluster *c, const struct faults *f)
{
	char name[64];

	snprintf(name, sizeof(name), "of the test's own (%.0f %%, %.0f %% "
		 "lost)", f->lose_request * 100, f->lose_reply * 100);
	set_faults(c, f, name);
}

struct ctl_count_reply count_from(struct cluster *c, int node,
				  const struct rpc_proc *proc)
{
	struct ctl_count_args args = {
		.from = node,
		.to = CTL_ALL,
		.prog = proc->program,
		.vers = proc->version,
		.proc = proc->number,
	};
	struct ctl_count_reply reply;

	control(c, CTL_ALL, &PROC_CTL_COUNT, &args, &reply, "counting");
	return reply;
}

/* What the peers have sent of PROC, but for those that the test plays. */
static uint64_t count_proc(struct cluster *c, const struct rpc_proc *proc)
{
	uint64_t calls = 0;

	for (int peer = 0; peer < c->npeers; peer++)
		if (!(c->scripted >> peer & 1))
			calls += count_from(c, peer, proc).calls;
	return calls;
}

static const struct rpc_proc *const counted_procs[] = {
	&PROC_PREPARE, &PROC_ACCEPT, &PROC_DECIDED, NULL,
};

void counts_from_here(struct cluster *c)
{
	for (int i = 0; counted_procs[i] != NULL; i++)
		c->counted[counted_procs[i]->number] =
			count_proc(c, counted_procs[i]);
}

uint64_t count_requests_of(struct cluster *c,
			   const struct rpc_proc *const procs[])
{
	uint64_t calls = 0;

	for (int i = 0; procs[i] != NULL; i++)
		calls += count_proc(c, procs[i]) -
			 c->counted[procs[i]->number];
	return calls;
}

uint64_t count_requests_by_peer(struct cluster *c, int peer,
				const struct rpc_proc *const procs[])
{
	uint64_t calls = 0;

	for (int i = 0; procs[i] != NULL; i++)
		calls += count_from(c, peer, procs[i]).calls;
	return calls;
}

uint64_t count_replies_to(struct cluster *c, int peer,
			  const struct rpc_proc *proc)
{
	return count_from(c, peer, proc).replies;
}

void expect_requests_of(struct cluster *c, uint64_t lo, uint64_t hi,
			const struct rpc_proc *const procs[])
{
	uint64_t calls = count_requests_of(c, procs);
	char expected[160], names[96] = "";

	for (int i = 0; procs[i] != NULL; i++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s",
			 i > 0 ? ", " : "", procs[i]->name);
	}
	trial_step("expect %" PRIu64 " to %" PRIu64 " requests: %s", lo, hi,
		   names);
	if (calls >= lo && calls <= hi)
		return;
	snprintf(expected, sizeof(expected), "%" PRIu64 " to %" PRIu64
		 " requests (%s) went over the network", lo, hi, names);
	trial_fail(NO_SEQ, expected, "%" PRIu64 " did", calls);
}
