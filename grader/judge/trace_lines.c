/*
 * trace_lines.c - a trace for people: time, who, what, one line for each
 * event.
 *
 * A call is told in two lines: the request as it leaves, with all that go out
 * at once, and what the callee made of it, with when the caller heard. What
 * chance did to it is marked by a `!`.
 *
 * No locks: no state.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge/ask.h"
#include "grader/judge/trace.h"
#include "grader/judge/trial.h"
#include "labrpc/fatal.h"

#define NS_PER_MS 1e6

#define COLUMN 18 /* where the words begin */

/* A line in the making; what does not fit is cut. */
struct line {
	char text[256];
	size_t used;
	bool marked;
};

static void add(struct line *line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *fmt, ...)
{
	va_list args;
	int n;

	if (line->used >= sizeof(line->text))
		return;
	va_start(args, fmt);
	n = vsnprintf(line->text + line->used,
		      sizeof(line->text) - line->used, fmt, args);
	va_end(args);
	line->used += n > 0 ? (size_t)n : 0;
}

/* The event after I of the same call and copy that is WHAT, or NULL. */
static const struct trace_event *later(const struct trace *trace, int i,
				       enum ctl_sight what)
{
	const struct trace_event *e = &trace->events[i];

	for (i++; i < trace->n; i++)
		if (trace->events[i].what == what &&
		    trace->events[i].call == e->call &&
		    trace->events[i].copy == e->copy)
			return &trace->events[i];
	return NULL;
}

static const struct trace_event *earlier(const struct trace *trace, int i,
					 enum ctl_sight what)
{
	const struct trace_event *e = &trace->events[i];

	while (--i >= 0)
		if (trace->events[i].what == what &&
		    trace->events[i].call == e->call)
			return &trace->events[i];
	return NULL;
}

static void add_node(struct line *line, const struct trace *trace, int node)
{
	if (node < trace->peers)
		add(line, "%d", node);
	else if (node == trace->peers + CTL_CLERKS_MAX)
		add(line, "test"); /* asks by itself (ask.h) */
	else
		add(line, "c%d", node - trace->peers);
}

/* V as short as can be: of bytes that are no text the fingerprint. */
static const char *name(const struct trace_value *v)
{
	const char *mark = v->brief[0] != '"' ? strchr(v->brief, '#') : NULL;

	return mark != NULL ? mark : v->brief;
}

/* ---- requests ---------------------------------------------------------- */

static void add_request(struct line *line, const struct trace *trace,
			const struct trace_event *e)
{
	if (trace->seq == NO_SEQ && e->seq != NO_SEQ)
		add(line, "seq %" PRId64 ": ", e->seq);
	switch (e->message) {
	case MESSAGE_PREPARE:
		add(line, "prepare %" PRId64, e->n);
		break;
	case MESSAGE_ACCEPT:
		add(line, "accept %" PRId64 " %s", e->n, name(&e->val));
		break;
	case MESSAGE_DECIDED:
		add(line, "decided %s", name(&e->val));
		break;
	case MESSAGE_OPEN:
		add(line, "open");
		break;
	case MESSAGE_GET:
		add(line, "get(%s)", name(&e->key));
		break;
	case MESSAGE_PUT:
	case MESSAGE_APPEND:
		add(line, "%s(%s, %s) as %" PRIu64 ".%" PRIu64,
		    e->message == MESSAGE_PUT ? "put" : "append",
		    name(&e->key), name(&e->val), e->client, e->number);
		break;
	case MESSAGE_CLOSE:
		add(line, "close %" PRIu64, e->client);
		break;
	case MESSAGE_OTHER:
		add(line, "a request that no peer knows");
		break;
	}
}

static bool same_request(const struct trace_event *a,
			 const struct trace_event *b)
{
	return b->what == CTL_SENT && a->from == b->from &&
	       a->message == b->message && a->seq == b->seq && a->n == b->n &&
	       a->val.fingerprint == b->val.fingerprint;
}

/* A broadcast is told at its first request: tells whether I is a later one. */
static bool is_told(const struct trace *trace, int i)
{
	const struct trace_event *e = &trace->events[i];

	if (e->message == MESSAGE_OTHER || e->message >= MESSAGE_OPEN)
		return false;
	while (--i >= 0) {
		const struct trace_event *before = &trace->events[i];

		if (before->what != CTL_SENT || before->from != e->from ||
		    !before->matters)
			continue;
		return same_request(e, before) && before->to != e->to;
	}
	return false;
}

