/*
 * placing.c - see placing.h.
 *
 * Invariant: links are taken out and put back in opposite orders, so that
 * what hangs out of the list still knows its place in it.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/placing.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"

struct lin_placed {
	uint32_t item;
	uint32_t top; /* what it was before */
};

/* The event before the first, and that after the last. */
static uint32_t head(const struct lin_placing *s)
{
	return 2 * s->problem->n;
}

static uint32_t tail(const struct lin_placing *s)
{
	return 2 * s->problem->n + 1;
}

static void make_list(struct lin_placing *s)
{
	const struct lin_problem *p = s->problem;
	uint32_t last = head(s);

	s->next = room_make(2 * (size_t)p->n + 2, sizeof(uint32_t));
	s->prev = room_make(2 * (size_t)p->n + 2, sizeof(uint32_t));
	for (uint32_t e = 0; e < p->norder; e++) {
		s->next[last] = p->order[e];
		s->prev[p->order[e]] = last;
		last = p->order[e];
		s->left += last & 1;
	}
	s->next[last] = tail(s);
	s->prev[tail(s)] = last;
}

/* Finds the states of gets: values that begin one another share the work. */
static void make_results(struct lin_placing *s)
{
	const struct lin_problem *p = s->problem;
	struct lin_print print = LIN_PRINT_EMPTY;
	struct value before = VALUE_EMPTY;

	for (uint32_t g = 0; g < p->ngets; g++) {
		struct value v = p->items[p->by_value[g]].value;
		struct value rest = v;

		if (!lin_begins(before, v)) {
			before = VALUE_EMPTY;
			print = LIN_PRINT_EMPTY;
		}
		if (before.len > 0) {
			rest.data += before.len;
			rest.len -= before.len;
		}
		print = lin_print_extend(print, rest);
		s->results[p->by_value[g]] =
			lin_states_whole(&s->states, v, print);
		before = v;
	}
	for (uint32_t i = 0; i < p->n; i++) {
		const struct lin_item *item = &p->items[i];

		if (item->kind == LIN_GET || item->left_out || item->unseen)
			continue;
		s->prints[i] = lin_print_extend(LIN_PRINT_EMPTY, item->value);
		if (item->kind == LIN_PUT)
			s->results[i] = lin_states_whole(
				&s->states, item->value, s->prints[i]);
	}
}

void lin_placing_init(struct lin_placing *s, const struct lin_problem *p,
		      struct lin_meter *meter, const struct value *barred,
		      size_t nbarred)
{
	*s = (struct lin_placing){ .problem = p, .nbarred = nbarred,
				   .state = LIN_STATE_EMPTY,
				   .epoch = p->n };
	make_list(s);
	s->placed = room_make(p->n, sizeof(bool));
	s->met = room_make((size_t)p->n + 1, sizeof(uint32_t));
	s->trail = room_make(p->n, sizeof(struct lin_placed));
	s->results = room_make(p->n, sizeof(uint32_t));
	s->prints = room_make(p->n, sizeof(struct lin_print));
	s->barred = room_make(nbarred, sizeof(uint32_t));
	lin_states_init(&s->states, meter);
	make_results(s);
	for (size_t i = 0; i < nbarred; i++)
		s->barred[i] = lin_states_whole(
			&s->states, barred[i],
			lin_print_extend(LIN_PRINT_EMPTY, barred[i]));
}

void lin_placing_deinit(struct lin_placing *s)
{
	free(s->next);
	free(s->prev);
	free(s->placed);
	free(s->met);
	free(s->trail);
	free(s->results);
	free(s->prints);
	free(s->barred);
	lin_states_deinit(&s->states);
}

uint32_t lin_placing_first(const struct lin_placing *s)
{
	return lin_placing_next(s, head(s));
}

uint32_t lin_placing_next(const struct lin_placing *s, uint32_t event)
{
	return s->next[event] == tail(s) ? LIN_NONE : s->next[event];
}

static void take_out(struct lin_placing *s, uint32_t event)
{
	s->next[s->prev[event]] = s->next[event];
	s->prev[s->next[event]] = s->prev[event];
}

static void put_back(struct lin_placing *s, uint32_t event)
{
	s->next[s->prev[event]] = event;
	s->prev[s->next[event]] = event;
}

