/*
 * handlers.c - the control calls that concern peers and scripted nodes, and
 * the table of all.
 *
 * No locks: serve.c makes one call after the other.
 */
#include "grader/host/handlers.h"

#include <assert.h>
#include <string.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/memory.h"
#include "grader/host/volley.h"
#include "grader/host/wait.h"
#include "labrpc/log.h"
#include "paxos/protocol.h"

static_assert(CTL_STATS_BUCKETS == PAXOS_LATENCY_BUCKETS,
	      "control.x and paxos.h have the same histogram");
static_assert(CTL_NODES_MAX == NETWORK_NODES_MAX && CTL_PEERS_MAX == PEERS_MAX,
	      "control.x has the same bounds as the network");

static bool is_wait(int32_t ms, struct value *error)
{
	return (ms >= 0 && ms <= CTL_WAIT_MAX_MS) ||
	       error_set(error, "a wait of %d ms is not in 0..%d", ms,
			 CTL_WAIT_MAX_MS);
}

static bool is_scripted_node(const struct group *group, int node,
			     struct value *error)
{
	if (node >= 0 && node < group->nodes && (group->scripted >> node & 1))
		return true;
	return error_set(error, "node %d is not a scripted one", node);
}

static void open_group(struct group *group, const void *args, void *reply)
{
	struct ctl_done *r = reply;

	group_open(group, args, &r->error);
}

static void open_peer(struct group *group, const void *args, void *reply)
{
	const struct ctl_peer_args *a = args;
	struct ctl_done *r = reply;

	peer_open(group, a->peer, &r->error);
}

static void kill_peer(struct group *group, const void *args, void *reply)
{
	const struct ctl_peer_args *a = args;
	struct ctl_done *r = reply;

	if (peer_at(group, a->peer, &r->error) != NULL)
		peer_kill(group, a->peer);
}

static void start(struct group *group, const void *args, void *reply)
{
	const struct ctl_start_args *a = args;
	struct ctl_done *r = reply;
	struct peer *peer = peer_at(group, a->peer, &r->error);

	if (peer == NULL)
		return;
	log_peer(a->peer);
	peer->api.start(peer->px, a->seq, a->val);
	log_peer(-1);
}

static void status(struct group *group, const void *args, void *reply)
{
	const struct ctl_seq_args *a = args;
	struct ctl_status_reply *r = reply;

	if (peer_at(group, a->peer, &r->error) != NULL)
		r->fate = ask_peer(group, a->peer, a->seq, &r->val);
}

static void done(struct group *group, const void *args, void *reply)
{
	const struct ctl_seq_args *a = args;
	struct ctl_done *r = reply;
	struct peer *peer = peer_at(group, a->peer, &r->error);

	if (peer == NULL)
		return;
	log_peer(a->peer);
	peer->api.done(peer->px, a->seq);
	log_peer(-1);
}

static void bounds(struct group *group, const void *args, void *reply)
{
	const struct ctl_peer_args *a = args;
	struct ctl_bounds_reply *r = reply;
	struct peer *peer = peer_at(group, a->peer, &r->error);

	if (peer == NULL)
		return;
	log_peer(a->peer);
	r->max = peer->api.max(peer->px);
	r->min = peer->api.min(peer->px);
	log_peer(-1);
}

static void stats(struct group *group, const void *args, void *reply)
{
	const struct ctl_peer_args *a = args;
	struct ctl_stats_reply *r = reply;
	struct peer *peer = peer_at(group, a->peer, &r->error);
	struct paxos_stats now = { .decided = 0 };

	if (peer == NULL)
		return;
	if (peer->api.stats == NULL) {
		error_set(&r->error, "peer %d has no paxos_stats()", a->peer);
		return;
	}
	log_peer(a->peer);
	peer->api.stats(peer->px, &now);
	log_peer(-1);
	r->decided = now.decided;
	r->won = now.won;
	r->rounds = now.rounds;
	memcpy(r->latency, now.latency, sizeof(r->latency));
}

static void wait_for(struct group *group, const void *args, void *reply)
{
	const struct ctl_wait_args *a = args;
	struct ctl_wait_reply *r = reply;

	if (is_wait(a->within_ms, &r->error))
		wait_decided(group, a, r);
}

static void run(struct group *group, const void *args, void *reply)
{
	const struct ctl_run_args *a = args;
	struct ctl_done *r = reply;

	if (is_wait(a->ms, &r->error))
		group->world->run_for(a->ms);
}

static void send_scripted(struct group *group, const void *args, void *reply)
{
	const struct ctl_send_args *a = args;
	struct ctl_send_reply *r = reply;

	if (!is_scripted_node(group, a->from, &r->error))
		return;
	if (a->to < 0 || a->to >= group->nodes)
		error_set(&r->error, "there is no node %d among %d", a->to,
			  group->nodes);
	else
		script_send(group->script, group->net, a, r);
}

