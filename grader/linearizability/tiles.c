/*
 * tiles.c - see tiles.h.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/tiles.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"

void tiles_deinit(struct tiles *t)
{
	free(t->all);
	free(t->marks);
	*t = (struct tiles){ .n = 0 };
}

bool tiles_work(struct tiles *t, uint64_t steps)
{
	if (t->work < steps)
		t->given_up = true;
	else
		t->work -= steps;
	return !t->given_up;
}

void tiles_clear(struct tiles *t)
{
	t->n = 0;
}

static void add_tile(struct tiles *t, uint32_t from, uint32_t to,
		     uint32_t class)
{
	t->all = room_grow(t->all, &t->room, t->n + 1, sizeof(struct tile));
	t->all[t->n++] = (struct tile){ from, to, class };
	t->marks[to] = 1;
}

/* Adds the tiles of VALUE that begin at FROM. */
static void lay_from(struct tiles *t, struct value value, uint32_t from,
		     const struct lin_classes *appends)
{
	for (size_t l = 0; l < appends->nlens; l++) {
		struct value bytes = { .len = appends->lens[l] };
		uint32_t class;

		if (bytes.len > value.len - from ||
		    !tiles_work(t, bytes.len))
			break;
		bytes.data = value.data + from;
		class = lin_classes_find(appends, bytes);
		if (class != LIN_NONE)
			add_tile(t, from, from + appends->lens[l], class);
	}
}

void tiles_lay(struct tiles *t, struct value value,
	       const struct lin_classes *appends, struct start *start)
{
	size_t had = t->marks_room;
	unsigned char *at;

	t->marks = room_grow(t->marks, &t->marks_room, value.len + 1, 1);
	memset(t->marks + had, 0, t->marks_room - had);
	start->begin = t->begin = t->n;
	t->marks[start->at] = 1;
	at = t->marks + start->at;
	tiles_work(t, (value.len - start->at) / 16);
	while (at != NULL && !t->given_up) {
		size_t from = (size_t)(at - t->marks);

		lay_from(t, value, (uint32_t)from, appends);
		at = memchr(at + 1, 1, value.len - from);
	}
	start->end = t->unseen = t->n;
}

bool tiles_reach(const struct tiles *t, uint32_t at)
{
	return t->marks[at] != 0;
}

void tiles_seen(struct tiles *t, struct lin_classes *appends, uint32_t at,
		uint32_t latest, uint32_t after)
{
	while (t->unseen > t->begin && t->all[t->unseen - 1].from >= at) {
		struct lin_class *class =
			&appends->all[t->all[--t->unseen].class];

		if (latest > class->latest)
			class->latest = latest;
		if (after < class->after)
			class->after = after;
	}
}

void tiles_lift(struct tiles *t, struct value value)
{
	memset(t->marks, 0, value.len + 1);
}

void tiles_choose(struct tiles *t, const struct start *start, uint32_t to)
{
	t->marks[to] = 1;
	for (size_t i = start->end; i-- > start->begin;)
		if (t->all[i].to <= to && t->marks[t->all[i].to])
			t->marks[t->all[i].from] = 1;
	t->next = start->begin;
	t->end = start->end;
	t->covered = start->at;
	t->goal = to;
}

/* Tells whether T lies on a way that was chosen. */
static bool on_way(const struct tiles *t, const struct tile *tile)
{
	return tile->to <= t->goal && t->marks[tile->to];
}

bool tiles_next_needed(struct tiles *t, struct tile *tile)
{
	while (t->next < t->end) {
		const struct tile *it = &t->all[t->next++];
		bool first;

		if (!on_way(t, it))
			continue;
		/* Needed is what no other tile of a way overlaps. */
		first = it->from >= t->covered;
		if (it->to > t->covered)
			t->covered = it->to;
		while (t->next < t->end && !on_way(t, &t->all[t->next]))
			t->next++;
		if (first && (t->next == t->end ||
			      t->all[t->next].from >= it->to)) {
			*tile = *it;
			return true;
		}
	}
	memset(t->marks, 0, (size_t)t->goal + 1);
	return false;
}
