/*
 * share_test.c - how simulated runs are shared out among tests.
 */
#include "grader/grade/plan.h"

#include <criterion/criterion.h>

#define TOTAL 2000

enum { DEAR, RANDOM, CHEAP, SCRIPTED, HUGE, NOT_SIMULATED, FEW };

/* One of each kind, as they are among the tests of the lab. */
static struct test few[FEW] = {
	[DEAR] = { .simulated = true, .steps = 50000 },
	[RANDOM] = { .simulated = true, .steps = 10000 },
	[CHEAP] = { .simulated = true, .steps = 2000 },
	[SCRIPTED] = { .simulated = true, .steps = 2000, .scripted = true },
	[HUGE] = { .simulated = true, .steps = 700000, .scripted = true },
};

static uint64_t sum(const struct plan *plan)
{
	uint64_t runs = 0;

	for (int i = 0; i < plan->n; i++)
		if (plan->tests[i].simulated)
			runs += plan->tests[i].runs;
	return runs;
}

static uint64_t work(const struct plan *plan)
{
	uint64_t steps = 0;

	for (int i = 0; i < plan->n; i++)
		steps += plan->tests[i].runs * plan->tests[i].steps;
	return steps;
}

/* Makes PLAN of N tests, as many of each kind up to LAST. */
static struct plan make_plan(struct test tests[], int n, int last)
{
	for (int i = 0; i < n; i++)
		tests[i] = few[i % (last + 1)];
	return (struct plan){ .tests = tests, .n = n };
}

Test(share, each_kind_has_its_share)
{
	struct test tests[100];
	struct plan plan = make_plan(tests, 100, SCRIPTED);
	uint64_t weighed;

	plan_share_runs(&plan, TOTAL);
	cr_assert_eq(sum(&plan), TOTAL, "%ju", (uintmax_t)sum(&plan));
	/* The floor is two fifths of 20. */
	cr_assert_eq(tests[DEAR].runs, 8);
	cr_assert_eq(tests[RANDOM].runs, 11, "%ju",
		     (uintmax_t)tests[RANDOM].runs);
	weighed = tests[CHEAP].runs * 2000;
	cr_assert(tests[RANDOM].runs * 10000 <= weighed + 10000);
	cr_assert(tests[CHEAP].runs >= 5 * tests[RANDOM].runs - 5);
	cr_assert(tests[SCRIPTED].runs >= tests[CHEAP].runs / 8 - 1);
	cr_assert(tests[SCRIPTED].runs <= tests[CHEAP].runs / 8 + 1);
}

Test(share, what_is_huge_runs_once)
{
	struct test tests[100];
	struct plan plan = make_plan(tests, 100, NOT_SIMULATED);

	plan_share_runs(&plan, TOTAL);
	cr_assert_eq(tests[HUGE].runs, 1);
	cr_assert_eq(tests[NOT_SIMULATED].runs, 1);
	cr_assert(work(&plan) <= TOTAL * 10000);
}

/* Who asks for the dearest alone has as many runs as the steps pay for. */
Test(share, the_dearest_alone)
{
	for (int i = DEAR; i <= HUGE; i++) {
		struct plan plan = { .tests = &few[i], .n = 1 };

		plan_share_runs(&plan, TOTAL);
		cr_assert_eq(few[i].runs, few[i].steps <= 10000 ? TOTAL
			     : TOTAL * 10000 / few[i].steps, "kind %d: %ju",
			     i, (uintmax_t)few[i].runs);
	}
}

/* Who asks for one of many has ten times what it has among them. */
Test(share, one_of_many)
{
	struct test tests[100];
	struct plan plan = make_plan(tests, 100, HUGE);
	uint64_t runs[100];

	plan_bound_runs(&plan, TOTAL);
	for (int i = 0; i < plan.n; i++)
		runs[i] = tests[i].runs;
	plan_share_runs(&plan, TOTAL);
	for (int i = 0; i < plan.n; i++)
		cr_assert_eq(tests[i].runs, runs[i], "test %d of all", i);
	for (int i = DEAR; i < HUGE; i++) {
		struct plan one = { .tests = &tests[i], .n = 1 };

		plan_share_runs(&one, TOTAL);
		cr_assert_eq(tests[i].runs, 10 * runs[i], "test %d: %ju", i,
			     (uintmax_t)tests[i].runs);
	}
}

/* Whatever is asked for, each is run, and no run is given away twice. */
Test(share, sums)
{
	struct test tests[100];

	for (int last = RANDOM; last <= HUGE; last++)
		for (uint64_t total = 1; total < 1000000000; total *= 3) {
			struct plan plan = make_plan(tests, 97, last);

			plan_share_runs(&plan, total);
			for (int i = 0; i < plan.n; i++)
				cr_assert(tests[i].runs >= 1);
			if (total <= 97)
				cr_assert_eq(sum(&plan), 97);
			else
				cr_assert(sum(&plan) <= total);
		}
}

Test(share, nothing_to_share)
{
	struct plan plan = { .tests = &few[NOT_SIMULATED], .n = 1 };

	plan_share_runs(&plan, TOTAL);
	cr_assert_eq(few[NOT_SIMULATED].runs, 1);
	plan.n = 0;
	plan_share_runs(&plan, TOTAL);
}