static void volley(struct group *group, const void *args, void *reply)
{
	struct ctl_volley_reply *r = reply;

	if (group->script == NULL)
		error_set(&r->error, "no group is open");
	else
		volley_fire(group, args, r);
}

static void throng(struct group *group, const void *args, void *reply)
{
	const struct ctl_throng_args *a = args;
	struct ctl_done *r = reply;

	if (peer_at(group, a->peer, &r->error) != NULL)
		throng_run(group, a, &r->error);
}

static void take(struct group *group, const void *args, void *reply)
{
	const struct ctl_take_args *a = args;
	struct ctl_take_reply *r = reply;

	if (group->script == NULL)
		error_set(&r->error, "no group is open");
	else if (is_wait(a->within_ms, &r->error) &&
		 (a->at == CTL_ALL ||
		  is_scripted_node(group, a->at, &r->error)))
		script_take(group->script, a, r);
}

static void answer(struct group *group, const void *args, void *reply)
{
	struct ctl_done *r = reply;

	if (group->script == NULL)
		error_set(&r->error, "no group is open");
	else
		script_answer(group->script, args, &r->error);
}

static void memory(struct group *group, const void *args, void *reply)
{
	struct ctl_memory_reply *r = reply;
	struct memory_count count = memory_count();

	(void)group;
	(void)args;
	/* Below 0 only after a release of what was never allocated. */
	r->live_bytes = count.live_bytes > 0 ? (uint64_t)count.live_bytes : 0;
	r->peak_bytes = (uint64_t)count.peak_bytes;
	r->live_blocks =
		count.live_blocks > 0 ? (uint64_t)count.live_blocks : 0;
}

static void note(struct group *group, const void *args, void *reply)
{
	const struct ctl_text_args *a = args;

	(void)reply;
	if (group->world->note != NULL)
		group->world->note(a->text);
}

static void trace(struct group *group, const void *args, void *reply)
{
	const struct ctl_trace_args *a = args;

	if (group->world->recall != NULL)
		group->world->recall(a->event, reply);
}

static void abandon(struct group *group, const void *args, void *reply)
{
	struct ctl_close_reply *r = reply;

	(void)args;
	if (group->world->abandon == NULL) {
		error_set(&r->error, "this world has no runs to leave");
		return;
	}
	group->world->abandon(r);
	group_forget(group);
}

static void close_group(struct group *group, const void *args, void *reply)
{
	(void)args;
	(void)reply;
	group_close(group);
}

const struct entry handlers[] = {
	{ &PROC_CTL_OPEN, open_group },
	{ &PROC_CTL_OPEN_PEER, open_peer },
	{ &PROC_CTL_KILL_PEER, kill_peer },
	{ &PROC_CTL_START, start },
	{ &PROC_CTL_STATUS, status },
	{ &PROC_CTL_DONE, done },
	{ &PROC_CTL_BOUNDS, bounds },
	{ &PROC_CTL_WAIT, wait_for },
	{ &PROC_CTL_RUN, run },
	{ &PROC_CTL_PARTITION, group_partition },
	{ &PROC_CTL_HEAL, group_heal },
	{ &PROC_CTL_DEAFEN, group_deafen },
	{ &PROC_CTL_SLOW, group_slow },
	{ &PROC_CTL_CUT, group_cut },
	{ &PROC_CTL_FAULTS, group_faults },
	{ &PROC_CTL_COUNT, group_count },
	{ &PROC_CTL_SEND, send_scripted },
	{ &PROC_CTL_TAKE, take },
	{ &PROC_CTL_ANSWER, answer },
	{ &PROC_CTL_STATS, stats },
	{ &PROC_CTL_END, close_group },
	{ &PROC_CTL_CLOSE, close_group },
	{ &PROC_CTL_MEMORY, memory },
	{ &PROC_CTL_CLERK_OPEN, group_clerk_open },
	{ &PROC_CTL_CLERK_KILL, group_clerk_kill },
	{ &PROC_CTL_CLERK_CLOSE, group_clerk_close },
	{ &PROC_CTL_BEGIN, group_begin },
	{ &PROC_CTL_WORK, group_work },
	{ &PROC_CTL_IDLE, group_idle },
	{ &PROC_CTL_EVENT, group_event },
	{ &PROC_CTL_VOLLEY, volley },
	{ &PROC_CTL_THRONG, throng },
	{ &PROC_CTL_NOTE, note },
	{ &PROC_CTL_TRACE, trace },
	{ &PROC_CTL_ABANDON, abandon },
};

const int handlers_n = sizeof(handlers) / sizeof(handlers[0]);
