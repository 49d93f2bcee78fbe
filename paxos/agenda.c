/*
 * agenda.c - a binary heap of instances by the time of their next round.
 *
 * Invariant: no entry is due before its parent, entry (i - 1) / 2.
 *
 * No locks here; see agenda.h.
 */
#include "paxos/agenda.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_ROOM 16

void agenda_deinit(struct agenda *a)
{
	free(a->entries);
	*a = (struct agenda){ 0 };
}

static void grow(struct agenda *a)
{
	a->room = a->room == 0 ? FIRST_ROOM : 2 * a->room;
	a->entries = realloc(a->entries, a->room * sizeof(a->entries[0]));
	if (a->entries == NULL) {
		fprintf(stderr, "paxos: out of memory for the agenda\n");
		abort();
	}
}

void agenda_add(struct agenda *a, int64_t due_us, int64_t seq)
{
	size_t i;

	if (a->count == a->room)
		grow(a);
	i = a->count++;
	while (i > 0 && a->entries[(i - 1) / 2].due_us > due_us) {
		a->entries[i] = a->entries[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	a->entries[i].due_us = due_us;
	a->entries[i].seq = seq;
}

const struct agenda_entry *agenda_first(const struct agenda *a)
{
	return a->count > 0 ? &a->entries[0] : NULL;
}

/* The last entry fills the hole, sinking below all that are due earlier. */
int64_t agenda_take(struct agenda *a)
{
	struct agenda_entry last;
	size_t i = 0, child;
	int64_t seq;

	assert(a->count > 0);

	seq = a->entries[0].seq;
	last = a->entries[--a->count];
	while ((child = 2 * i + 1) < a->count) {
		if (child + 1 < a->count &&
		    a->entries[child + 1].due_us < a->entries[child].due_us)
			child++;
		if (a->entries[child].due_us >= last.due_us)
			break;
		a->entries[i] = a->entries[child];
		i = child;
	}
	a->entries[i] = last;
	return seq;
}
