/*
 * classes.c - see classes.h.
 *
 * Invariant: at most half of the slots are taken, each class has one.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/classes.h"

#include <stdlib.h>

#include "grader/linearizability/room.h"

/* The slot of the class of BYTES, or the free one where it belongs. */
static uint32_t *slot_of(const struct lin_classes *c, uint64_t hash,
			 struct value bytes)
{
	size_t at = (hash ^ hash >> 32) & (c->size - 1);

	for (; c->slots[at] != 0; at = (at + 1) & (c->size - 1)) {
		const struct lin_class *class = &c->all[c->slots[at] - 1];

		if (class->hash == hash && value_equal(class->bytes, bytes))
			break;
	}
	return &c->slots[at];
}

uint32_t lin_classes_find(const struct lin_classes *c, struct value bytes)
{
	uint32_t slot = *slot_of(c, value_fingerprint(bytes), bytes);

	return slot == 0 ? LIN_NONE : slot - 1;
}

static void add(struct lin_classes *c, struct lin_problem *p, uint32_t i)
{
	struct value bytes = p->items[i].value;
	uint64_t hash = value_fingerprint(bytes);
	uint32_t *slot = slot_of(c, hash, bytes);
	struct lin_class *class;

	if (*slot != 0) {
		class = &c->all[*slot - 1];
		p->items[class->last].same = i;
		class->last = i;
		return;
	}
	c->all = room_grow(c->all, &c->room, c->n + 1,
			   sizeof(struct lin_class));
	c->all[c->n] = (struct lin_class){ .bytes = bytes, .hash = hash,
					   .first = i, .last = i,
					   .after = LIN_LATEST };
	*slot = (uint32_t)++c->n;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void list_lens(struct lin_classes *c)
{
	c->lens = room_make(c->n, sizeof(uint32_t));
	for (size_t i = 0; i < c->n; i++)
		c->lens[i] = (uint32_t)c->all[i].bytes.len;
	qsort(c->lens, c->n, sizeof(uint32_t), ascending);
	for (size_t i = 0; i < c->n; i++)
		if (i == 0 || c->lens[i] != c->lens[i - 1])
			c->lens[c->nlens++] = c->lens[i];
}

void lin_classes_init(struct lin_classes *c, struct lin_problem *p,
		      enum lin_kind kind)
{
	size_t count = 0;

	for (uint32_t i = 0; i < p->n; i++)
		count += p->items[i].kind == kind && !p->items[i].left_out;
	*c = (struct lin_classes){ .size = 16 };
	while (c->size < 2 * count)
		c->size *= 2;
	c->slots = room_make(c->size, sizeof(uint32_t));
	for (uint32_t i = 0; i < p->n; i++)
		if (p->items[i].kind == kind && !p->items[i].left_out)
			add(c, p, i);
	list_lens(c);
}

void lin_classes_deinit(struct lin_classes *c)
{
	free(c->all);
	free(c->slots);
	free(c->lens);
	*c = (struct lin_classes){ .n = 0 };
}
