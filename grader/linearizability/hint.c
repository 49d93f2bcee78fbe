/*
 * hint.c - the reasons that a person would give.
 *
 * That no order is legal is found by trying all; the reason is often plain to
 * see: nobody wrote this, it is in there twice, an append is missing, a put
 * had replaced it.  What is printed here is true in every order; where more
 * than one order is possible, nothing is printed.
 *
 * No locks: one thread.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "grader/linearizability/check.h"
#include "grader/linearizability/room.h"
#include "grader/linearizability/tiles.h"

#define WORK_MAX (UINT64_C(1) << 24)

struct reason {
	const struct lin_timeline *t;
	struct lin_problem problem;
	struct lin_classes puts, appends;
	struct tiles tiles;
	struct lin_item get;
	struct start start; /* a way to put its value together */
	size_t nstarts;     /* how many such starts there are */
	uint32_t *times;    /* by class of appends: in the value */
};

static void try_start(struct reason *r, struct start start)
{
	tiles_lay(&r->tiles, r->get.value, &r->appends, &start);
	if (tiles_reach(&r->tiles, (uint32_t)r->get.value.len)) {
		r->start = start;
		r->nstarts++;
	}
	tiles_lift(&r->tiles, r->get.value);
}

static void find_starts(struct reason *r)
{
	try_start(r, (struct start){ .class = LIN_NONE });
	for (size_t l = 0; l < r->puts.nlens; l++) {
		struct value v = { r->get.value.data, r->puts.lens[l] };
		uint32_t class;

		if (v.len > r->get.value.len)
			break;
		class = lin_classes_find(&r->puts, v);
		if (class != LIN_NONE)
			try_start(r, (struct start){ .class = class,
						     .at = (uint32_t)v.len });
	}
}

/* Prints whose operation ITEM is and when it was. */
static void print_item(const struct reason *r, FILE *to,
		       const struct lin_item *item)
{
	const struct lin_entry *entry =
		lin_history_entry(r->t->history, item->entry);

	fprintf(to, "client %" PRId64 "'s %s ", entry->client,
		item->kind == LIN_GET ? "get" :
		item->kind == LIN_PUT ? "put" : "append");
	lin_print_value(to, item->value);
	fprintf(to, " of %" PRId64 "..%" PRId64, entry->call_ns,
		entry->return_ns);
}

/* Something is in the value more often than it was appended. */
static bool is_doubled(struct reason *r, FILE *to)
{
	const struct lin_class *class = NULL;
	struct tile tile;
	uint32_t had = 0;

	tiles_choose(&r->tiles, &r->start, (uint32_t)r->get.value.len);
	while (tiles_next_needed(&r->tiles, &tile))
		r->times[tile.class]++;
	for (size_t c = 0; c < r->appends.n; c++) {
		uint32_t count = 0;

		for (uint32_t i = r->appends.all[c].first; i != LIN_NONE;
		     i = r->problem.items[i].same)
			count++;
		if (class == NULL && r->times[c] > count) {
			class = &r->appends.all[c];
			had = count;
			tile.class = (uint32_t)c;
		}
	}
	if (class == NULL)
		return false;
	fputs("It holds ", to);
	lin_print_value(to, class->bytes);
	fprintf(to, " %" PRIu32 " times, but that was appended only %" PRIu32
		" time%s.\n", r->times[tile.class], had, had == 1 ? "" : "s");
	return true;
}

/* When all puts that the value can come from had returned: the rank. */
static uint32_t source_back(const struct reason *r)
{
	const struct lin_item *items = r->problem.items;
	uint32_t back = 0;

	if (r->start.class == LIN_NONE)
		return 0;
	for (uint32_t i = r->puts.all[r->start.class].first; i != LIN_NONE;
	     i = items[i].same)
		if (items[i].back > back)
			back = items[i].back;
	return back;
}

/* What was appended between the put and the get is not in the value at all. */
static bool is_missing(struct reason *r, FILE *to)
{
	for (size_t c = 0; c < r->appends.n; c++) {
		const struct lin_item *item =
			&r->problem.items[r->appends.all[c].first];
		size_t tile = 0;

		while (tile < r->tiles.n && r->tiles.all[tile].class != c)
			tile++;
		if (tile < r->tiles.n || item->back >= r->get.call ||
		    item->call < source_back(r))
			continue;
		fputs("It lacks what had been appended before, by ", to);
		print_item(r, to, item);
		fputs(".\n", to);
		return true;
	}
	return false;
}

/* Every put that its value can come from had been replaced. */
static bool is_replaced(struct reason *r, FILE *to)
{
	const struct lin_item *items = r->problem.items;
	uint32_t back = source_back(r);

	for (uint32_t i = 0; i < r->problem.n; i++) {
		if (items[i].kind != LIN_PUT || items[i].call <= back ||
		    items[i].back >= r->get.call)
			continue;
		fputs("It had been replaced before the get was called, by ",
		      to);
		print_item(r, to, &items[i]);
		fputs(".\n", to);
		return true;
	}
	return false;
}

/* Tells whether OTHER, a get, has seen what can only be newer. */
static bool is_newer(const struct reason *r, const struct lin_item *other)
{
	const struct lin_item *items = r->problem.items;
	uint32_t mine = r->get.source, its = other->source;

	if (mine == LIN_NONE || its == LIN_NONE)
		return false;
	if (mine == its)
		return other->value.len > r->get.value.len;
	return mine == r->problem.n ||
	       (its != r->problem.n && items[mine].back < items[its].call);
}

/* Another get had seen something newer before. */
static bool is_older(struct reason *r, FILE *to)
{
	for (uint32_t i = 0; i < r->problem.n; i++) {
		const struct lin_item *it = &r->problem.items[i];

		if (it->kind != LIN_GET || it->back >= r->get.call ||
		    !is_newer(r, it))
			continue;
		fputs("Something newer had been seen before, by ", to);
		print_item(r, to, it);
		fputs(".\n", to);
		return true;
	}
	return false;
}

void lin_hint(FILE *to, const struct lin_timeline *t, uint32_t op)
{
	size_t key = lin_history_entry(t->history, op)->key;
	struct reason r = { .t = t };

	lin_problem_init(&r.problem, t, key, t->back[op] + 1, LIN_NONE);
	for (uint32_t i = 0; i < r.problem.n; i++) {
		/* Here what nobody else can have seen counts as well. */
		r.problem.items[i].left_out =
			r.problem.items[i].value.len == 0 &&
			r.problem.items[i].kind == LIN_APPEND;
		r.problem.items[i].same = LIN_NONE;
	}
	r.get = r.problem.items[t->place[op]];
	lin_classes_init(&r.puts, &r.problem, LIN_PUT);
	lin_classes_init(&r.appends, &r.problem, LIN_APPEND);
	r.times = room_make(r.appends.n, sizeof(uint32_t));
	r.tiles.work = WORK_MAX;
	find_starts(&r);
	if (!r.tiles.given_up && r.nstarts == 0)
		fputs("No put and no appends until then make up that "
		      "value.\n", to);
	else if (!r.tiles.given_up && r.nstarts == 1 &&
		 !is_replaced(&r, to) && !is_doubled(&r, to) &&
		 !is_missing(&r, to))
		is_older(&r, to);
	lin_problem_deinit(&r.problem);
	lin_classes_deinit(&r.puts);
	lin_classes_deinit(&r.appends);
	tiles_deinit(&r.tiles);
	free(r.times);
}
