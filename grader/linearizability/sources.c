/*
 * sources.c - from which put each get has read, as far as values and times
 * tell; what must lie in which epoch; and what nobody can have seen.
 *
 * A get has returned the value of its source with appends behind it.  So the
 * values are taken apart: a value's possible sources are the puts (and the
 * initial state, which is empty) that begin it, if the rest can be tiled with
 * what appends add.  Of those, a put is no source if it was called only after
 * the get returned, or surely replaced before the get was called.
 *
 * Everything found here is true of every legal order, and nothing is assumed
 * that is not: where there is a choice, it is left to the search.  Values can
 * be made for which this takes long; then it is given up, by count and not
 * by time, and the search knows nothing beforehand.
 *
 * Values that begin one another are one group and are taken apart together,
 * by its longest.
 *
 * No locks: one thread.
 */
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/classes.h"
#include "grader/linearizability/room.h"
#include "grader/linearizability/tiles.h"

/* The steps after which finding sources is given up. */
#define WORK_MAX (UINT64_C(1) << 27)

struct finder {
	struct lin_problem *p;
	struct lin_classes puts, appends;
	unsigned char *nsources; /* by item: of a get; 2 means more */
	uint32_t *group_of;      /* by source: the last group bound to it */
	struct tiles tiles;
	struct start *starts;    /* of this group */
	size_t nstarts, starts_room;
};

/* A get that returned, to be sorted. */
struct result {
	struct value value;
	uint32_t item;
};

