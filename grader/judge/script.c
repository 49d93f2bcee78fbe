/*
 * script.c - scripted nodes call peers (script.h).
 *
 * Invariant: the oracle hears of every value before a peer does.
 *
 * No locks: one thread.
 */
#include "grader/judge/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "grader/judge/brief.h"
#include "grader/judge/cluster.h"
#include "grader/judge/scripted.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"

void scripted_proposes(struct cluster *c, int who, int64_t seq,
		       struct value v)
{
	if (!oracle_proposed(c->oracle, who, seq, print_of(v)))
		trial_error("more proposals than the judge can remember");
}

void scripted_done(const struct cluster *c, int node, int64_t to[PEERS_MAX])
{
	memcpy(to, c->done[node], sizeof(c->done[node]));
}

void script_says(struct cluster *c, int node, int about, int64_t seq)
{
	require_scripted(c, node);
	require_scripted(c, about);
	trial_step("node %d says that node %d is done with %" PRId64, node,
		   about, seq);
	oracle_done(c->oracle, about, seq);
	c->done[node][about] = seq;
}

void script_done(struct cluster *c, int node, int64_t seq)
{
	script_says(c, node, node, seq);
}

/* Sends ARGS, in which a value has VALUE_BYTES, and returns what came back. */
static struct ctl_send_reply exchange(struct cluster *c, int from, int to,
				      const struct rpc_proc *proc,
				      const void *args, size_t value_bytes)
{
	struct ctl_send_args call = {
		.from = from,
		.to = to,
		.prog = proc->program,
		.vers = proc->version,
		.proc = proc->number,
	};
	struct ctl_send_reply back;

	require_scripted(c, from);
	require_peer(c, to);
	call.args = wire_encode(proc->args_codec, args, value_bytes);
	control(c, to, &PROC_CTL_SEND, &call, &back, "a handler");
	value_free(&call.args);
	return back;
}

/* The same, if there must be a *REPLY. */
static void call_peer(struct cluster *c, int from, int to,
		      const struct rpc_proc *proc, const void *args,
		      size_t value_bytes, void *reply)
{
	struct ctl_send_reply back = exchange(c, from, to, proc, args,
					      value_bytes);
	char expected[96];
	bool ok = back.replied &&
		  wire_decode(proc->reply_codec, back.reply, reply);

	value_free(&back.reply);
	if (ok)
		return;
	snprintf(expected, sizeof(expected), "peer %d replies to \"%s\"", to,
		 proc->name);
	trial_fail_unasked(expected, "%s", back.replied
			   ? "the reply cannot be decoded" : "no reply came");
}

static const char *outcome_word(int said)
{
	switch (said) {
	case OUTCOME_OK:
		return "OK";
	case OUTCOME_REFUSED:
		return "REFUSED";
	case OUTCOME_DECIDED:
		return "DECIDED";
	case OUTCOME_FORGOTTEN:
		return "FORGOTTEN";
	}
	return "an unknown outcome";
}

void expect_outcome(struct cluster *c, int got, int wanted, const char *rule)
{
	expect_that(c, got == wanted, rule, "the answer is %s (%d), not %s",
		    outcome_word(got), got, outcome_word(wanted));
}

void send_anyway(struct cluster *c, int from, int to,
		 const struct rpc_proc *proc, const void *args,
		 size_t value_bytes)
{
	struct ctl_send_reply back;

	trial_step("node %d to peer %d: a \"%s\" that makes no sense", from,
		   to, proc->name);
	back = exchange(c, from, to, proc, args, value_bytes);
	value_free(&back.reply);
}

struct prepare_reply send_prepare(struct cluster *c, int from, int to,
				  int64_t seq, int64_t n)
{
	struct prepare_args args = { .from = from, .seq = seq, .n = n };
	struct prepare_reply reply = { .outcome = OUTCOME_OK };

	oracle_heard(c->oracle, seq);
	scripted_done(c, from, args.done);
	call_peer(c, from, to, &PROC_PREPARE, &args, 0, &reply);
	trial_keep(reply.val);
	trial_step("node %d to peer %d: prepare(seq %" PRId64 ", n %" PRId64
		   ") -> %s, promised %" PRId64 ", accepted %" PRId64, from,
		   to, seq, n, outcome_word(reply.outcome), reply.promised,
		   reply.accepted);
	return reply;
}

struct accept_reply send_accept(struct cluster *c, int from, int to,
				int64_t seq, int64_t n, struct value v)
{
	struct accept_args args = {
		.from = from,
		.seq = seq,
		.n = n,
		.val = v,
	};
	struct accept_reply reply = { .outcome = OUTCOME_OK };
	char described[BRIEF_BYTES];

	scripted_proposes(c, from, seq, v);
	scripted_done(c, from, args.done);
	call_peer(c, from, to, &PROC_ACCEPT, &args, v.len, &reply);
	trial_step("node %d to peer %d: accept(seq %" PRId64 ", n %" PRId64
		   ", %s) -> %s, promised %" PRId64, from, to, seq, n,
		   brief(v, described),
		   outcome_word(reply.outcome), reply.promised);
	return reply;
}

struct decided_reply send_decided(struct cluster *c, int from, int to,
				  int64_t seq, struct value v)
{
	struct decided_args args = { .from = from, .seq = seq, .val = v };
	struct decided_reply reply;
	char described[BRIEF_BYTES];

	memset(&reply, 0, sizeof(reply));
	scripted_proposes(c, from, seq, v);
	scripted_done(c, from, args.done);
	call_peer(c, from, to, &PROC_DECIDED, &args, v.len, &reply);
	trial_step("node %d to peer %d: decided(seq %" PRId64 ", %s)", from,
		   to, seq, brief(v, described));
	return reply;
}
