/*
 * trace.c - reading a trace from the host, and the messages in it.
 *
 * Invariant: an event of a reply has the instance and ballot of its request,
 * if that is in the trace.
 *
 * No locks: one thread.
 */
#include "grader/judge/trace.h"

#include <stdlib.h>
#include <string.h>

#include "grader/judge/cluster.h"
#include "grader/judge/simulation.h"
#include "grader/judge/trial.h"
#include "grader/judge/wire.h"
#include "kvpaxos/protocol.h"

/* No host keeps more. */
#define EVENTS_MAX 100000

static struct trace_value value_of(struct value v)
{
	struct trace_value made = {
		.bytes = v.len,
		.fingerprint = value_fingerprint(v),
	};

	brief(v, made.brief);
	return made;
}

/* Takes V, which was decoded, into *INTO. */
static void take_value(struct trace_value *into, struct value *v)
{
	*into = value_of(*v);
	value_free(v);
}

/* ---- the messages of Paxos --------------------------------------------- */

static void read_prepare(struct trace_event *e, struct value body)
{
	struct prepare_args args = { .n = 0 };
	struct prepare_reply reply = { .promised = 0 };

	if (!e->is_reply) {
		if (!wire_decode(PROC_PREPARE.args_codec, body, &args))
			return;
		e->seq = args.seq;
		e->n = args.n;
	} else if (wire_decode(PROC_PREPARE.reply_codec, body, &reply)) {
		e->outcome = (int)reply.outcome;
		e->promised = reply.promised;
		e->accepted = reply.accepted;
		take_value(&e->val, &reply.val);
	}
}

static void read_accept(struct trace_event *e, struct value body)
{
	struct accept_args args = { .n = 0 };
	struct accept_reply reply = { .promised = 0 };

	if (!e->is_reply) {
		if (!wire_decode(PROC_ACCEPT.args_codec, body, &args))
			return;
		e->seq = args.seq;
		e->n = args.n;
		take_value(&e->val, &args.val);
	} else if (wire_decode(PROC_ACCEPT.reply_codec, body, &reply)) {
		e->outcome = (int)reply.outcome;
		e->promised = reply.promised;
	}
}

static void read_decided(struct trace_event *e, struct value body)
{
	struct decided_args args = { .seq = 0 };

	if (e->is_reply || !wire_decode(PROC_DECIDED.args_codec, body, &args))
		return;
	e->seq = args.seq;
	take_value(&e->val, &args.val);
}

/* ---- the messages of the service --------------------------------------- */

static void read_open(struct trace_event *e, struct value body)
{
	struct kv_open_reply reply = { .client = 0 };

	if (!e->is_reply ||
	    !wire_decode(PROC_KV_OPEN.reply_codec, body, &reply))
		return;
	e->status = (int)reply.status;
	e->client = reply.client;
}

static void read_get(struct trace_event *e, struct value body)
{
	struct kv_get_args args = { .key = VALUE_EMPTY };
	struct kv_get_reply reply = { .val = VALUE_EMPTY };

	if (!e->is_reply) {
		if (wire_decode(PROC_KV_GET.args_codec, body, &args))
			take_value(&e->key, &args.key);
	} else if (wire_decode(PROC_KV_GET.reply_codec, body, &reply)) {
		e->status = (int)reply.status;
		take_value(&e->val, &reply.val);
	}
}

/* Put and Append have the same arguments; so have all but Get's replies. */
static void read_write(struct trace_event *e, struct value body)
{
	struct kv_write_args args = { .client = 0 };
	struct kv_write_reply reply = { .status = KV_OK };

	if (!e->is_reply) {
		if (!wire_decode(PROC_KV_PUT.args_codec, body, &args))
			return;
		e->client = args.client;
		e->number = args.number;
		take_value(&e->key, &args.key);
		take_value(&e->val, &args.val);
	} else if (wire_decode(PROC_KV_PUT.reply_codec, body, &reply)) {
		e->status = (int)reply.status;
	}
}

static void read_close(struct trace_event *e, struct value body)
{
	struct kv_close_args args = { .client = 0 };

	if (e->is_reply)
		read_write(e, body);
	else if (wire_decode(PROC_KV_CLOSE.args_codec, body, &args))
		e->client = args.client;
}

static const struct {
	const struct rpc_proc *proc;
	enum trace_message message;
	void (*read)(struct trace_event *e, struct value body);
} readers[] = {
	{ &PROC_PREPARE, MESSAGE_PREPARE, read_prepare },
	{ &PROC_ACCEPT, MESSAGE_ACCEPT, read_accept },
	{ &PROC_DECIDED, MESSAGE_DECIDED, read_decided },
	{ &PROC_KV_OPEN, MESSAGE_OPEN, read_open },
	{ &PROC_KV_GET, MESSAGE_GET, read_get },
	{ &PROC_KV_PUT, MESSAGE_PUT, read_write },
	{ &PROC_KV_APPEND, MESSAGE_APPEND, read_write },
	{ &PROC_KV_CLOSE, MESSAGE_CLOSE, read_close },
};

