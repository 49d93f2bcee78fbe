/*
 * share.c - how often each test is simulated.
 *
 * A level, in steps, says how often each test is run: as often as that many
 * steps pay for, a scripted one an eighth as often.  The highest level that
 * can be paid is looked for, after the highest floor.  Who asks for one test
 * wants to know soon: it has no more than some times what it has among all.
 *
 * Invariant: of two tests of one kind the one with more steps never has more
 * runs, but for one of the last that are given away, and what that bounds.
 */
#include "grader/grade/plan.h"

/* All runs together may cost so many steps for each.  All tests of the lab
 * come to less; it binds who asks for thousands of runs of the dearest. */
#define RUN_WORK 10000

/* The steps of a scripted test count so many times. */
#define SCRIPTED_WEIGHT 8

/* A test on its own is run at most so many times as often as among all. */
#define ALONE_TIMES 10

struct sharing {
	const struct plan *plan;
	uint64_t total;
	uint64_t floor, level;
};

struct purse {
	uint64_t runs, steps;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Chance can do much in a test that is not scripted: it has the floor. */
static uint64_t runs_at(const struct sharing *s, const struct test *test,
			uint64_t level)
{
	uint64_t weight = test->scripted ? SCRIPTED_WEIGHT : 1;
	uint64_t least = test->scripted ? 1 : larger(s->floor, 1);
	uint64_t runs = larger(level / (test->steps * weight), least);

	return test->most_runs > 0 ? smaller(runs, test->most_runs) : runs;
}

/* Pays for RUNS of TEST; false if there is not enough left in PURSE. */
static bool pay(struct purse *purse, const struct test *test, uint64_t runs)
{
	if (runs > purse->runs || runs > purse->steps / test->steps)
		return false;
	purse->runs -= runs;
	purse->steps -= runs * test->steps;
	return true;
}

/* Tells whether floor and level can be paid, and what is left in PURSE. */
static bool can_pay(const struct sharing *s, struct purse *purse)
{
	*purse = (struct purse){ s->total, s->total * RUN_WORK };
	for (int i = 0; i < s->plan->n; i++) {
		const struct test *test = &s->plan->tests[i];

		if (test->simulated &&
		    !pay(purse, test, runs_at(s, test, s->level)))
			return false;
	}
	return true;
}

/* Sets *KNOB of S to the highest from 0 to MOST that can be paid. */
static void turn_up(struct sharing *s, uint64_t *knob, uint64_t most)
{
	uint64_t low = 0, high = most;
	struct purse purse;

	while (low < high) {
		*knob = low + (high - low + 1) / 2;
		if (can_pay(s, &purse))
			low = *knob;
		else
			high = *knob - 1;
	}
	*knob = low;
}

void plan_share_runs(struct plan *plan, uint64_t total)
{
	struct sharing s = { .plan = plan, .total = total };
	uint64_t simulated = 0;
	struct purse purse;
	bool left;

	for (int i = 0; i < plan->n; i++)
		simulated += plan->tests[i].simulated;
	if (simulated > 0)
		turn_up(&s, &s.floor, 2 * total / (5 * simulated));
	turn_up(&s, &s.level, total * RUN_WORK * SCRIPTED_WEIGHT);
	left = can_pay(&s, &purse);
	/* The next level is too high for all, but not for the first ones. */
	for (int i = 0; i < plan->n; i++) {
		struct test *test = &plan->tests[i];

		test->runs = test->simulated ? runs_at(&s, test, s.level) : 1;
		if (left && test->simulated &&
		    runs_at(&s, test, s.level + 1) > test->runs &&
		    pay(&purse, test, 1))
			test->runs++;
	}
}

void plan_bound_runs(struct plan *plan, uint64_t total)
{
	plan_share_runs(plan, total);
	for (int i = 0; i < plan->n; i++)
		plan->tests[i].most_runs = ALONE_TIMES * plan->tests[i].runs;
}
