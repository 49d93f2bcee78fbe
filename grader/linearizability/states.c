/*
 * states.c - see states.h.
 *
 * Invariant: two states with the same bytes have the same number.  Equal
 * fingerprints only suggest that they are the same; the bytes are compared.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/states.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"

/* An odd number without a pattern; nothing depends on which. */
#define BASE UINT64_C(0x9e3779b97f4a7c15)

struct lin_print lin_print_extend(struct lin_print print, struct value bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		print.hash = print.hash * BASE + bytes.data[i] + 1;
		print.power *= BASE;
	}
	return print;
}

static size_t first_slot(const struct lin_states *s, uint64_t hash)
{
	return (hash ^ hash >> 29) & (s->size - 1);
}

/* Gives the state with number N - 1 a slot. */
static void put_in_slot(struct lin_states *s, uint32_t n)
{
	size_t at = first_slot(s, s->all[n - 1].print.hash);

	while (s->slots[at] != 0)
		at = (at + 1) & (s->size - 1);
	s->slots[at] = n;
}

static uint32_t add(struct lin_states *s, const struct lin_state *state)
{
	size_t had = s->room * sizeof(struct lin_state);

	s->all = room_grow(s->all, &s->room, s->n + 1,
			   sizeof(struct lin_state));
	lin_meter_resize(s->meter, had, s->room * sizeof(struct lin_state));
	s->all[s->n++] = *state;
	if (s->n * 2 > s->size) {
		lin_meter_resize(s->meter, s->size * sizeof(uint32_t),
				 s->size * 2 * sizeof(uint32_t));
		free(s->slots);
		s->size *= 2;
		s->slots = room_make(s->size, sizeof(uint32_t));
		for (size_t n = 2; n < s->n; n++)
			put_in_slot(s, (uint32_t)n);
	}
	put_in_slot(s, (uint32_t)s->n);
	return (uint32_t)s->n - 1;
}

void lin_states_init(struct lin_states *s, struct lin_meter *meter)
{
	struct lin_state lost = { .parent = LIN_WHOLE };
	struct lin_state empty = { .parent = LIN_WHOLE,
				   .print = LIN_PRINT_EMPTY };

	*s = (struct lin_states){ .meter = meter, .size = 16 };
	s->slots = room_make(s->size, sizeof(uint32_t));
	lin_meter_resize(meter, 0, s->size * sizeof(uint32_t));
	s->room = 16;
	s->all = room_make(s->room, sizeof(struct lin_state));
	lin_meter_resize(meter, 0, s->room * sizeof(struct lin_state));
	s->all[s->n++] = lost; /* without a slot: it is equal to nothing */
	add(s, &empty);
}

void lin_states_deinit(struct lin_states *s)
{
	lin_meter_resize(s->meter, s->size * sizeof(uint32_t) +
			 s->room * sizeof(struct lin_state), 0);
	free(s->all);
	free(s->slots);
	*s = (struct lin_states){ .n = 0 };
}

static bool same_bytes(const unsigned char *a, const unsigned char *b,
		       size_t len)
{
	return len == 0 || a == b || memcmp(a, b, len) == 0;
}

/* Tells whether STATE is the LEN bytes at DATA; as many it has. */
static bool is_whole(const struct lin_states *s, uint32_t state,
		     const unsigned char *data, size_t len)
{
	const struct lin_state *it = &s->all[state];

	for (; it->parent != LIN_WHOLE; it = &s->all[it->parent]) {
		len -= it->bytes.len;
		if (!same_bytes(it->bytes.data, data + len, it->bytes.len))
			return false;
	}
	return same_bytes(it->bytes.data, data, len);
}

/* Tells whether IT, of the same length, is what STATE with BYTES is. */
static bool is_appended(const struct lin_states *s,
			const struct lin_state *it, uint32_t state,
			struct value bytes)
{
	struct value copy;
	bool same;

	if (it->parent == state && value_equal(it->bytes, bytes))
		return true;
	if (it->parent == LIN_WHOLE)
		return same_bytes(bytes.data,
				  it->bytes.data + (it->len - bytes.len),
				  bytes.len) &&
		       is_whole(s, state, it->bytes.data,
				it->len - bytes.len);
	/* Put together in two ways: rare enough to be taken apart. */
	copy = lin_states_copy(s, (uint32_t)(it - s->all));
	same = same_bytes(bytes.data, copy.data + (copy.len - bytes.len),
			  bytes.len) &&
	       is_whole(s, state, copy.data, copy.len - bytes.len);
	value_free(&copy);
	return same;
}

uint32_t lin_states_whole(struct lin_states *s, struct value bytes,
			  struct lin_print print)
{
	size_t at = first_slot(s, print.hash);

	for (; s->slots[at] != 0; at = (at + 1) & (s->size - 1)) {
		uint32_t state = s->slots[at] - 1;
		const struct lin_state *it = &s->all[state];

		if (it->print.hash == print.hash && it->len == bytes.len &&
		    is_whole(s, state, bytes.data, bytes.len))
			return state;
	}
	return add(s, &(struct lin_state){ print, bytes, bytes.len,
					   LIN_WHOLE });
}

uint32_t lin_states_append(struct lin_states *s, uint32_t state,
			   struct value bytes, struct lin_print print,
			   const struct value *text)
{
	const struct lin_state *from = &s->all[state];
	size_t len = from->len + bytes.len;
	struct lin_state new = {
		.print = { from->print.hash * print.power + print.hash,
			   from->print.power * print.power },
		.bytes = bytes,
		.len = len,
		.parent = state,
	};
	size_t at = first_slot(s, new.print.hash);

	for (; s->slots[at] != 0; at = (at + 1) & (s->size - 1)) {
		const struct lin_state *it = &s->all[s->slots[at] - 1];

		if (it->print.hash == new.print.hash && it->len == len &&
		    is_appended(s, it, state, bytes))
			return s->slots[at] - 1;
	}
	if (text != NULL) {
		new.bytes = (struct value){ text->data, len };
		new.parent = LIN_WHOLE;
	}
	return add(s, &new);
}

size_t lin_states_len(const struct lin_states *s, uint32_t state)
{
	return s->all[state].len;
}

struct value lin_states_copy(const struct lin_states *s, uint32_t state)
{
	const struct lin_state *it = &s->all[state];
	struct value v = VALUE_EMPTY;
	size_t end = it->len;

	if (end == 0)
		return v;
	v.data = room_make(end, 1);
	v.len = end;
	for (; it->parent != LIN_WHOLE; it = &s->all[it->parent]) {
		end -= it->bytes.len;
		if (it->bytes.len > 0)
			memcpy(v.data + end, it->bytes.data, it->bytes.len);
	}
	if (end > 0)
		memcpy(v.data, it->bytes.data, end);
	return v;
}