static void read_message(struct trace_event *e,
			 const struct ctl_trace_reply *reply)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		const struct rpc_proc *proc = readers[i].proc;

		if (proc->program != reply->prog ||
		    proc->version != reply->vers ||
		    proc->number != reply->proc)
			continue;
		e->message = readers[i].message;
		readers[i].read(e, reply->body);
		return;
	}
}

/* ---- events ------------------------------------------------------------ */

static void read_event(struct trace_event *e,
		       const struct ctl_trace_reply *reply)
{
	*e = (struct trace_event){
		.at_ns = reply->at_ns,
		.what = reply->what,
		.from = reply->from,
		.to = reply->to,
		.call = reply->call,
		.copy = reply->copy != 0,
		.late_ms = reply->late_ms,
		.is_reply = reply->replied != 0,
		.seq = NO_SEQ,
	};
	if (reply->what != CTL_NOTED) {
		read_message(e, reply);
		return;
	}
	e->note = must_calloc(1, reply->body.len + 1);
	/* Plain text, for JSON is Unicode. */
	for (size_t i = 0; i < reply->body.len; i++)
		e->note[i] = reply->body.data[i] < 128
				     ? (char)reply->body.data[i] : '?';
}

/* A reply says nothing of what it is about: its request, before it, does. */
static void complete_reply(struct trace *trace, int i)
{
	struct trace_event *e = &trace->events[i];

	while (e->is_reply && --i >= 0) {
		const struct trace_event *before = &trace->events[i];

		if (before->what == CTL_NOTED || before->is_reply ||
		    before->call != e->call)
			continue;
		e->seq = before->seq;
		e->n = before->n;
		if (e->key.brief[0] == '\0')
			e->key = before->key;
		if (e->message != MESSAGE_PREPARE &&
		    e->message != MESSAGE_GET)
			e->val = before->val;
		return;
	}
}

/* Tells whether the step NOTE of a test is about another instance. */
static bool is_elsewhere(const struct trace *trace, const char *note)
{
	const char *seq = strstr(note, "seq ");

	return trace->seq != NO_SEQ && seq != NULL &&
	       strtoll(seq + strlen("seq "), NULL, 10) != trace->seq;
}

/* What is about the instance that failed, or else about what clients see. */
static bool matters(const struct trace *trace, const struct trace_event *e)
{
	if (e->what == CTL_NOTED)
		return !is_elsewhere(trace, e->note);
	if (trace->seq != NO_SEQ)
		return e->seq == trace->seq;
	return !trace->service || e->message >= MESSAGE_OPEN;
}

struct trace *trace_read(struct cluster *c, int64_t seq)
{
	struct trace *trace = must_calloc(1, sizeof(*trace));
	struct ctl_trace_args args = { .event = 0 };
	struct ctl_trace_reply reply = { .there = 1 };
	struct trace_event *e;

	trace->seq = seq;
	trace->peers = c->npeers;
	trace->service = c->service != NULL;
	trace->shrunk = shrink_result();
	while (reply.there && trace->n < EVENTS_MAX && c->host != NULL) {
		args.event = trace->n;
		if (host_call(c->host, &PROC_CTL_TRACE, &args, &reply) !=
		    ANSWER_GIVEN)
			break;
		trace->left_out = reply.left_out;
		if (reply.there) {
			trace->events = must_realloc(trace->events,
						     (size_t)trace->n + 1,
						     sizeof(*e));
			e = &trace->events[trace->n++];
			read_event(e, &reply);
			complete_reply(trace, trace->n - 1);
			e->matters = matters(trace, e);
		} else {
			trace->threads = run_words(reply.threads);
		}
		value_free(&reply.error);
		value_free(&reply.body);
		value_free(&reply.threads);
	}
	if (trace->n > 0)
		return trace;
	trace_free(trace);
	return NULL;
}

void trace_free(struct trace *trace)
{
	if (trace == NULL)
		return;
	for (int i = 0; i < trace->n; i++)
		free(trace->events[i].note);
	free(trace->events);
	free(trace->threads);
	free(trace);
}

void trace_threads(const struct trace *trace, struct lines *l)
{
	const char *at = trace->threads;

	if (at != NULL && *at != '\0')
		lines_add(l, "threads:");
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, "\n");

		lines_add(l, "%.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

void trace_note(struct cluster *c, const char *text)
{
	struct ctl_text_args args = {
		.text = { .data = (unsigned char *)(uintptr_t)text,
			  .len = strlen(text) },
	};
	struct ctl_done reply = { .error = VALUE_EMPTY };

	if (c->host != NULL &&
	    host_call(c->host, &PROC_CTL_NOTE, &args, &reply) == ANSWER_GIVEN)
		value_free(&reply.error);
}
