/*
 * timeline.c - see timeline.h.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/timeline.h"

#include <stdlib.h>

#include "grader/linearizability/room.h"

struct event {
	int64_t at_ns;
	uint32_t what; /* as in events[] */
};

static int in_time_order(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if ((x->what ^ y->what) & 1)
		return x->what & 1 ? 1 : -1;
	return (x->what > y->what) - (x->what < y->what);
}

/* Writes the events of H to EVENTS, in order; returns how many there are. */
static size_t sort_events(const struct lin_history *h, struct event *events)
{
	size_t n = 0;

	for (size_t i = 0; i < lin_history_count(h); i++) {
		const struct lin_entry *entry = lin_history_entry(h, i);
		uint32_t call = 2 * (uint32_t)i;

		events[n++] = (struct event){ entry->call_ns, call };
		if (entry->return_ns != LIN_NEVER)
			events[n++] = (struct event){ entry->return_ns,
						      call + 1 };
	}
	qsort(events, n, sizeof(struct event), in_time_order);
	return n;
}

void lin_timeline_init(struct lin_timeline *t, const struct lin_history *h)
{
	size_t n = lin_history_count(h), nkeys = lin_history_keys(h);
	struct event *events = room_make(2 * n, sizeof(struct event));
	size_t nevents = sort_events(h, events);
	uint32_t *fill = room_make(nkeys, sizeof(uint32_t));
	uint32_t *calls = room_make(nkeys, sizeof(uint32_t));

	t->history = h;
	t->call = room_make(n, sizeof(uint32_t));
	t->back = room_make(n, sizeof(uint32_t));
	t->place = room_make(n, sizeof(uint32_t));
	t->events = room_make(nevents, sizeof(uint32_t));
	t->begin = room_make(nkeys + 1, sizeof(uint32_t));
	for (size_t i = 0; i < n; i++)
		t->back[i] = LIN_LATEST;
	for (size_t e = 0; e < nevents; e++)
		t->begin[lin_history_entry(h, events[e].what / 2)->key + 1]++;
	for (size_t k = 0; k < nkeys; k++) {
		t->begin[k + 1] += t->begin[k];
		fill[k] = t->begin[k];
	}
	for (size_t e = 0; e < nevents; e++) {
		uint32_t what = events[e].what, op = what / 2;

		*(what & 1 ? &t->back[op] : &t->call[op]) = (uint32_t)e + 1;
		if ((what & 1) == 0)
			t->place[op] = calls[lin_history_entry(h, op)->key]++;
		t->events[fill[lin_history_entry(h, op)->key]++] = what;
	}
	free(events);
	free(fill);
	free(calls);
}

void lin_timeline_deinit(struct lin_timeline *t)
{
	free(t->call);
	free(t->back);
	free(t->place);
	free(t->events);
	free(t->begin);
	*t = (struct lin_timeline){ .history = NULL };
}
