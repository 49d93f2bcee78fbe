/*
 * explain.c - where a history goes wrong: the first moment at which it is
 * illegal, and what would have been legal then.
 *
 * Up to the return of a put or an append nothing can go wrong that did not
 * before: it may take effect last of all.  So the shortest illegal beginning
 * of a history ends with the return of a get.  A beginning of a legal history
 * is legal, so that it can be searched for by halves.
 *
 * What the get could have returned is found by letting it return anything,
 * and then anything but what was found, until nothing is left.
 *
 * The moment and the values may each take the limits of a check once more.
 *
 * No locks: one thread.
 */
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/check.h"
#include "grader/linearizability/room.h"

/* The gets of a key that returned, in the order of their returns. */
struct returns {
	uint32_t *ranks;
	uint32_t *ops;
	size_t n;
};

static struct returns list_returns(const struct lin_timeline *t, size_t key,
				   uint32_t limit)
{
	uint32_t begin = t->begin[key], end = t->begin[key + 1];
	struct returns r = {
		.ranks = room_make(end - begin, sizeof(uint32_t)),
		.ops = room_make(end - begin, sizeof(uint32_t)),
	};

	for (uint32_t e = begin; e < end; e++) {
		uint32_t op = t->events[e] / 2;

		if ((t->events[e] & 1) == 0 || t->back[op] >= limit ||
		    lin_history_entry(t->history, op)->kind != LIN_GET)
			continue;
		r.ranks[r.n] = t->back[op];
		r.ops[r.n++] = op;
	}
	return r;
}

/*
 * Stores in the report the first get of KEY with whose return T is illegal,
 * knowing that it is before LIMIT; returns the rank of that return.
 */
static uint32_t narrow(const struct lin_timeline *t, size_t key,
		       uint32_t limit, struct lin_meter *meter,
		       struct lin_report *report)
{
	struct returns r = list_returns(t, key, limit);
	size_t legal = 0, illegal = r.n; /* with so many of the gets */
	uint32_t rank;

	while (illegal - legal > 1 && report->shortest) {
		size_t middle = legal + (illegal - legal) / 2;

		switch (lin_check_key(t, key, r.ranks[middle - 1] + 1,
				      meter)) {
		case LIN_OK: legal = middle; break;
		case LIN_ILLEGAL: illegal = middle; break;
		case LIN_UNKNOWN: report->shortest = false; break;
		}
	}
	report->op = r.ops[illegal - 1];
	rank = r.ranks[illegal - 1];
	free(r.ranks);
	free(r.ops);
	return rank;
}

/*
 * Finds one value more that the get OP could return; false if there is none
 * or it cannot be told, which *TOLD tells apart.
 */
static bool find_possible(const struct lin_timeline *t, uint32_t op,
			  struct lin_meter *meter,
			  const struct lin_report *report, struct value *v,
			  bool *told)
{
	size_t key = lin_history_entry(t->history, op)->key;
	struct lin_problem problem;
	struct lin_search search;
	enum lin_found found;

	lin_problem_init(&problem, t, key, t->back[op] + 1, op);
	lin_search_init(&search, &problem, meter, report->possible,
			(size_t)report->npossible);
	found = lin_search_run(&search, UINT64_MAX);
	if (found == LIN_FOUND)
		*v = lin_states_copy(&search.at.states,
				     search.at.wild_state);
	*told = found != LIN_SEARCHING;
	lin_search_deinit(&search);
	lin_problem_deinit(&problem);
	return found == LIN_FOUND;
}

static void list_possible(const struct lin_timeline *t,
			  const struct lin_limits *limits,
			  struct lin_report *report)
{
	struct lin_meter meter = lin_meter_of(limits);
	struct value v;
	bool told;

	while (find_possible(t, (uint32_t)report->op, &meter, report, &v,
			     &told)) {
		if (report->npossible == LIN_POSSIBLE) {
			value_free(&v);
			report->more = true;
			return;
		}
		report->possible[report->npossible++] = v;
	}
	report->more = !told;
}

void lin_explain(const struct lin_timeline *t, size_t key, uint32_t limit,
		 const struct lin_limits *limits, struct lin_report *report)
{
	struct lin_meter meter = lin_meter_of(limits);
	enum lin_verdict others = LIN_ILLEGAL;

	report->shortest = true;
	/* Another key may go wrong earlier. */
	while (others == LIN_ILLEGAL) {
		limit = narrow(t, key, limit, &meter, report);
		others = lin_check_keys(t, limit, &meter, &key);
		if (others == LIN_UNKNOWN)
			report->shortest = false;
	}
	list_possible(t, limits, report);
}
