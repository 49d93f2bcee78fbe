/*
 * look.c - see look.h.
 *
 * Invariant: nothing that a peer says reaches a test before the oracle has
 * seen it.
 *
 * No locks: one thread.
 */
#include "grader/judge/look.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "grader/judge/brief.h"
#include "grader/judge/nodes.h"
#include "grader/judge/seen.h"
#include "grader/judge/serving.h"
#include "grader/judge/trial.h"

static struct print reply_print(const struct ctl_wait_reply *reply, int peer)
{
	return (struct print){ reply->fingerprints[peer],
			       reply->lengths[peer] };
}

/* Notes that PEER has decided, once. */
static void note_decision(const struct cluster *c, int peer, int64_t seq,
			  const struct ctl_wait_reply *reply)
{
	struct print held = reply_print(reply, peer);
	char described[BRIEF_BYTES];

	if (reply->fates[peer] != FATE_DECIDED ||
	    oracle_has_decided(c->oracle, peer, seq))
		return;
	brief(print_same(print_of(reply->other), held) ? reply->other
						       : reply->first,
	      described);
	trial_note("peer %d has decided seq %" PRId64 ": %s", peer, seq,
		   described);
}

void look(struct cluster *c, int64_t seq, int count, int64_t within_ms,
	  struct ctl_wait_reply *reply)
{
	struct ctl_wait_args args = {
		.seq = seq,
		.count = count,
		.within_ms = (int32_t)within_ms,
	};
	struct complaint complaint;

	assert(within_ms >= 0 && within_ms <= SLICE_MS);
	control(c, CTL_ALL, &PROC_CTL_WAIT, &args, reply, "paxos_status");
	for (int peer = 0; peer < c->npeers; peer++) {
		if (!(c->open >> peer & 1))
			continue;
		note_decision(c, peer, seq, reply);
		if (oracle_fate(c->oracle, peer, seq, reply->fates[peer],
				reply_print(reply, peer), &complaint))
			continue;
		look_release(reply);
		trial_fail_rule(seq, &complaint);
	}
}

void look_release(struct ctl_wait_reply *reply)
{
	value_free(&reply->error);
	value_free(&reply->first);
	value_free(&reply->other);
}

void look_bounds(struct cluster *c, int peer, int64_t *max, int64_t *min)
{
	struct ctl_peer_args args = { .peer = peer };
	struct ctl_bounds_reply reply;
	struct complaint complaint;

	require_peer(c, peer);
	control(c, peer, &PROC_CTL_BOUNDS, &args, &reply,
		"paxos_max or paxos_min");
	if (!oracle_bounds(c->oracle, peer, reply.max, reply.min, &complaint))
		trial_fail_rule(NO_SEQ, &complaint);
	*max = reply.max;
	*min = reply.min;
}

static void describe_decided(const struct cluster *c, int64_t seq, int peer,
			     const struct ctl_wait_reply *reply,
			     struct lines *l)
{
	struct print held = reply_print(reply, peer);
	struct print first = print_of(reply->first);
	struct print other = print_of(reply->other);
	int who = oracle_proposer(c->oracle, seq, held);
	char named[VALUE_DESCRIBED_BYTES], by[64] = "proposed by nobody";

	if (held.fingerprint == first.fingerprint && held.len == first.len)
		value_describe(reply->first, named, sizeof(named));
	else if (held.fingerprint == other.fingerprint &&
		 held.len == other.len)
		value_describe(reply->other, named, sizeof(named));
	else
		snprintf(named, sizeof(named),
			 "%" PRIu64 " bytes, #%08" PRIx64,
			 held.len, held.fingerprint & 0xffffffff);
	if (who >= 0)
		snprintf(by, sizeof(by), "proposed by %d", who);
	lines_add(l, "peer %d: decided %s, %s", peer, named, by);
}

static void describe_peers(struct cluster *c, int64_t seq, struct lines *l)
{
	struct ctl_wait_args args = { .seq = seq };
	struct ctl_wait_reply reply;
	char played[256];

	if (host_call(c->host, &PROC_CTL_WAIT, &args, &reply) != ANSWER_GIVEN)
		return;
	lines_add(l, "instance %" PRId64 ":", seq);
	if (c->scripted != 0)
		lines_add(l, "played by the test: %s",
			  nodes_describe(c->scripted, played,
					 sizeof(played)));
	for (int peer = 0; peer < c->npeers; peer++) {
		if (c->scripted >> peer & 1)
			continue;
		if (!(c->open >> peer & 1))
			lines_add(l, "peer %d: not running", peer);
		else if (reply.fates[peer] == FATE_DECIDED)
			describe_decided(c, seq, peer, &reply, l);
		else
			lines_add(l, "peer %d: %s", peer,
				  reply.fates[peer] == FATE_PENDING
					  ? "pending" :
				  reply.fates[peer] == FATE_FORGOTTEN
					  ? "forgotten" : "no fate");
	}
	look_release(&reply);
}

void look_describe(struct cluster *c, int64_t seq, bool ask,
		   struct lines *l)
{
	char groups[256] = "whole", deaf[256] = "none";
	bool split = false;

	if (c->oracle == NULL)
		return; /* it never came to be */
	if (c->service != NULL)
		history_describe(c->service, l);
	if (ask && seq != NO_SEQ && c->host != NULL)
		describe_peers(c, seq, l);
	for (int i = 0; i < c->npeers; i++)
		split = split || c->group_of[i] > 0;
	if (split)
		groups_describe(c->group_of, c->npeers, groups,
				sizeof(groups));
	if (c->deaf != 0)
		nodes_describe(c->deaf, deaf, sizeof(deaf));
	lines_add(l, "network: %s; deaf: %s; single links cut: %d; faults: %s",
		  groups, deaf, c->cuts, c->faults);
}
