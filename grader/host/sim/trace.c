/*
 * trace.c - see trace.h.
 *
 * A ring: how a run failed shows at its end, so what is old makes room.  The
 * bytes of messages are copied as they are; the judge reads them.
 *
 * Invariant: event number i since the beginning is in ring[i % EVENTS_MAX],
 * if `n` - EVENTS_MAX <= i < `n`; `bytes` is what all bodies there take.
 *
 * No locks: one at a time.
 */
#include "grader/host/sim/trace.h"

#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/message.h"
#include "labrpc/sim/sim.h"
#include "labrpc/sim/watch.h"

#define EVENTS_MAX 4096

/* Bodies beyond this, all together, are left out. */
#define BYTES_MAX ((size_t)64 << 20)

/* What stands before the body of a reply that can be read: RFC 5531, section
 * 9, a reply that was accepted with SUCCESS and an empty verifier. */
#define REPLY_HEADER_BYTES 24

struct event {
	int64_t at_ns;
	struct sim_sighting seen;
	bool note, replied;
	struct call_header call;
	unsigned char *body;
	size_t len;
};

static struct event ring[EVENTS_MAX];
static size_t n, bytes;

static void drop_body(struct event *event)
{
	free(event->body);
	bytes -= event->len;
	*event = (struct event){ .body = NULL };
}

static struct event *add_event(void)
{
	struct event *event = &ring[n++ % EVENTS_MAX];

	drop_body(event);
	event->at_ns = sim_now_ns();
	return event;
}

static void keep_body(struct event *event, const void *from, size_t len)
{
	if (len == 0 || bytes + len > BYTES_MAX)
		return;
	event->body = malloc(len);
	if (event->body == NULL)
		lab_fatal("no memory for %zu bytes of a trace", len);
	memcpy(event->body, from, len);
	event->len = len;
	bytes += len;
}

/* Tells whether REPLY says that the call was served. */
static bool is_success(const struct record *reply)
{
	size_t i;

	/* After the id: a reply, which is a 1; then all is 0. */
	if (reply == NULL || reply->len < REPLY_HEADER_BYTES ||
	    reply->bytes[7] != 1)
		return false;
	for (i = 4; i < REPLY_HEADER_BYTES; i++)
		if (i != 7 && reply->bytes[i] != 0)
			return false;
	return true;
}

static void see(const struct sim_sighting *sighting)
{
	struct event *event = add_event();
	const struct record *request = sighting->request;
	const struct record *reply = sighting->reply;
	size_t at;

	event->seen = *sighting;
	if (message_read_call(request, &event->call) != CALL_GOOD)
		return;
	at = event->call.args_at;
	event->replied = (sighting->what == SIGHT_REPLIED ||
			  sighting->what == SIGHT_RETURNED) &&
			 is_success(reply);
	if (event->replied)
		keep_body(event, reply->bytes + REPLY_HEADER_BYTES,
			  reply->len - REPLY_HEADER_BYTES);
	else
		keep_body(event, request->bytes + at, request->len - at);
}

void trace_begin(bool on)
{
	size_t i;

	for (i = 0; i < EVENTS_MAX && i < n; i++)
		drop_body(&ring[i]);
	n = 0;
	sim_watch(on ? see : NULL);
}

void trace_note(struct value text)
{
	struct event *event = add_event();

	event->note = true;
	keep_body(event, text.data, text.len);
}

static enum ctl_sight sight_of(const struct event *event)
{
	static const enum ctl_sight sights[] = {
		[SIGHT_SENT] = CTL_SENT,
		[SIGHT_DELIVERED] = CTL_DELIVERED,
		[SIGHT_REPLIED] = CTL_REPLIED,
		[SIGHT_RETURNED] = CTL_RETURNED,
		[SIGHT_LOST_REQUEST] = CTL_LOST_REQUEST,
		[SIGHT_LOST_REPLY] = CTL_LOST_REPLY,
		[SIGHT_LATE] = CTL_LATE,
		[SIGHT_DOUBLED] = CTL_DOUBLED,
		[SIGHT_HELD] = CTL_HELD,
	};

	return event->note ? CTL_NOTED : sights[event->seen.what];
}

void trace_recall(int number, struct ctl_trace_reply *reply)
{
	size_t first = n > EVENTS_MAX ? n - EVENTS_MAX : 0;
	const struct event *event;
	const char *threads;

	reply->left_out = (int32_t)first;
	if (number < 0)
		return;
	if (first + (size_t)number >= n) {
		threads = sim_threads();
		reply->threads = value_make(threads, strlen(threads));
		return;
	}
	event = &ring[(first + (size_t)number) % EVENTS_MAX];
	reply->there = 1;
	reply->at_ns = event->at_ns;
	reply->what = sight_of(event);
	reply->from = event->seen.from;
	reply->to = event->seen.to;
	reply->call = event->seen.call;
	reply->copy = event->seen.copy;
	reply->late_ms = (int32_t)event->seen.late_ms;
	reply->prog = event->call.program;
	reply->vers = event->call.version;
	reply->proc = event->call.number;
	reply->replied = event->replied;
	if (event->len > 0)
		reply->body = value_make(event->body, event->len);
}
