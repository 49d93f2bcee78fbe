/*
 * search.c - see search.h.
 *
 * Not every order has to be tried.  If there is a legal one, there is one in
 * which
 *
 * - a get that is possible now comes now: it changes nothing;
 * - no put comes before all gets of the epoch, and an append only in its own
 *   epoch and only if it leads to the next of these gets: other orders are
 *   not legal (sources.c);
 * - unseen writes come just before a put, because nobody sees what it
 *   replaces, or else when nothing but them may come next.  From then on the
 *   state is lost until the next put, and all that are unseen come at once;
 * - of writes of the same bytes a certain one is first (problem.c).
 *
 * A configuration is the state and what is placed, written as the number of
 * items up to the last placed one and those before it that are not: as short
 * as operations overlap.  Whether there is a legal order from here on depends
 * on nothing else.
 *
 * Invariant: trail, forks and ways are stacks; undoing the trail to a fork's
 * mark and setting its state and epoch is going back to it.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/search.h"

#include <stdlib.h>

#include "grader/linearizability/room.h"

/* Where there is one way only, one configuration in so many is kept. */
#define KEPT_OF 8

struct lin_fork {
	size_t mark; /* of the trail */
	size_t ways; /* its ways begin here */
	uint32_t state, epoch;
};

void lin_search_init(struct lin_search *s, const struct lin_problem *p,
		     struct lin_meter *meter, const struct value *barred,
		     size_t nbarred)
{
	*s = (struct lin_search){ .meter = meter };
	lin_placing_init(&s->at, p, meter, barred, nbarred);
	lin_memo_init(&s->memo, meter);
}

void lin_search_deinit(struct lin_search *s)
{
	lin_meter_resize(s->meter,
			 s->forks_room * sizeof(struct lin_fork) +
			 s->ways_room * sizeof(uint32_t), 0);
	free(s->forks);
	free(s->ways);
	free(s->words);
	lin_memo_deinit(&s->memo);
	lin_placing_deinit(&s->at);
}

/* The rank until which WAY should be gone: the lowest is tried first. */
static uint32_t urgency(const struct lin_search *s, uint32_t way)
{
	const struct lin_problem *p = s->at.problem;

	if (way == LIN_WAY_LOSE)
		return LIN_LATEST;
	return p->items[way].kind == LIN_PUT ? p->sources[way].urgency
					     : p->items[way].back;
}

/* Adds WAY to the ways from FIRST on. */
static void add_way(struct lin_search *s, size_t first, uint32_t way)
{
	size_t had = s->ways_room * sizeof(uint32_t), at = s->nways++;
	uint32_t rank = urgency(s, way);

	s->ways = room_grow(s->ways, &s->ways_room, s->nways,
			    sizeof(uint32_t));
	lin_meter_resize(s->meter, had, s->ways_room * sizeof(uint32_t));
	for (; at > first && urgency(s, s->ways[at - 1]) < rank; at--)
		s->ways[at] = s->ways[at - 1];
	s->ways[at] = way;
}

/* Lists the ways from here. */
static void list_ways(struct lin_search *s)
{
	size_t first = s->nways;
	uint32_t event = lin_placing_first(&s->at);

	for (; event != LIN_NONE && (event & 1) == 0;
	     event = lin_placing_next(&s->at, event))
		if (lin_placing_may(&s->at, event / 2))
			add_way(s, first, event / 2);
	if (event != LIN_NONE && lin_placing_may_lose(&s->at, event / 2))
		add_way(s, first, LIN_WAY_LOSE);
}

/* Writes the configuration to words[]; returns how many they are. */
static uint32_t describe(struct lin_search *s)
{
	uint32_t n = 0, event = lin_placing_first(&s->at);

	s->words = room_grow(s->words, &s->words_room, 2, sizeof(uint32_t));
	s->words[n++] = s->at.state;
	s->words[n++] = s->at.top;
	for (; event != LIN_NONE && event / 2 < s->at.top;
	     event = lin_placing_next(&s->at, event)) {
		if (event & 1)
			continue;
		s->words = room_grow(s->words, &s->words_room, n + 1,
				     sizeof(uint32_t));
		s->words[n++] = event / 2;
	}
	return n;
}

/* Tells whether this configuration, with NWAYS, was looked at before. */
static bool was_here(struct lin_search *s, size_t nways)
{
	uint32_t n = describe(s);
	uint64_t hash = lin_memo_hash(s->words, n);

	if (nways < 2 && hash % KEPT_OF != 0)
		return false;
	return !lin_memo_add(&s->memo, hash, s->words, n);
}

/* Looks at where the search is; true if all that returned is placed. */
static bool look(struct lin_search *s)
{
	size_t first = s->nways, had = s->forks_room;

	s->meter->configurations++;
	lin_placing_settle(&s->at);
	if (s->at.left == 0)
		return true;
	list_ways(s);
	if (s->nways == first)
		return false;
	if (was_here(s, s->nways - first)) {
		s->nways = first;
		return false;
	}
	s->forks = room_grow(s->forks, &s->forks_room, s->nforks + 1,
			     sizeof(struct lin_fork));
	lin_meter_resize(s->meter, had * sizeof(struct lin_fork),
			 s->forks_room * sizeof(struct lin_fork));
	s->forks[s->nforks++] = (struct lin_fork){
		.mark = s->at.ntrail,
		.ways = first,
		.state = s->at.state,
		.epoch = s->at.epoch,
	};
	return false;
}

/* Takes the best way of the latest fork; false if there is none left. */
static bool go_on(struct lin_search *s)
{
	const struct lin_fork *fork;
	uint32_t way;

	if (s->nforks == 0)
		return false;
	fork = &s->forks[s->nforks - 1];
	lin_placing_undo(&s->at, fork->mark);
	s->at.state = fork->state;
	s->at.epoch = fork->epoch;
	way = s->ways[--s->nways];
	if (s->nways == fork->ways)
		s->nforks--;
	lin_placing_go(&s->at, way);
	return true;
}

enum lin_found lin_search_run(struct lin_search *s, uint64_t configurations)
{
	if (s->at.problem->impossible)
		return LIN_FOUND_NOT;
	for (; configurations > 0 && !lin_meter_over(s->meter);
	     configurations--) {
		if (s->began && !go_on(s))
			return LIN_FOUND_NOT;
		s->began = true;
		if (look(s))
			return LIN_FOUND;
	}
	return LIN_SEARCHING;
}
