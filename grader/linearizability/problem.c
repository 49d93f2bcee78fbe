/*
 * problem.c - see problem.h.
 *
 * Invariant: items[i] is the i-th call of the key, so that what the timeline
 * says of an operation's place holds for its item.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/problem.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"

bool lin_begins(struct value a, struct value b)
{
	return a.len <= b.len && (a.len == 0 || a.data == b.data ||
				  memcmp(a.data, b.data, a.len) == 0);
}

static struct lin_item item_of(const struct lin_timeline *t, uint32_t op,
			       uint32_t limit, uint32_t wild)
{
	const struct lin_entry *entry = lin_history_entry(t->history, op);
	struct lin_item item = {
		.value = lin_history_bytes(t->history, entry->value),
		.entry = op,
		.call = t->call[op],
		.back = t->back[op] < limit ? t->back[op] : LIN_LATEST,
		.source = LIN_NONE,
		.same = LIN_NONE,
		.before = LIN_NONE,
		.kind = (unsigned char)entry->kind,
		.wild = op == wild,
	};

	/* What changes nothing and tells nothing can be put anywhere. */
	item.left_out = item.kind == LIN_GET ? item.back == LIN_LATEST
			: item.kind == LIN_APPEND && item.value.len == 0;
	return item;
}

/* Fills items[] with what happened on KEY before LIMIT. */
static void list_items(struct lin_problem *p, const struct lin_timeline *t,
		       size_t key, uint32_t limit, uint32_t wild)
{
	uint32_t begin = t->begin[key], end = t->begin[key + 1];
	uint32_t after = 0; /* latest call of a put that returned so far */

	for (uint32_t e = begin; e < end; e++) {
		uint32_t op = t->events[e] / 2;
		struct lin_item *item = &p->items[t->place[op]];

		if ((t->events[e] & 1 ? t->back[op] : t->call[op]) >= limit)
			break;
		if (t->events[e] & 1) {
			if (item->kind == LIN_PUT && item->call > after)
				after = item->call;
			continue;
		}
		*item = item_of(t, op, limit, wild);
		item->after = after;
		if (item->wild)
			p->wild = p->n;
		p->n++;
	}
}

/* Lists the calls and returns of all items that are not left out. */
static void list_order(struct lin_problem *p, const struct lin_timeline *t,
		       size_t key, uint32_t limit)
{
	p->order = room_make(2 * (size_t)p->n, sizeof(uint32_t));
	for (uint32_t e = t->begin[key]; e < t->begin[key + 1]; e++) {
		uint32_t op = t->events[e] / 2, returns = t->events[e] & 1;

		if ((returns ? t->back[op] : t->call[op]) >= limit)
			break;
		if (!p->items[t->place[op]].left_out)
			p->order[p->norder++] = 2 * t->place[op] + returns;
	}
}

/*
 * Of two writes of the same bytes, one called no later and returned no later
 * than the other, the first can be taken to come first: to exchange them
 * changes no state and breaks no order.
 */
static void order_same(struct lin_problem *p)
{
	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t next = p->items[i].same;

		if (p->items[i].unseen || p->items[i].left_out)
			continue;
		while (next != LIN_NONE && (p->items[next].unseen ||
					    p->items[next].left_out))
			next = p->items[next].same;
		if (next != LIN_NONE &&
		    p->items[i].back <= p->items[next].back)
			p->items[next].before = i;
	}
}

void lin_problem_init(struct lin_problem *p, const struct lin_timeline *t,
		      size_t key, uint32_t limit, uint32_t wild)
{
	size_t count = lin_history_key(t->history, key)->ops;

	*p = (struct lin_problem){ .wild = LIN_NONE };
	p->items = room_make(count, sizeof(struct lin_item));
	list_items(p, t, key, limit, wild);
	lin_problem_find_sources(p);
	for (uint32_t i = 0; i < p->n; i++)
		if (p->items[i].unseen && p->items[i].back == LIN_LATEST)
			p->items[i].left_out = true;
	order_same(p);
	list_order(p, t, key, limit);
}

void lin_problem_deinit(struct lin_problem *p)
{
	free(p->items);
	free(p->order);
	free(p->sources);
	free(p->targets);
	free(p->by_value);
	*p = (struct lin_problem){ .wild = LIN_NONE };
}
