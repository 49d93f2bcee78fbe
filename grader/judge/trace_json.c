/*
 * trace_json.c - a trace for programs, as grader/judge/TRACE.md has it.
 *
 * Invariant: a key is there if and only if it makes sense for the event.
 *
 * No locks: no state.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "grader/judge/ask.h"
#include "grader/judge/trace.h"
#include "grader/judge/trial.h"
#include "grader/process/memory.h"
#include "labrpc/fatal.h"

/* Of a longer trace the end is told. */
#define EVENTS_MAX 2000

json_t *json_text(const char *s)
{
	json_t *made = json_string(s);
	char *plain;

	if (made != NULL)
		return made;
	plain = must_strdup(s);
	for (char *p = plain; *p != '\0'; p++)
		if ((unsigned char)*p >= 128)
			*p = '?';
	made = json_string(plain);
	free(plain);
	return made;
}

/* A put that cannot be forgotten: memory is all that can be missing. */
static void put_json(json_t *object, const char *key, json_t *item)
{
	if (item == NULL || json_object_set_new(object, key, item) != 0)
		lab_fatal("no memory for the %s of a trace", key);
}

static void put_number(json_t *object, const char *key, int64_t number)
{
	put_json(object, key, json_integer(number));
}

/* As a string: not every reader of JSON keeps 64 bits of a number. */
static void put_id(json_t *object, const char *key, uint64_t id)
{
	put_json(object, key, json_sprintf("%" PRIu64, id));
}

static void put_value(json_t *object, const char *key,
		      const struct trace_value *v)
{
	put_json(object, key, json_pack("{s:s, s:I, s:o}", "brief", v->brief,
				   "bytes", (json_int_t)v->bytes,
				   "fingerprint",
				   json_sprintf("%016" PRIx64,
						v->fingerprint)));
}

static const char *event_name(enum ctl_sight what)
{
	switch (what) {
	case CTL_NOTED: return "step";
	case CTL_SENT: return "sent";
	case CTL_DELIVERED: return "delivered";
	case CTL_REPLIED: return "replied";
	case CTL_RETURNED: return "returned";
	case CTL_LOST_REQUEST: return "request_lost";
	case CTL_LOST_REPLY: return "reply_lost";
	case CTL_LATE: return "request_late";
	case CTL_DOUBLED: return "request_doubled";
	case CTL_HELD: return "reply_held";
	}
	return "unknown";
}

static const char *const message_names[] = {
	[MESSAGE_OTHER] = "other", [MESSAGE_PREPARE] = "prepare",
	[MESSAGE_ACCEPT] = "accept", [MESSAGE_DECIDED] = "decided",
	[MESSAGE_OPEN] = "open", [MESSAGE_GET] = "get",
	[MESSAGE_PUT] = "put", [MESSAGE_APPEND] = "append",
	[MESSAGE_CLOSE] = "close",
};

static void put_paxos(json_t *object, const struct trace_event *e)
{
	static const char *const outcomes[] = {
		[OUTCOME_OK] = "ok", [OUTCOME_REFUSED] = "refused",
		[OUTCOME_DECIDED] = "decided",
		[OUTCOME_FORGOTTEN] = "forgotten",
	};
	bool known = e->outcome >= OUTCOME_OK &&
		     e->outcome <= OUTCOME_FORGOTTEN;

	if (e->seq != NO_SEQ)
		put_number(object, "instance", e->seq);
	if (e->message != MESSAGE_DECIDED)
		put_number(object, "ballot", e->n);
	if (e->is_reply && e->message != MESSAGE_DECIDED) {
		put_json(object, "outcome", json_string(
			known ? outcomes[e->outcome] : "unknown"));
		put_number(object, "promised", e->promised);
	}
	if (e->is_reply && e->message == MESSAGE_PREPARE)
		put_number(object, "accepted", e->accepted);
}

static void put_service(json_t *object, const struct trace_event *e)
{
	bool write = e->message == MESSAGE_PUT || e->message == MESSAGE_APPEND;

	if (e->key.brief[0] != '\0')
		put_value(object, "key", &e->key);
	if (e->is_reply)
		put_json(object, "status",
			 json_string(status_name(e->status)));
	if (e->message == MESSAGE_OPEN ? e->is_reply
				       : !e->is_reply &&
					 (write ||
					  e->message == MESSAGE_CLOSE))
		put_id(object, "client", e->client);
	if (write && !e->is_reply)
		put_id(object, "number", e->number);
}

static json_t *event_json(const struct trace_event *e)
{
	json_t *object = json_object();

	put_number(object, "at_ns", e->at_ns);
	put_json(object, "event", json_string(event_name(e->what)));
	put_json(object, "matters", json_boolean(e->matters));
	if (e->what == CTL_NOTED) {
		put_json(object, "text", json_text(e->note));
		return object;
	}
	put_number(object, "call", e->call);
	put_number(object, "from", e->from);
	put_number(object, "to", e->to);
	put_json(object, "copy", json_boolean(e->copy));
	if (e->what >= CTL_LATE)
		put_number(object, "late_ms", e->late_ms);
	put_json(object, "message", json_string(message_names[e->message]));
	put_json(object, "reply", json_boolean(e->is_reply));
	if (e->message >= MESSAGE_OPEN)
		put_service(object, e);
	else if (e->message != MESSAGE_OTHER)
		put_paxos(object, e);
	if (e->val.brief[0] != '\0')
		put_value(object, "value", &e->val);
	return object;
}

json_t *trace_json(const struct trace *trace)
{
	int first = trace->n > EVENTS_MAX ? trace->n - EVENTS_MAX : 0;
	json_t *object = json_object(), *events = json_array();

	put_number(object, "peers", trace->peers);
	put_json(object, "service", json_boolean(trace->service));
	put_json(object, "instance", trace->seq == NO_SEQ
	    ? json_null() : json_integer(trace->seq));
	put_number(object, "left_out", trace->left_out + first);
	for (int i = first; i < trace->n; i++)
		if (json_array_append_new(events,
					  event_json(&trace->events[i])) != 0)
			lab_fatal("no memory for a trace");
	if (trace->shrunk != NULL)
		put_json(object, "shrunk", shrink_json(trace->shrunk));
	put_json(object, "events", events);
	return object;
}
