/*
 * faults.c - the control calls that change the network, or count what went
 * over it.
 *
 * The judge is trusted but may be mistaken: what network.h calls a programmer
 * error would end this process and look like the submission's fault, so every
 * number is checked here.
 */
#include <stddef.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/handlers.h"

#define MILLION 1000000

static bool is_open(const struct group *group, struct value *error)
{
	return group->net != NULL || error_set(error, "no group is open");
}

/* Tells whether NODE is one, or CTL_ALL where that is allowed. */
static bool is_node(const struct group *group, int node, bool all,
		    struct value *error)
{
	if ((node >= 0 && node < group->nodes) || (all && node == CTL_ALL))
		return true;
	return error_set(error, "there is no node %d among %d", node,
			 group->nodes);
}

void group_partition(struct group *group, const void *args, void *reply)
{
	const struct ctl_partition_args *a = args;
	struct ctl_done *r = reply;
	int group_of[CTL_NODES_MAX];
	int i;

	if (!is_open(group, &r->error))
		return;
	for (i = 0; i < group->nodes; i++)
		group_of[i] = a->group_of[i];
	network_partition(group->net, group_of, group->nodes);
}

void group_heal(struct group *group, const void *args, void *reply)
{
	struct ctl_done *r = reply;

	(void)args;
	if (is_open(group, &r->error))
		network_heal(group->net);
}

void group_deafen(struct group *group, const void *args, void *reply)
{
	const struct ctl_node_args *a = args;
	struct ctl_done *r = reply;

	if (is_open(group, &r->error) &&
	    is_node(group, a->node, false, &r->error))
		network_deafen(group->net, a->node, a->amount != 0);
}

void group_slow(struct group *group, const void *args, void *reply)
{
	const struct ctl_node_args *a = args;
	struct ctl_done *r = reply;

	if (!is_open(group, &r->error) ||
	    !is_node(group, a->node, false, &r->error))
		return;
	if (a->amount < 0 || a->amount > CTL_WAIT_MAX_MS)
		error_set(&r->error, "node %d cannot be late by %d ms",
			  a->node, a->amount);
	else
		network_slow(group->net, a->node, a->amount);
}

void group_cut(struct group *group, const void *args, void *reply)
{
	const struct ctl_link_args *a = args;
	struct ctl_done *r = reply;

	if (is_open(group, &r->error) &&
	    is_node(group, a->from, false, &r->error) &&
	    is_node(group, a->to, false, &r->error))
		network_cut(group->net, a->from, a->to, a->amount != 0);
}

static bool is_ppm(int32_t ppm)
{
	return ppm >= 0 && ppm <= MILLION;
}

static bool is_range(int32_t min_ms, int32_t max_ms)
{
	return min_ms >= 0 && min_ms <= max_ms && max_ms <= CTL_WAIT_MAX_MS;
}

static bool check_faults(const struct ctl_faults_args *a, struct value *error)
{
	if (a->loss_notice < LOSS_AT_ONCE || a->loss_notice > LOSS_BY_TIMEOUT)
		return error_set(error, "there is no loss notice %d",
				 a->loss_notice);
	if (!is_ppm(a->lose_request_ppm) || !is_ppm(a->lose_reply_ppm) ||
	    !is_ppm(a->duplicate_ppm) || !is_ppm(a->hold_reply_ppm))
		return error_set(error, "a probability is not in 0..1");
	if (!is_range(a->hold_min_ms, a->hold_max_ms) ||
	    !is_range(a->delay_min_ms, a->delay_max_ms))
		return error_set(error, "a range of times is none");
	return true;
}

void group_faults(struct group *group, const void *args, void *reply)
{
	const struct ctl_faults_args *a = args;
	struct ctl_done *r = reply;
	struct faults faults = {
		.loss_notice = (enum loss_notice)a->loss_notice,
		.lose_request = (double)a->lose_request_ppm / MILLION,
		.lose_reply = (double)a->lose_reply_ppm / MILLION,
		.duplicate = (double)a->duplicate_ppm / MILLION,
		.hold_reply = (double)a->hold_reply_ppm / MILLION,
		.hold_min_ms = a->hold_min_ms,
		.hold_max_ms = a->hold_max_ms,
		.delay_min_ms = a->delay_min_ms,
		.delay_max_ms = a->delay_max_ms,
	};
	int from, to;

	if (!is_open(group, &r->error) ||
	    !is_node(group, a->from, true, &r->error) ||
	    !is_node(group, a->to, true, &r->error) ||
	    !check_faults(a, &r->error))
		return;
	for (from = 0; from < group->nodes; from++)
		for (to = 0; to < group->nodes; to++)
			if ((a->from == CTL_ALL || a->from == from) &&
			    (a->to == CTL_ALL || a->to == to))
				network_set_link_faults(group->net, from, to,
							&faults);
}

void group_count(struct group *group, const void *args, void *reply)
{
	const struct ctl_count_args *a = args;
	struct ctl_count_reply *r = reply;
	const struct rpc_proc proc = {
		.name = "counted",
		.program = a->prog,
		.version = a->vers,
		.number = a->proc,
	};
	struct link_count count;

	if (!is_open(group, &r->error) ||
	    !is_node(group, a->from, true, &r->error) ||
	    !is_node(group, a->to, true, &r->error))
		return;
	count = network_count(group->net, a->from, a->to, &proc);
	r->calls = count.calls;
	r->delivered = count.delivered;
	r->duplicated = count.duplicated;
	r->replies = count.replies;
	r->bytes = count.bytes;
}