static void add_sent(struct line *line, const struct trace *trace, int i)
{
	const struct trace_event *e = &trace->events[i], *next;

	add_request(line, trace, e);
	add(line, " to ");
	add_node(line, trace, e->to);
	while (++i < trace->n) {
		next = &trace->events[i];
		if (next->what != CTL_SENT || next->from != e->from ||
		    !next->matters)
			continue;
		if (!is_told(trace, i))
			break;
		add(line, ", ");
		add_node(line, trace, next->to);
	}
}

/* ---- replies ----------------------------------------------------------- */

static const char *message_words(enum trace_message message)
{
	switch (message) {
	case MESSAGE_OPEN: return "open";
	case MESSAGE_GET: return "get";
	case MESSAGE_PUT: return "put";
	case MESSAGE_APPEND: return "append";
	case MESSAGE_CLOSE: return "close";
	default: return "it";
	}
}

static void add_outcome(struct line *line, const struct trace_event *e)
{
	switch (e->outcome) {
	case OUTCOME_REFUSED:
		add(line, ": refused, %" PRId64 " is promised", e->promised);
		break;
	case OUTCOME_DECIDED:
		add(line, ": %s is decided", name(&e->val));
		break;
	case OUTCOME_FORGOTTEN:
		add(line, ": forgotten");
		break;
	default:
		add(line, ": outcome %d", e->outcome);
	}
}

static void add_promise(struct line *line, const struct trace *trace,
			const struct trace_event *e)
{
	add(line, "promises %" PRId64 " to ", e->n);
	add_node(line, trace, e->from);
	if (e->accepted == 0)
		add(line, ", has accepted nothing");
	else
		add(line, ", has accepted %" PRId64 " %s", e->accepted,
		    name(&e->val));
}

static void add_reply(struct line *line, const struct trace *trace,
		      const struct trace_event *e)
{
	bool of_acceptor = e->message == MESSAGE_PREPARE ||
			   e->message == MESSAGE_ACCEPT;

	if (trace->seq == NO_SEQ && e->seq != NO_SEQ)
		add(line, "seq %" PRId64 ": ", e->seq);
	if (e->is_reply && e->message == MESSAGE_PREPARE &&
	    e->outcome == OUTCOME_OK) {
		add_promise(line, trace, e);
		return;
	}
	if (e->is_reply && e->message == MESSAGE_ACCEPT &&
	    e->outcome == OUTCOME_OK)
		add(line, "accepts %" PRId64 " %s of ", e->n, name(&e->val));
	else if (of_acceptor)
		add(line, "to %s %" PRId64 " of ", e->message ==
		    MESSAGE_PREPARE ? "prepare" : "accept", e->n);
	else if (e->message == MESSAGE_DECIDED)
		add(line, "hears that %s is decided from ", name(&e->val));
	else
		add(line, "answers %s of ", message_words(e->message));
	add_node(line, trace, e->from);
	if (!e->is_reply)
		add(line, ": no answer");
	else if (of_acceptor && e->outcome != OUTCOME_OK)
		add_outcome(line, e);
	else if (e->message == MESSAGE_GET && e->status == KV_OK)
		add(line, ": %s holds %s", name(&e->key), name(&e->val));
	else if (e->message >= MESSAGE_OPEN)
		add(line, ": %s", status_name(e->status));
}

/* Tells whether E, sent as SENT, came after what left for its callee later. */
static bool was_overtaken(const struct trace *trace,
			  const struct trace_event *sent, int i)
{
	const struct trace_event *e = &trace->events[i], *first;

	for (int j = (int)(sent - trace->events) + 1; j < i; j++) {
		const struct trace_event *other = &trace->events[j];

		if (other->what != CTL_DELIVERED || !other->matters ||
		    other->to != e->to || other->call == e->call)
			continue;
		first = earlier(trace, j, CTL_SENT);
		if (first != NULL && first > sent)
			return later(trace, j, CTL_REPLIED) != NULL;
	}
	return false;
}

