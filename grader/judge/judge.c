/*
 * judge.c - what tests do to peers and expect of them (judge.h).
 *
 * Invariant: a test learns only through look() and look_bounds(), so every
 * rule is checked whatever it asks.
 *
 * No locks: one thread.
 */
#include "grader/judge/judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "grader/judge/brief.h"
#include "grader/judge/look.h"
#include "grader/judge/nodes.h"
#include "grader/judge/omit.h"
#include "grader/judge/trial.h"

/* How long the world runs between two looks at Min() or Max(). */
#define BOUNDS_STEP_MS 10

void start(struct cluster *c, int peer, int64_t seq, struct value v)
{
	struct ctl_start_args args = { .peer = peer, .seq = seq, .val = v };
	char described[BRIEF_BYTES];

	require_peer(c, peer);
	if (omits_step(seq))
		return;
	trial_step("start(peer %d, seq %" PRId64 ", %s)", peer, seq,
		   brief(v, described));
	if (!oracle_proposed(c->oracle, peer, seq, print_of(v)))
		trial_error("more instances or proposals than the judge can "
			    "remember");
	control_do(c, peer, &PROC_CTL_START, &args, "paxos_start");
}

void done(struct cluster *c, int peer, int64_t seq)
{
	struct ctl_seq_args args = { .peer = peer, .seq = seq };

	require_peer(c, peer);
	trial_step("done(peer %d, seq %" PRId64 ")", peer, seq);
	oracle_done(c->oracle, peer, seq);
	control_do(c, peer, &PROC_CTL_DONE, &args, "paxos_done");
}

static void run_on(struct cluster *c, int ms)
{
	while (ms > 0) {
		struct ctl_run_args args = {
			.ms = ms < SLICE_MS ? ms : SLICE_MS,
		};

		control_do(c, CTL_ALL, &PROC_CTL_RUN, &args, "running on");
		ms -= args.ms;
	}
}

void run_for(struct cluster *c, int ms)
{
	if (omits_step(NO_SEQ))
		return;
	trial_step("run for %d ms", ms);
	run_on(c, ms);
}

bool simulated(const struct cluster *c)
{
	return c->world->simulated;
}

void run_for_calls(struct cluster *c, int n)
{
	trial_step("run until %d calls have run out of time", n);
	run_on(c, (int)deadline_ms(c, n * RPC_TIMEOUT_MS + 200));
}

static uint64_t deciders(const struct cluster *c,
			 const struct ctl_wait_reply *reply)
{
	uint64_t set = 0;

	for (int peer = 0; peer < c->npeers; peer++)
		if ((c->open >> peer & 1) &&
		    reply->fates[peer] == FATE_DECIDED)
			set |= UINT64_C(1) << peer;
	return set;
}

