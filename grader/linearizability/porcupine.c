/*
 * porcupine.c - reads the key/value histories that porcupine is tested with.
 *
 * A line is a moment: its number is the time.
 *
 * Invariant: pending[] holds one operation of each process that called and
 * has not returned; its bytes are its own.
 *
 * No locks: one thread.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "grader/linearizability/reader.h"
#include "grader/linearizability/room.h"

struct lin_pending {
	struct lin_op op;
};

/* What a line says. */
struct event {
	int64_t process;
	bool returns;
	bool nil; /* it has no value */
	enum lin_kind kind;
	unsigned fields; /* those that were there */
};

enum { PROCESS = 1, TYPE = 2, F = 4, KEY = 8, VALUE = 16, ALL = 31 };

static bool read_type(struct lin_reader *r, struct event *event)
{
	event->returns = lin_reader_takes(r, ":ok");
	if (event->returns || lin_reader_takes(r, ":invoke"))
		return true;
	return lin_reader_refuse(r, ":type is neither :invoke nor :ok");
}

static bool read_f(struct lin_reader *r, struct event *event)
{
	if (lin_reader_takes(r, ":get"))
		event->kind = LIN_GET;
	else if (lin_reader_takes(r, ":put"))
		event->kind = LIN_PUT;
	else if (lin_reader_takes(r, ":append"))
		event->kind = LIN_APPEND;
	else
		return lin_reader_refuse(r, ":f is none of :get, :put and "
					 ":append");
	return true;
}

static bool read_field(struct lin_reader *r, struct event *event)
{
	static const char *const names[] = { ":process", ":type", ":f",
					     ":key", ":value" };
	unsigned i = 0;

	while (i < 5 && !lin_reader_takes(r, names[i]))
		i++;
	if (i == 5)
		return lin_reader_refuse(r, "no such field; there are "
					 ":process, :type, :f, :key, :value");
	if (event->fields & 1u << i)
		return lin_reader_refuse(r, "%s is there twice", names[i]);
	event->fields |= 1u << i;
	switch (1 << i) {
	case PROCESS:
		return lin_reader_number(r, ":process", &event->process);
	case TYPE:
		return read_type(r, event);
	case F:
		return read_f(r, event);
	case KEY:
		return lin_reader_bytes(r, ":key", &r->key, &r->key_room);
	default:
		event->nil = lin_reader_takes(r, "nil");
		r->value.len = 0;
		return event->nil || lin_reader_bytes(r, ":value", &r->value,
						      &r->value_room);
	}
}

static bool read_event(struct lin_reader *r, struct event *event)
{
	if (!lin_reader_takes(r, "{"))
		return lin_reader_refuse(r, "it does not begin with {");
	do {
		if (!read_field(r, event))
			return false;
	} while (lin_reader_takes(r, ","));
	if (!lin_reader_takes(r, "}") || !lin_reader_at_end(r))
		return lin_reader_refuse(r, "it does not end with }");
	if (event->fields != ALL)
		return lin_reader_refuse(r, "fields are missing; there are "
					 ":process, :type, :f, :key, :value");
	if (event->nil && (event->returns || event->kind != LIN_GET))
		return lin_reader_refuse(r, ":value is nil");
	if (!event->nil && !event->returns && event->kind == LIN_GET)
		return lin_reader_refuse(r, "a get that has a value already");
	return true;
}

static struct lin_pending *find(struct lin_reader *r, int64_t process)
{
	for (size_t i = 0; i < r->npending; i++)
		if (r->pending[i].op.client == process)
			return &r->pending[i];
	return NULL;
}

static bool call(struct lin_reader *r, const struct event *event)
{
	const struct lin_pending *before = find(r, event->process);

	if (before != NULL)
		return lin_reader_refuse(r, "process %" PRId64 " calls, but "
					 "its operation on line %" PRId64
					 " has not returned", event->process,
					 before->op.call_ns);
	r->pending = room_grow(r->pending, &r->pending_room,
			       r->npending + 1, sizeof(struct lin_pending));
	r->pending[r->npending++].op = (struct lin_op){
		.client = event->process,
		.kind = event->kind,
		.key = value_copy(r->key),
		.value = value_copy(r->value),
		.call_ns = (int64_t)r->line,
		.return_ns = LIN_NEVER,
	};
	return true;
}

static void end_pending(struct lin_reader *r, struct lin_pending *pending)
{
	lin_reader_add(r, &pending->op, (size_t)pending->op.call_ns);
	value_free(&pending->op.key);
	value_free(&pending->op.value);
	*pending = r->pending[--r->npending];
}

bool lin_porcupine_line(struct lin_reader *r)
{
	struct event event = { .fields = 0 };
	struct lin_pending *pending;

	if (!read_event(r, &event))
		return false;
	if (!event.returns)
		return call(r, &event);
	pending = find(r, event.process);
	if (pending == NULL)
		return lin_reader_refuse(r, "process %" PRId64 " returns, but "
					 "has not called", event.process);
	if (pending->op.kind != event.kind ||
	    !value_equal(pending->op.key, r->key) ||
	    (event.kind != LIN_GET &&
	     !value_equal(pending->op.value, r->value)))
		return lin_reader_refuse(r, "process %" PRId64 " returns from "
					 "something else than what it called "
					 "on line %" PRId64, event.process,
					 pending->op.call_ns);
	if (event.kind == LIN_GET)
		pending->op.value = value_copy(r->value);
	pending->op.return_ns = (int64_t)r->line;
	end_pending(r, pending);
	return true;
}

void lin_porcupine_end(struct lin_reader *r)
{
	while (r->npending > 0)
		end_pending(r, &r->pending[r->npending - 1]);
	free(r->pending);
	r->pending = NULL;
}
