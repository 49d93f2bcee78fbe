/*
 * answer.c - scripted nodes answer peers (script.h).
 *
 * Invariant: the oracle hears of every value before a peer does.
 *
 * No locks: one thread.
 */
#include "grader/judge/script.h"

#include <inttypes.h>

#include "grader/judge/cluster.h"
#include "grader/judge/scripted.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"

static void answer(struct cluster *c, const struct request *req,
		   rpc_codec *codec, const void *reply, size_t value_bytes)
{
	struct ctl_answer_args args = { .ticket = req->ticket };

	args.reply = wire_encode(codec, reply, value_bytes);
	control_do(c, CTL_ALL, &PROC_CTL_ANSWER, &args, "an answer");
	value_free(&args.reply);
}

static void require_kind(const struct request *req, enum request_kind kind)
{
	if (req->kind != kind)
		trial_error("the test gives a request the answer of another "
			    "kind");
}

void answer_promise(struct cluster *c, const struct request *req,
		    int64_t accepted, struct value v)
{
	struct prepare_reply reply = {
		.outcome = OUTCOME_OK,
		.promised = req->n,
		.accepted = accepted,
		.val = v,
	};

	require_kind(req, REQUEST_PREPARE);
	trial_step("node %d promises %" PRId64 ", has accepted under %" PRId64,
		   req->at, req->n, accepted);
	if (accepted > 0)
		scripted_proposes(c, req->at, req->seq, v);
	scripted_done(c, req->at, reply.done);
	answer(c, req, PROC_PREPARE.reply_codec, &reply, v.len);
}

void answer_chosen(struct cluster *c, const struct request *req,
		   struct value v)
{
	struct prepare_reply reply = { .outcome = OUTCOME_DECIDED, .val = v };

	require_kind(req, REQUEST_PREPARE);
	trial_step("node %d answers that seq %" PRId64 " is decided", req->at,
		   req->seq);
	scripted_proposes(c, req->at, req->seq, v);
	scripted_done(c, req->at, reply.done);
	answer(c, req, PROC_PREPARE.reply_codec, &reply, v.len);
}

/* Answers a prepare or an accept with SAID and PROMISED. */
static void answer_no(struct cluster *c, const struct request *req,
		      enum outcome said, int64_t promised)
{
	struct prepare_reply prepare = {
		.outcome = said,
		.promised = promised,
	};
	struct accept_reply accept = {
		.outcome = said,
		.promised = promised,
	};

	scripted_done(c, req->at, prepare.done);
	scripted_done(c, req->at, accept.done);
	if (req->kind == REQUEST_PREPARE) {
		answer(c, req, PROC_PREPARE.reply_codec, &prepare, 0);
		return;
	}
	require_kind(req, REQUEST_ACCEPT);
	answer(c, req, PROC_ACCEPT.reply_codec, &accept, 0);
}

void answer_refused(struct cluster *c, const struct request *req,
		    int64_t promised)
{
	trial_step("node %d refuses, promised %" PRId64, req->at, promised);
	answer_no(c, req, OUTCOME_REFUSED, promised);
}

void answer_forgotten(struct cluster *c, const struct request *req)
{
	trial_step("node %d has forgotten the instance", req->at);
	answer_no(c, req, OUTCOME_FORGOTTEN, 0);
}

void answer_accepted(struct cluster *c, const struct request *req)
{
	struct accept_reply reply = {
		.outcome = OUTCOME_OK,
		.promised = req->n,
	};

	require_kind(req, REQUEST_ACCEPT);
	trial_step("node %d accepts %" PRId64, req->at, req->n);
	scripted_done(c, req->at, reply.done);
	answer(c, req, PROC_ACCEPT.reply_codec, &reply, 0);
}

void answer_decided(struct cluster *c, const struct request *req)
{
	struct decided_reply reply;

	require_kind(req, REQUEST_DECIDED);
	scripted_done(c, req->at, reply.done);
	answer(c, req, PROC_DECIDED.reply_codec, &reply, 0);
}

void ignore(struct cluster *c, const struct request *req)
{
	struct ctl_answer_args args = { .ticket = req->ticket, .drop = 1 };

	trial_step("node %d does not answer", req->at);
	control_do(c, CTL_ALL, &PROC_CTL_ANSWER, &args, "an answer");
}

void answer_rightly(struct cluster *c, const struct request *req,
		    struct scripted_acceptor *a)
{
	if (req->kind == REQUEST_DECIDED) {
		answer_decided(c, req);
	} else if (req->kind == REQUEST_PREPARE) {
		if (req->n <= a->promised) {
			answer_refused(c, req, a->promised);
			return;
		}
		a->promised = req->n;
		answer_promise(c, req, a->accepted, a->val);
	} else if (req->n < a->promised) {
		answer_refused(c, req, a->promised);
	} else {
		a->promised = a->accepted = req->n;
		a->val = req->val;
		answer_accepted(c, req);
	}
}

void play_rightly(struct cluster *c, int peer, int64_t seq,
		  struct scripted_acceptor acceptors[PEERS_MAX])
{
	struct request req;

	while (next_request(c, peer, seq, &req))
		answer_rightly(c, &req, &acceptors[req.at]);
}

void answer_outbid(struct cluster *c, const struct request *req,
		   struct scripted_acceptor *a)
{
	if (a->promised <= req->n)
		a->promised = req->n + req->at;
	answer_refused(c, req, a->promised);
}