static int size_of(uint64_t set)
{
	int n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

/*
 * Waits until all of WANTED and at least N peers have decided SEQ; returns
 * who has.  Each slice waits for one peer more than there were.
 */
static uint64_t await_decided(struct cluster *c, int64_t seq, int n,
			      uint64_t wanted, int within_ms)
{
	int64_t left_ms = deadline_ms(c, within_ms);
	struct ctl_wait_reply reply;
	uint64_t have;
	int count = 0;

	for (;;) {
		int64_t slice = left_ms < SLICE_MS ? left_ms : SLICE_MS;

		look(c, seq, count, count > 0 ? slice : 0, &reply);
		look_release(&reply);
		have = deciders(c, &reply);
		/* A slice that brought nothing was waited for wholly. */
		left_ms -= size_of(have) < count ? slice : reply.elapsed_ms;
		if (((have & wanted) == wanted && size_of(have) >= n) ||
		    left_ms <= 0)
			return have;
		count = size_of(have) + 1;
		if (count < n)
			count = n;
	}
}

void wait_decided(struct cluster *c, int64_t seq, int n, int within_ms)
{
	char expected[128];
	uint64_t have;

	if (omits_instance(seq))
		return;
	trial_step("wait until %d decided seq %" PRId64, n, seq);
	have = await_decided(c, seq, n, 0, within_ms);
	if (size_of(have) >= n)
		return;
	snprintf(expected, sizeof(expected), "instance %" PRId64 " is decided "
		 "at %d peers within %" PRId64 " ms", seq, n,
		 deadline_ms(c, within_ms));
	trial_fail(seq, expected, "%d peers decided it", size_of(have));
}

void wait_decided_by(struct cluster *c, int64_t seq, const char *peers,
		     int within_ms)
{
	char expected[160], who[64], why[160];
	uint64_t wanted, have;

	if (!nodes_parse(peers, c->npeers, &wanted, why, sizeof(why)))
		trial_error("wait_decided_by %s", why);
	if (omits_instance(seq))
		return;
	trial_step("wait until %s decided seq %" PRId64, peers, seq);
	have = await_decided(c, seq, 0, wanted, within_ms);
	if ((have & wanted) == wanted)
		return;
	snprintf(expected, sizeof(expected), "instance %" PRId64 " is decided "
		 "at the peers %s within %" PRId64 " ms", seq, peers,
		 deadline_ms(c, within_ms));
	trial_fail(seq, expected, "it is decided at: %s",
		   have ? nodes_describe(have, who, sizeof(who)) : "none");
}

void expect_decided(struct cluster *c, int64_t seq, int n)
{
	struct ctl_wait_reply reply;
	char expected[96];
	int have;

	if (omits_instance(seq))
		return;
	trial_step("expect that %d decided seq %" PRId64, n, seq);
	look(c, seq, 0, 0, &reply);
	look_release(&reply);
	have = size_of(deciders(c, &reply));
	if (have == n)
		return;
	snprintf(expected, sizeof(expected), "instance %" PRId64 " is decided "
		 "at %d peers now", seq, n);
	trial_fail(seq, expected, "%d peers decided it", have);
}

void expect_value(struct cluster *c, int64_t seq, struct value v)
{
	char wanted[BRIEF_BYTES], saw[BRIEF_BYTES], expected[160];
	struct ctl_wait_reply reply;
	bool any, right;

	if (omits_instance(seq))
		return;
	brief(v, wanted);
	trial_step("expect seq %" PRId64 " to be %s", seq, wanted);
	look(c, seq, 0, 0, &reply);
	any = deciders(c, &reply) != 0;
	right = any && value_equal(reply.first, v);
	brief(reply.first, saw);
	look_release(&reply);
	if (right)
		return;
	snprintf(expected, sizeof(expected), "instance %" PRId64 " is decided "
		 "as %s", seq, wanted);
	trial_fail(seq, expected, "%s", any ? saw : "nobody decided it");
}

static const char *fate_name(int fate)
{
	return fate == FATE_DECIDED ? "FATE_DECIDED" :
	       fate == FATE_PENDING ? "FATE_PENDING" : "FATE_FORGOTTEN";
}

enum paxos_fate fate_of(struct cluster *c, int peer, int64_t seq)
{
	struct ctl_wait_reply reply;

	require_peer(c, peer);
	look(c, seq, 0, 0, &reply);
	look_release(&reply);
	return (enum paxos_fate)reply.fates[peer];
}

void expect_fate(struct cluster *c, int peer, int64_t seq,
		 enum paxos_fate fate)
{
	enum paxos_fate now;
	char expected[128];

	if (omits_instance(seq))
		return;
	trial_step("expect %s of seq %" PRId64 " at peer %d", fate_name(fate),
		   seq, peer);
	now = fate_of(c, peer, seq);
	if (now == fate)
		return;
	snprintf(expected, sizeof(expected), "paxos_status of peer %d is %s "
		 "for instance %" PRId64, peer, fate_name(fate), seq);
	trial_fail(seq, expected, "%s", fate_name(now));
}

/* Waits until Max() (or Min()) of PEER is WANTED; fails if that is late. */
static void await_bound(struct cluster *c, int peer, bool of_max,
			int64_t wanted, int within_ms)
{
	int64_t left_ms = deadline_ms(c, within_ms);
	int64_t max, min, now;
	char expected[128];

	for (;;) {
		look_bounds(c, peer, &max, &min);
		now = of_max ? max : min;
		if (now == wanted)
			return;
		if (left_ms <= 0 || now > wanted)
			break;
		run_on(c, BOUNDS_STEP_MS);
		left_ms -= BOUNDS_STEP_MS;
	}
	snprintf(expected, sizeof(expected), "%s of peer %d is %" PRId64 "%s",
		 of_max ? "paxos_max" : "paxos_min", peer, wanted,
		 within_ms > 0 ? " before long" : "");
	trial_fail(NO_SEQ, expected, "it is %" PRId64, now);
}

int64_t max_of(struct cluster *c, int peer)
{
	int64_t max, min;

	look_bounds(c, peer, &max, &min);
	return max;
}

int64_t min_of(struct cluster *c, int peer)
{
	int64_t max, min;

	look_bounds(c, peer, &max, &min);
	return min;
}

void expect_max(struct cluster *c, int peer, int64_t max)
{
	trial_step("expect Max() %" PRId64 " at peer %d", max, peer);
	await_bound(c, peer, true, max, 0);
}

void expect_min(struct cluster *c, int peer, int64_t min)
{
	trial_step("expect Min() %" PRId64 " at peer %d", min, peer);
	await_bound(c, peer, false, min, 0);
}

void wait_max(struct cluster *c, int peer, int64_t max, int within_ms)
{
	trial_step("wait for Max() %" PRId64 " at peer %d", max, peer);
	await_bound(c, peer, true, max, within_ms);
}

void wait_min(struct cluster *c, int peer, int64_t min, int within_ms)
{
	trial_step("wait for Min() %" PRId64 " at peer %d", min, peer);
	await_bound(c, peer, false, min, within_ms);
}

struct live_memory live_memory(struct cluster *c)
{
	struct ctl_memory_reply reply;

	control(c, CTL_ALL, &PROC_CTL_MEMORY, NULL, &reply,
		"counting its memory");
	trial_step("live memory: %" PRIu64 " bytes in %" PRIu64 " blocks",
		   reply.live_bytes, reply.live_blocks);
	return (struct live_memory){
		.bytes = (int64_t)reply.live_bytes,
		.blocks = (int64_t)reply.live_blocks,
		.peak_bytes = (int64_t)reply.peak_bytes,
	};
}

void expect_that(struct cluster *c, bool holds, const char *expected,
		 const char *saw, ...)
{
	char text_seen[512];
	va_list args;

	(void)c;
	if (holds)
		return;
	va_start(args, saw);
	vsnprintf(text_seen, sizeof(text_seen), saw, args);
	va_end(args);
	trial_fail(NO_SEQ, expected, "%s", text_seen);
}