static int by_bytes(const void *a, const void *b)
{
	const struct result *x = a, *y = b;
	size_t n = x->value.len < y->value.len ? x->value.len : y->value.len;
	int order = n == 0 || x->value.data == y->value.data
			    ? 0 : memcmp(x->value.data, y->value.data, n);

	if (order != 0)
		return order;
	if (x->value.len != y->value.len)
		return x->value.len < y->value.len ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static void sort_results(struct lin_problem *p)
{
	struct result *results = room_make(p->n, sizeof(struct result));

	for (uint32_t i = 0; i < p->n; i++)
		if (p->items[i].kind == LIN_GET && !p->items[i].left_out &&
		    !p->items[i].wild)
			results[p->ngets++] =
				(struct result){ p->items[i].value, i };
	qsort(results, p->ngets, sizeof(struct result), by_bytes);
	p->by_value = room_make(p->ngets, sizeof(uint32_t));
	for (uint32_t g = 0; g < p->ngets; g++)
		p->by_value[g] = results[g].item;
	free(results);
}

/* Tells whether the write I may be in the epoch that GET reads. */
static bool in_time(const struct lin_item *i, const struct lin_item *get)
{
	return i->call < get->back && i->back > get->after;
}

static void add_source(struct finder *f, uint32_t get, uint32_t source)
{
	f->p->items[get].source = f->nsources[get] == 0 ? source : LIN_NONE;
	if (f->nsources[get] < 2)
		f->nsources[get]++;
}

/* GET's value can begin with START: counts the sources that this makes. */
static void count_sources(struct finder *f, uint32_t get,
			  const struct start *start)
{
	struct lin_item *items = f->p->items;

	if (start->class == LIN_NONE) {
		if (items[get].after == 0)
			add_source(f, get, f->p->n);
		return;
	}
	for (uint32_t i = f->puts.all[start->class].first;
	     i != LIN_NONE && items[i].call < items[get].back;
	     i = items[i].same) {
		tiles_work(&f->tiles, 1);
		if (!in_time(&items[i], &items[get]))
			continue;
		items[i].unseen = false;
		add_source(f, get, i);
	}
}

/*
 * Takes apart the gets by_value[FROM..TO), which begin one another, by the
 * epochs that begin with START.
 */
static void try_start(struct finder *f, uint32_t from, uint32_t to,
		      struct start start)
{
	struct lin_problem *p = f->p;
	struct value longest = p->items[p->by_value[to - 1]].value;
	uint32_t latest = 0, after = LIN_LATEST;

	tiles_lay(&f->tiles, longest, &f->appends, &start);
	for (uint32_t g = to; g-- > from;) {
		uint32_t i = p->by_value[g];
		uint32_t len = (uint32_t)p->items[i].value.len;

		tiles_seen(&f->tiles, &f->appends, len, latest, after);
		if (len < start.at || !tiles_reach(&f->tiles, len))
			continue;
		count_sources(f, i, &start);
		if (p->items[i].back > latest)
			latest = p->items[i].back;
		if (p->items[i].after < after)
			after = p->items[i].after;
	}
	tiles_seen(&f->tiles, &f->appends, 0, latest, after);
	tiles_lift(&f->tiles, longest);
	f->starts = room_grow(f->starts, &f->starts_room, f->nstarts + 1,
			      sizeof(struct start));
	f->starts[f->nstarts++] = start;
}

/* The one append of CLASS that GET can have read; LIN_NONE: not just one. */
static uint32_t only_append(struct finder *f, uint32_t class, uint32_t get)
{
	struct lin_item *items = f->p->items;
	uint32_t only = LIN_NONE;

	for (uint32_t i = f->appends.all[class].first; i != LIN_NONE;
	     i = items[i].same) {
		tiles_work(&f->tiles, 1);
		if (!in_time(&items[i], &items[get]))
			continue;
		if (only != LIN_NONE)
			return LIN_NONE;
		only = i;
	}
	return only;
}

/* GET has its one source: so have the appends that it cannot do without. */
static void bind_appends(struct finder *f, uint32_t get)
{
	struct lin_item *items = f->p->items;
	uint32_t source = items[get].source;
	const struct start *start = f->starts;
	struct tile tile;

	while ((start->class == LIN_NONE) != (source == f->p->n) ||
	       (source != f->p->n && start->at != items[source].value.len))
		start++;
	tiles_choose(&f->tiles, start, (uint32_t)items[get].value.len);
	while (tiles_next_needed(&f->tiles, &tile)) {
		uint32_t append = only_append(f, tile.class, get);

		if (append != LIN_NONE && items[append].source == LIN_NONE)
			items[append].source = source;
	}
}

/* Takes apart the gets by_value[FROM..TO), which begin one another. */
static void take_apart(struct finder *f, uint32_t from, uint32_t to)
{
	struct lin_problem *p = f->p;
	struct value longest = p->items[p->by_value[to - 1]].value;

	f->nstarts = 0;
	tiles_clear(&f->tiles);
	try_start(f, from, to, (struct start){ .class = LIN_NONE });
	for (size_t l = 0; l < f->puts.nlens; l++) {
		struct value start = { longest.data, f->puts.lens[l] };
		uint32_t class = LIN_NONE;

		if (start.len > longest.len)
			break;
		if (tiles_work(&f->tiles, start.len + 1))
			class = lin_classes_find(&f->puts, start);
		if (class != LIN_NONE)
			try_start(f, from, to, (struct start){
				.class = class,
				.at = (uint32_t)start.len,
			});
	}
	for (uint32_t g = to; g-- > from && !f->tiles.given_up;) {
		uint32_t i = p->by_value[g];

		if (f->nsources[i] == 0)
			p->impossible = true;
		if (f->nsources[i] != 1 ||
		    f->group_of[p->items[i].source] == to)
			continue;
		f->group_of[p->items[i].source] = to;
		bind_appends(f, i);
	}
}

static void find(struct finder *f)
{
	struct lin_problem *p = f->p;
	uint32_t from = 0;

	for (uint32_t g = 0; g < p->ngets && !f->tiles.given_up; g++) {
		if (g + 1 < p->ngets &&
		    lin_begins(p->items[p->by_value[g]].value,
			       p->items[p->by_value[g + 1]].value))
			continue;
		take_apart(f, from, g + 1);
		from = g + 1;
	}
	for (size_t c = 0; c < f->appends.n; c++) {
		const struct lin_class *class = &f->appends.all[c];

		for (uint32_t i = class->first; i != LIN_NONE;
		     i = p->items[i].same)
			if (p->items[i].call < class->latest &&
			    p->items[i].back > class->after)
				p->items[i].unseen = false;
	}
}

/* Before anything is known, nobody has seen anything; after giving up, ... */
static void forget(struct lin_problem *p, bool unseen)
{
	for (uint32_t i = 0; i < p->n; i++) {
		p->items[i].source = LIN_NONE;
		p->items[i].unseen = unseen && p->items[i].kind != LIN_GET;
	}
	p->impossible = false;
}

/* Lists the gets of each source. */
static void list_targets(struct lin_problem *p)
{
	uint32_t begin = 0;

	p->sources = room_make((size_t)p->n + 1, sizeof(struct lin_source));
	p->targets = room_make(p->ngets, sizeof(uint32_t));
	for (uint32_t g = 0; g < p->ngets; g++)
		if (p->items[p->by_value[g]].source != LIN_NONE)
			p->sources[p->items[p->by_value[g]].source].first++;
	for (uint32_t i = 0; i <= p->n; i++) {
		uint32_t ngets = p->sources[i].first;

		p->sources[i].first = begin;
		p->sources[i].urgency = i < p->n ? p->items[i].back
						 : LIN_LATEST;
		begin += ngets;
	}
	for (uint32_t g = 0; g < p->ngets; g++) {
		const struct lin_item *get = &p->items[p->by_value[g]];
		struct lin_source *source;
		uint32_t *place;

		if (get->source == LIN_NONE)
			continue;
		source = &p->sources[get->source];
		place = &p->targets[source->first + source->ngets++];
		*place = p->by_value[g];
		/* The gets of one epoch begin one another. */
		if (source->ngets > 1 &&
		    !lin_begins(p->items[place[-1]].value, get->value))
			p->impossible = true;
		if (get->back < source->urgency)
			source->urgency = get->back;
	}
}

void lin_problem_find_sources(struct lin_problem *p)
{
	struct finder f = { .p = p };

	sort_results(p);
	forget(p, true);
	lin_classes_init(&f.puts, p, LIN_PUT);
	lin_classes_init(&f.appends, p, LIN_APPEND);
	f.nsources = room_make(p->n, 1);
	f.group_of = room_make((size_t)p->n + 1, sizeof(uint32_t));
	f.tiles.work = WORK_MAX;
	find(&f);
	if (f.tiles.given_up)
		forget(p, false);
	else if (p->wild != LIN_NONE)
		for (uint32_t i = 0; i < p->n; i++)
			if (in_time(&p->items[i], &p->items[p->wild]))
				p->items[i].unseen = false;
	list_targets(p);
	lin_classes_deinit(&f.puts);
	lin_classes_deinit(&f.appends);
	tiles_deinit(&f.tiles);
	free(f.nsources);
	free(f.group_of);
	free(f.starts);
}