/* When the request had left, if that is long ago, and when the reply came. */
static void add_ways(struct line *line, const struct trace *trace, int i)
{
	const struct trace_event *sent = earlier(trace, i, CTL_SENT);
	const struct trace_event *heard = later(trace, i, CTL_RETURNED);
	const struct trace_event *held = earlier(trace, i, CTL_HELD);
	int delivered = i;

	while (delivered > 0 &&
	       (trace->events[delivered].what != CTL_DELIVERED ||
		trace->events[delivered].call != trace->events[i].call ||
		trace->events[delivered].copy != trace->events[i].copy))
		delivered--;
	if (trace->events[i].copy) {
		add(line, " (the second copy)");
		line->marked = true;
	} else if (sent != NULL && was_overtaken(trace, sent, delivered)) {
		add(line, " (late: sent at %.3f)",
		    (double)sent->at_ns / NS_PER_MS);
		line->marked = true;
	}
	if (later(trace, i, CTL_LOST_REPLY) != NULL) {
		add(line, "; the reply is lost");
		line->marked = true;
	} else if (heard != NULL && heard->is_reply) {
		add(line, "; heard at %.3f", (double)heard->at_ns / NS_PER_MS +
		    (held != NULL ? held->late_ms : 0));
		line->marked = line->marked || held != NULL;
	} else if (!trace->events[i].copy) {
		add(line, "; not heard");
	}
}

/* ---- lines ------------------------------------------------------------- */

/* Makes the line of event I; false if it needs none. */
static bool make_line(struct line *line, const struct trace *trace, int i,
		      int *who)
{
	const struct trace_event *e = &trace->events[i];

	*who = e->from;
	switch (e->what) {
	case CTL_NOTED:
		add(line, "%s", e->note);
		return true;
	case CTL_SENT:
		add_sent(line, trace, i);
		return !is_told(trace, i);
	case CTL_DELIVERED:
		*who = e->to;
		add_request(line, trace, e);
		add(line, " comes from ");
		add_node(line, trace, e->from);
		add(line, "; its handler had not ended");
		return later(trace, i, CTL_REPLIED) == NULL;
	case CTL_REPLIED:
		*who = e->to;
		add_reply(line, trace, e);
		add_ways(line, trace, i);
		return true;
	case CTL_RETURNED:
	case CTL_HELD:
	case CTL_LOST_REPLY:
		return false; /* told with the reply */
	case CTL_LOST_REQUEST:
	case CTL_LATE:
	case CTL_DOUBLED:
		break;
	}
	line->marked = true;
	add_request(line, trace, e);
	add(line, " to ");
	add_node(line, trace, e->to);
	if (e->what == CTL_LOST_REQUEST)
		add(line, " is lost");
	else if (e->what == CTL_LATE)
		add(line, " leaves %d ms late", e->late_ms);
	else
		add(line, " will come twice");
	return true;
}

static void print_line(FILE *to, const struct trace *trace, int i)
{
	const struct trace_event *e = &trace->events[i];
	struct line line = { .used = 0 }, node = { .used = 0 };
	int who;

	if (!e->matters || !make_line(&line, trace, i, &who))
		return;
	if (e->what == CTL_NOTED)
		add(&node, "test");
	else
		add_node(&node, trace, who);
	fprintf(to, "%10.3f %4s %c %s\n", (double)e->at_ns / NS_PER_MS,
		node.text, line.marked ? '!' : ' ', line.text);
}

char *trace_text(const struct trace *trace)
{
	char *text = NULL, *words;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		lab_fatal("no memory for the words of a trace");
	fprintf(to, "%10s %4s   %s\n", "ms", "who", trace->seq == NO_SEQ
		? "what, in virtual time"
		: "what, in virtual time, of the instance that failed");
	if (trace->shrunk != NULL) {
		words = shrink_words(trace->shrunk);
		fprintf(to, "%*s%s\n", COLUMN, "", words);
		free(words);
	}
	if (trace->left_out > 0)
		fprintf(to, "... %d events before these are not kept ...\n",
			trace->left_out);
	for (int i = 0; i < trace->n; i++)
		print_line(to, trace, i);
	if (fclose(to) != 0)
		lab_fatal("no memory for the words of a trace");
	return text;
}