static void place(struct lin_placing *s, uint32_t i)
{
	const struct lin_item *item = &s->problem->items[i];

	s->trail[s->ntrail++] = (struct lin_placed){ i, s->top };
	/* The return first: so the call's next is one that still hangs. */
	if (item->back != LIN_LATEST) {
		take_out(s, 2 * i + 1);
		s->left--;
	}
	take_out(s, 2 * i);
	s->placed[i] = true;
	if (i >= s->top)
		s->top = i + 1;
	if (item->kind == LIN_GET && item->source != LIN_NONE)
		s->met[item->source]++;
}

void lin_placing_undo(struct lin_placing *s, size_t ntrail)
{
	while (s->ntrail > ntrail) {
		struct lin_placed *last = &s->trail[--s->ntrail];
		const struct lin_item *item = &s->problem->items[last->item];

		if (item->kind == LIN_GET && item->source != LIN_NONE)
			s->met[item->source]--;
		s->top = last->top;
		s->placed[last->item] = false;
		put_back(s, 2 * last->item);
		if (item->back != LIN_LATEST) {
			put_back(s, 2 * last->item + 1);
			s->left++;
		}
	}
}

static bool is_barred(const struct lin_placing *s, uint32_t state)
{
	for (size_t i = 0; i < s->nbarred; i++)
		if (s->barred[i] == state)
			return true;
	return false;
}

/* Tells whether I can be placed now without a loss. */
static bool comes_now(struct lin_placing *s, uint32_t i)
{
	const struct lin_item *item = &s->problem->items[i];

	if (item->wild) {
		if (s->state == LIN_STATE_LOST || is_barred(s, s->state))
			return false;
		s->wild_state = s->state;
		return true;
	}
	if (item->kind == LIN_GET)
		return s->results[i] == s->state;
	return item->unseen && s->state == LIN_STATE_LOST;
}

void lin_placing_settle(struct lin_placing *s)
{
	uint32_t event = lin_placing_first(s);

	for (; event != LIN_NONE && (event & 1) == 0;
	     event = lin_placing_next(s, event))
		if (comes_now(s, event / 2))
			place(s, event / 2);
}

/* The shortest value that a get of this epoch must still return, or NULL. */
static const struct value *target(const struct lin_placing *s)
{
	const struct lin_problem *p = s->problem;
	const struct lin_source *source;

	if (s->epoch == LIN_NONE)
		return NULL;
	source = &p->sources[s->epoch];
	if (s->met[s->epoch] == source->ngets)
		return NULL;
	return &p->items[p->targets[source->first + s->met[s->epoch]]].value;
}

/* Tells whether ADDED leads from the state to V, or on the way there. */
static bool leads_to(const struct lin_placing *s, struct value added,
		     const struct value *v)
{
	size_t len = lin_states_len(&s->states, s->state);

	return len + added.len <= v->len &&
	       memcmp(v->data + len, added.data, added.len) == 0;
}

bool lin_placing_may(const struct lin_placing *s, uint32_t i)
{
	const struct lin_item *item = &s->problem->items[i];
	const struct value *v;

	if (item->kind == LIN_GET || item->unseen ||
	    (item->before != LIN_NONE && !s->placed[item->before]))
		return false;
	v = target(s);
	if (item->kind == LIN_PUT)
		return v == NULL;
	if (item->source != LIN_NONE && item->source != s->epoch)
		return false;
	return v == NULL || leads_to(s, item->value, v);
}

bool lin_placing_may_lose(const struct lin_placing *s, uint32_t first)
{
	return s->problem->items[first].unseen &&
	       s->state != LIN_STATE_LOST && target(s) == NULL;
}

void lin_placing_go(struct lin_placing *s, uint32_t way)
{
	const struct value *v = target(s);

	if (way != LIN_WAY_LOSE &&
	    s->problem->items[way].kind == LIN_APPEND) {
		place(s, way);
		if (s->state != LIN_STATE_LOST)
			s->state = lin_states_append(
				&s->states, s->state,
				s->problem->items[way].value, s->prints[way],
				v);
		return;
	}
	s->state = LIN_STATE_LOST;
	s->epoch = LIN_NONE;
	if (way == LIN_WAY_LOSE)
		return;
	lin_placing_settle(s); /* what is unseen comes just before a put */
	place(s, way);
	s->state = s->results[way];
	s->epoch = way;
}
