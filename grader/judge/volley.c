/*
 * volley.c - see volley.h.
 *
 * Invariant: the oracle hears of every value before a peer does.
 *
 * No locks: one thread.
 */
#define _DEFAULT_SOURCE /* for the BSD type names in <rpc/xdr.h> */

#include "grader/judge/volley.h"

#include <inttypes.h>
#include <rpc/types.h>
#include <rpc/xdr.h> /* not rpc.h, whose rpc_call() is another */
#include <stdlib.h>

#include "grader/judge/cluster.h"
#include "grader/judge/scripted.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"
#include "labrpc/fatal.h"

/* More than all of a call but its value takes. */
#define CALL_BYTES 512

static const struct rpc_proc *proc_of(const struct shot *s)
{
	return s->kind == REQUEST_PREPARE ? &PROC_PREPARE :
	       s->kind == REQUEST_ACCEPT ? &PROC_ACCEPT : &PROC_DECIDED;
}

/* The message of S, encoded. */
static struct value encode_request(const struct cluster *c,
				   const struct shot *s)
{
	struct prepare_args prepare = { s->from, { 0 }, s->seq, s->n };
	struct accept_args accept = { s->from, { 0 }, s->seq, s->n, s->val };
	struct decided_args decided = { s->from, { 0 }, s->seq, s->val };

	scripted_done(c, s->from, prepare.done);
	scripted_done(c, s->from, accept.done);
	scripted_done(c, s->from, decided.done);
	return wire_encode(proc_of(s)->args_codec,
			   s->kind == REQUEST_PREPARE ? (void *)&prepare :
			   s->kind == REQUEST_ACCEPT ? (void *)&accept :
						       (void *)&decided,
			   s->val.len);
}

/* All calls, one behind the other. */
static struct value encode_calls(const struct cluster *c, int to,
				 const struct shot shots[], int n)
{
	XDR stream = { .x_op = XDR_ENCODE };
	struct value made;
	size_t room = 0;
	char *bytes;

	for (int i = 0; i < n; i++)
		room += CALL_BYTES + shots[i].val.len;
	bytes = must_calloc(1, room);
	xdrmem_create(&stream, bytes, (u_int)room, XDR_ENCODE);
	for (int i = 0; i < n; i++) {
		const struct rpc_proc *proc = proc_of(&shots[i]);
		struct ctl_send_args call = {
			.from = shots[i].from,
			.to = to,
			.prog = proc->program,
			.vers = proc->version,
			.proc = shots[i].pause ? 0 : proc->number,
		};

		if (!shots[i].pause)
			call.args = encode_request(c, &shots[i]);
		if (!PROC_CTL_SEND.args_codec((struct rpc_xdr *)&stream,
					      &call))
			lab_fatal("a volley cannot be encoded");
		value_free(&call.args);
	}
	made = value_make(bytes, xdr_getpos(&stream));
	free(bytes);
	return made;
}

/* Takes over what REPLY, to S, says; false if it cannot be read. */
static bool read_reply(struct shot *s, struct value reply)
{
	struct prepare_reply prepare = { .outcome = OUTCOME_OK };
	struct accept_reply accept = { .outcome = OUTCOME_OK };
	struct decided_reply decided;

	if (s->kind == REQUEST_DECIDED)
		return wire_decode(PROC_DECIDED.reply_codec, reply, &decided);
	if (s->kind == REQUEST_ACCEPT) {
		if (!wire_decode(PROC_ACCEPT.reply_codec, reply, &accept))
			return false;
		s->outcome = accept.outcome;
		s->promised = accept.promised;
		return true;
	}
	if (!wire_decode(PROC_PREPARE.reply_codec, reply, &prepare))
		return false;
	s->outcome = prepare.outcome;
	s->promised = prepare.promised;
	s->accepted = prepare.accepted;
	s->reported = trial_keep(prepare.val);
	return true;
}

static void read_replies(struct value replies, int to, struct shot shots[],
			 int n)
{
	XDR stream = { .x_op = XDR_DECODE };

	xdrmem_create(&stream, (char *)replies.data, (u_int)replies.len,
		      XDR_DECODE);
	for (int i = 0; i < n; i++) {
		struct ctl_send_reply reply = { .replied = 0 };
		bool ok;

		if (!PROC_CTL_SEND.reply_codec((struct rpc_xdr *)&stream,
					       &reply))
			trial_error("the host's replies to a volley cannot be "
				    "decoded");
		if (reply.error.len > 0)
			trial_error("the host could not send a volley: %.*s",
				    (int)reply.error.len,
				    (const char *)reply.error.data);
		ok = shots[i].pause || (reply.replied &&
					read_reply(&shots[i], reply.reply));
		value_free(&reply.reply);
		if (!ok)
			trial_fail_unasked("a peer replies to every request "
					   "of many at once", "request %d of "
					   "%d to peer %d got no reply that "
					   "can be read", i, n, to);
	}
}

void volley(struct cluster *c, int to, struct shot shots[], int n, int lanes)
{
	struct ctl_volley_args args = { .lanes = lanes, .count = n };
	struct ctl_volley_reply reply = { .error = VALUE_EMPTY };

	require_peer(c, to);
	trial_step("%d requests to peer %d, %d at a time", n, to, lanes);
	if (n > VOLLEY_MAX || lanes > VOLLEY_LANES_MAX || n % lanes != 0)
		trial_error("a volley of %d requests, %d at a time", n,
			    lanes);
	for (int i = 0; i < n; i++) {
		if (shots[i].pause)
			continue;
		require_scripted(c, shots[i].from);
		if (shots[i].kind == REQUEST_PREPARE)
			oracle_heard(c->oracle, shots[i].seq);
		else
			scripted_proposes(c, shots[i].from, shots[i].seq,
					  shots[i].val);
	}
	args.calls = encode_calls(c, to, shots, n);
	control(c, to, &PROC_CTL_VOLLEY, &args, &reply, "a handler");
	value_free(&args.calls);
	read_replies(reply.replies, to, shots, n);
	value_free(&reply.replies);
}

void throng(struct cluster *c, int peer, int n, int64_t first, int count,
	    struct value v)
{
	struct ctl_throng_args args = {
		.peer = peer,
		.lanes = n,
		.first = first,
		.count = count,
		.val = v,
	};

	require_peer(c, peer);
	trial_step("%d threads use peer %d, from seq %" PRId64 " on", n, peer,
		   first);
	for (int i = 0; i < count; i++)
		if (!oracle_proposed(c->oracle, peer, first + i, print_of(
				(struct value){ v.data + i,
						v.len - (size_t)i })))
			trial_error("too many proposals for the oracle");
	oracle_done(c->oracle, peer, first - 1);
	control_do(c, peer, &PROC_CTL_THRONG, &args, "paxos_start, "
		   "paxos_status, paxos_done, paxos_max or paxos_min");
}
