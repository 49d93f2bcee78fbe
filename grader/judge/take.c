/*
 * take.c - the requests that reach scripted nodes (script.h).
 *
 * Invariant: every request that a test sees is one that the rules allow; the
 * first other one ends the test.
 *
 * No locks: one thread.
 */
#include "grader/judge/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "grader/judge/brief.h"
#include "grader/judge/cluster.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"

/* How long a test waits for a request; a back-off is far shorter. */
#define TAKE_MS 6000

/* How long a test waits in all, between requests that do come: a proposer may
 * have to wait for many a call's time-out, but not without end. */
#define WAITS_MS 45000

/* How often next_request() looks whether the instance is decided. */
#define LOOK_MS 20

/* A proposer that needs more requests than this for an instance makes no
 * progress, because nothing is lost on the way. */
#define REQUESTS_MAX 1000

static bool decode_request(const struct ctl_take_reply *taken,
			   struct request *req)
{
	struct prepare_args prepare = { .from = 0 };
	struct accept_args accept = { .from = 0 };
	struct decided_args decided = { .from = 0 };

	switch (taken->proc) {
	case PAXOS_PREPARE:
		if (!wire_decode(PROC_PREPARE.args_codec, taken->args,
				 &prepare))
			return false;
		*req = (struct request){ .kind = REQUEST_PREPARE,
					 .from = prepare.from,
					 .seq = prepare.seq, .n = prepare.n };
		memcpy(req->done, prepare.done, sizeof(req->done));
		return true;
	case PAXOS_ACCEPT:
		if (!wire_decode(PROC_ACCEPT.args_codec, taken->args,
				 &accept))
			return false;
		*req = (struct request){ .kind = REQUEST_ACCEPT,
					 .from = accept.from,
					 .seq = accept.seq, .n = accept.n,
					 .val = trial_keep(accept.val) };
		memcpy(req->done, accept.done, sizeof(req->done));
		return true;
	case PAXOS_DECIDED:
		if (!wire_decode(PROC_DECIDED.args_codec, taken->args,
				 &decided))
			return false;
		*req = (struct request){ .kind = REQUEST_DECIDED,
					 .from = decided.from,
					 .seq = decided.seq,
					 .val = trial_keep(decided.val) };
		memcpy(req->done, decided.done, sizeof(req->done));
		return true;
	}
	return false;
}

/* Every request of a peer obeys the rules, or the test ends here. */
static void check_request(struct cluster *c, const struct request *req)
{
	struct complaint complaint;
	bool ok = true;

	if (req->from < 0 || req->from >= c->npeers ||
	    !(c->open >> req->from & 1))
		trial_fail_unasked("a request carries the index of its sender",
				   "`from` is %d in a request to node %d",
				   req->from, req->at);
	/* A learner may ask for what lies below an instance it heard of. */
	if (!oracle_knows(c->oracle, req->seq) &&
	    (req->kind != REQUEST_PREPARE || req->seq < 0 ||
	     req->seq > oracle_highest(c->oracle)))
		trial_fail_unasked("requests are about instances that were "
				   "started", "peer %d sent one about "
				   "instance %" PRId64, req->from, req->seq);
	if (req->kind != REQUEST_DECIDED && req->n < 1)
		trial_fail_unasked("a ballot is at least 1", "peer %d sent "
				   "ballot %" PRId64, req->from, req->n);
	if (req->kind == REQUEST_ACCEPT)
		ok = oracle_ballot(c->oracle, req->from, req->seq, req->n,
				   print_of(req->val), &complaint);
	else if (req->kind == REQUEST_DECIDED)
		ok = oracle_announced(c->oracle, req->from, req->seq,
				      print_of(req->val), &complaint);
	if (!ok)
		trial_fail_rule(req->seq, &complaint);
}

static void note_request(const struct request *req)
{
	char described[BRIEF_BYTES];

	brief(req->val, described);
	if (req->kind == REQUEST_PREPARE)
		trial_step("peer %d to node %d: prepare(seq %" PRId64
			   ", n %" PRId64 ")", req->from, req->at, req->seq,
			   req->n);
	else if (req->kind == REQUEST_ACCEPT)
		trial_step("peer %d to node %d: accept(seq %" PRId64
			   ", n %" PRId64 ", %s)", req->from, req->at,
			   req->seq, req->n, described);
	else
		trial_step("peer %d to node %d: decided(seq %" PRId64 ", %s)",
			   req->from, req->at, req->seq, described);
}

bool take(struct cluster *c, int at, int within_ms, struct request *req)
{
	int left_ms = within_ms;
	struct ctl_take_args args = { .at = at };
	struct ctl_take_reply taken;
	bool decoded;

	if (at != ANY_NODE)
		require_scripted(c, at);
	do {
		args.within_ms = left_ms < SLICE_MS ? left_ms : SLICE_MS;
		control(c, CTL_ALL, &PROC_CTL_TAKE, &args, &taken,
			"waiting for a request");
		left_ms -= args.within_ms;
	} while (!taken.taken && left_ms > 0);
	if (!taken.taken)
		return false;
	decoded = decode_request(&taken, req);
	value_free(&taken.args);
	require_scripted(c, taken.at);
	if (!decoded)
		trial_fail_unasked("requests can be decoded", "one to node "
				   "%d cannot", taken.at);
	req->at = taken.at;
	req->ticket = taken.ticket;
	note_request(req);
	check_request(c, req);
	return true;
}

struct request must_take(struct cluster *c, int at)
{
	struct request req;
	char expected[96];

	if (take(c, at, (int)deadline_ms(c, TAKE_MS), &req))
		return req;
	if (at == ANY_NODE)
		snprintf(expected, sizeof(expected), "a request to any of the "
			 "scripted nodes");
	else
		snprintf(expected, sizeof(expected), "a request to node %d",
			 at);
	trial_fail(NO_SEQ, expected, "none came within %" PRId64 " ms",
		   deadline_ms(c, TAKE_MS));
}

bool next_request(struct cluster *c, int peer, int64_t seq,
		  struct request *req)
{
	char expected[96];

	snprintf(expected, sizeof(expected), "peer %d decides instance %"
		 PRId64, peer, seq);
	while (fate_of(c, peer, seq) != FATE_DECIDED) {
		if (c->requests >= REQUESTS_MAX)
			trial_fail(seq, expected, "after %d requests, all of "
				   "which were answered, it has not",
				   REQUESTS_MAX);
		if (c->idle_ms >= deadline_ms(c, TAKE_MS))
			trial_fail(seq, expected, "it has not, and there was "
				   "no request to answer for %" PRId64 " ms",
				   c->idle_ms);
		if (c->waits_ms >= deadline_ms(c, WAITS_MS))
			trial_fail(seq, expected, "it has not, and between %d "
				   "requests there was nothing to answer for "
				   "%" PRId64 " ms", c->requests, c->waits_ms);
		if (take(c, ANY_NODE, LOOK_MS, req)) {
			c->requests++;
			c->idle_ms = 0;
			return true;
		}
		c->idle_ms += LOOK_MS;
		c->waits_ms += LOOK_MS;
	}
	c->requests = 0;
	c->idle_ms = 0;
	c->waits_ms = 0;
	return false;
}
