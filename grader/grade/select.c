/*
 * select.c - from all tests to those that are to be run, in their order.
 *
 * Needs are looked up among all tests, so that a wrong one is found whatever
 * was asked for; they bind only where both tests are selected.
 *
 * The order is the one in which to mend what fails: suites that need fewer
 * TODOs come first, a suite after those that its tests need, and within a
 * suite a test after what it needs; else as the judges have it.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/plan.h"
#include "grader/grade/text.h"

#define NEAR_MISSES_MAX 5
/* Seeds are typed by hand: nine digits are enough to be different. */
#define SEED_END 1000000000u

static int find(const struct plan *plan, const char *full)
{
	for (int i = 0; i < plan->n; i++)
		if (strcmp(plan->tests[i].full, full) == 0)
			return i;
	return -1;
}

/* Tells whether PLAN has any test of the suite of FULL, "suite/name". */
static bool has_suite_of(const struct plan *plan, const char *full)
{
	size_t len = strcspn(full, "/") + 1;

	for (int i = 0; i < plan->n; i++)
		if (strncmp(plan->tests[i].full, full, len) == 0)
			return true;
	return false;
}

/* What is needed of a suite that was not given is taken for granted. */
static void link_needs(struct plan *plan)
{
	for (int i = 0; i < plan->n; i++) {
		struct test *test = &plan->tests[i];

		if (test->needs[0] == '\0')
			continue;
		test->need = find(plan, test->needs);
		if (test->need < 0 && has_suite_of(plan, test->needs))
			machine_error("%s needs %s, but there is no such test",
				      test->full, test->needs);
	}
}

static void check_needs(const struct plan *plan)
{
	for (int i = 0; i < plan->n; i++) {
		int steps = 0;

		for (int j = i; plan->tests[j].need >= 0; steps++) {
			j = plan->tests[j].need;
			if (j == i || steps > plan->n)
				machine_error("%s needs itself, by way of %s",
					      plan->tests[i].full,
					      plan->tests[i].needs);
		}
	}
}

/* Of the suite of test I, the fewest TODOs that any of its tests needs. */
static int suite_todo(const struct plan *plan, int i)
{
	int least = -1;

	for (int j = 0; j < plan->n; j++) {
		const struct test *test = &plan->tests[j];

		if (strcmp(test->suite, plan->tests[i].suite) == 0 &&
		    (least < 0 || test->todo < least))
			least = test->todo;
	}
	return least;
}

struct ordering {
	const struct plan *plan;
	bool *begun;  /* by test: its suite is being placed, or is */
	bool *placed; /* by test */
	int *order;
	int n;
};

static void place_suite(struct ordering *o, int first);

/* Places test I after what it needs, with that one's suite if it can be. */
static void place(struct ordering *o, int i)
{
	int need = o->plan->tests[i].need;

	if (o->placed[i])
		return;
	if (need >= 0 && !o->begun[need])
		place_suite(o, need);
	if (need >= 0)
		place(o, need);
	if (o->placed[i])
		return; /* meanwhile, for another suite that needed it */
	o->placed[i] = true;
	o->order[o->n++] = i;
}

static void place_suite(struct ordering *o, int first)
{
	const struct test *tests = o->plan->tests;
	int n = o->plan->n;

	for (int i = 0; i < n; i++)
		if (strcmp(tests[i].suite, tests[first].suite) == 0)
			o->begun[i] = true;
	for (int i = 0; i < n; i++)
		if (strcmp(tests[i].suite, tests[first].suite) == 0)
			place(o, i);
}

static void order_plan(struct plan *plan)
{
	size_t n = (size_t)plan->n;
	struct ordering o = {
		.plan = plan,
		.begun = room_make(n, sizeof *o.begun),
		.placed = room_make(n, sizeof *o.placed),
		.order = room_make(n, sizeof *o.order),
	};
	struct test *sorted = room_make(n, sizeof *sorted);

	while (o.n < plan->n) {
		int next = -1, least = 0;

		for (int i = 0; i < plan->n; i++) {
			if (o.begun[i])
				continue;
			if (next < 0 || suite_todo(plan, i) < least) {
				next = i;
				least = suite_todo(plan, i);
			}
		}
		place_suite(&o, next);
	}
	for (int i = 0; i < plan->n; i++)
		sorted[i] = plan->tests[o.order[i]];
	free(plan->tests);
	free(o.begun);
	free(o.placed);
	free(o.order);
	plan->tests = sorted;
}

static bool matches(const struct test *test, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '/')
		len--;
	if (strlen(test->suite) == len &&
	    strncmp(test->suite, pattern, len) == 0)
		return true;
	return fnmatch(pattern, test->full, 0) == 0;
}

/* How many letters must be changed, added or removed to make B from A. */
static int distance(const char *a, const char *b)
{
	int row[2 * 64 + 2], n = (int)strlen(b);

	if (n >= (int)(sizeof row / sizeof row[0]))
		return n;
	for (int j = 0; j <= n; j++)
		row[j] = j;
	for (int i = 1; a[i - 1] != '\0'; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= n; j++) {
			int cost = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
		}
	}
	return row[n];
}

static bool is_near(const struct test *test, const char *pattern)
{
	int near = (int)strlen(pattern) / 4 + 1;

	return distance(test->full, pattern) <= near ||
	       distance(test->name, pattern) <= near;
}

/* Lists tests that hold PATTERN, else those that are spelt much like it. */
static char *near_misses(const struct plan *plan, const char *pattern)
{
	char *list = text_copy("");
	int n = 0;

	for (int i = 0; i < 2 * plan->n && n < NEAR_MISSES_MAX; i++) {
		const struct test *test = &plan->tests[i % plan->n];
		char *longer;

		if (i == plan->n && n > 0)
			break;
		if (i < plan->n ? strstr(test->full, pattern) == NULL
				: !is_near(test, pattern))
			continue;
		longer = text_format("%s%s%s", list, n++ > 0 ? ", " : "",
				     test->full);
		free(list);
		list = longer;
	}
	return list;
}

char *plan_suites(const struct plan *plan)
{
	char *list = text_copy("");

	for (int i = 0; i < plan->n; i++) {
		char *longer;
		int j = 0;

		while (strcmp(plan->tests[j].suite, plan->tests[i].suite) != 0)
			j++;
		if (j < i)
			continue;
		longer = text_format("%s%s%s", list, i > 0 ? ", " : "",
				     plan->tests[i].suite);
		free(list);
		list = longer;
	}
	return list;
}

static _Noreturn void no_such_test(const struct plan *plan,
				   const char *pattern)
{
	char *near = near_misses(plan, pattern);

	if (near[0] != '\0')
		usage_error("no test matches '%s'; did you mean %s?", pattern,
			    near);
	usage_error("no test matches '%s'; the suites are: %s", pattern,
		    plan_suites(plan));
}

/* Ends the process if no test is of PART, naming the parts there are. */
static void check_part(const struct plan *plan, const char *part)
{
	char *parts = text_copy("");

	for (int i = 0; i < plan->n; i++) {
		const char *own = plan->tests[i].part;
		char *longer;
		int j = 0;

		if (strcmp(own, part) == 0) {
			free(parts);
			return;
		}
		while (strcmp(plan->tests[j].part, own) != 0)
			j++;
		if (j < i)
			continue;
		longer = text_format("%s%s%s", parts, i > 0 ? ", " : "", own);
		free(parts);
		parts = longer;
	}
	usage_error("there is no part '%s'; the parts are: %s", part, parts);
}

/* Whether TEST was asked for, and can be run, where any is to be run. */
static bool is_wanted(const struct test *test, const struct options *options)
{
	const char *part = options->part, *pattern = options->test;

	return (part == NULL || strcmp(test->part, part) == 0) &&
	       (pattern == NULL || matches(test, pattern)) &&
	       (options->list || options->build_failed != NULL ||
		pass_begin(test, options) < PASSES_MAX);
}

/* Removes the tests that are not wanted. */
static void filter(struct plan *plan, const struct options *options)
{
	struct plan all = *plan, out = { .tests = NULL, .n = 0 };
	int *now = room_make((size_t)all.n, sizeof *now), kept = 0;

	plan->tests = room_make((size_t)all.n, sizeof *plan->tests);
	out.tests = room_make((size_t)all.n, sizeof *out.tests);
	for (int i = 0; i < all.n; i++) {
		struct test *test = &all.tests[i];

		now[i] = is_wanted(test, options) ? kept : -1;
		if (now[i] < 0) {
			out.tests[out.n++] = *test;
			continue;
		}
		plan->tests[kept] = *test;
		if (test->need >= 0)
			plan->tests[kept].need = now[test->need];
		kept++;
	}
	plan->n = kept;
	free(now);
	free(all.tests);
	plan_free(&out);
	if (kept == 0)
		usage_error("what was asked for makes sense in %s time only",
			    options->passes[PASS_FIRST].flavour->simulated
			    ? "real" : "virtual");
}

/* Whether PATTERN matches something at all, and in PART. */
static void check_pattern(const struct plan *plan, const char *part,
			  const char *pattern)
{
	bool anywhere = false;

	for (int i = 0; i < plan->n; i++) {
		if (!matches(&plan->tests[i], pattern))
			continue;
		anywhere = true;
		if (part == NULL || strcmp(plan->tests[i].part, part) == 0)
			return;
	}
	if (anywhere)
		usage_error("no test of part %s matches '%s'", part, pattern);
	no_such_test(plan, pattern);
}

/* FNV-1a over the name, then the finaliser of splitmix64 over both. */
static uint64_t seed_of(const struct test *test, uint64_t base)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *s = test->full; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
	hash += base * 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
	return (hash ^ hash >> 31) % SEED_END;
}

/* Numbers suites in the order of their first tests, tests within them. */
static void number_tests(struct plan *plan)
{
	int suites = 0;

	for (int i = 0; i < plan->n; i++) {
		struct test *test = &plan->tests[i];

		test->suite_number = 0;
		test->test_number = 1;
		for (int j = 0; j < i; j++) {
			if (strcmp(plan->tests[j].suite, test->suite) != 0)
				continue;
			test->suite_number = plan->tests[j].suite_number;
			test->test_number++;
		}
		if (test->suite_number == 0)
			test->suite_number = ++suites;
	}
}

void plan_select(struct plan *plan, const struct options *options)
{
	link_needs(plan);
	check_needs(plan);
	order_plan(plan);
	link_needs(plan);
	if (options->part != NULL)
		check_part(plan, options->part);
	if (options->test != NULL)
		check_pattern(plan, options->part, options->test);
	filter(plan, options);
	number_tests(plan);
	plan_share_runs(plan, options->runs);
	for (struct test *t = plan->tests; t < plan->tests + plan->n; t++) {
		t->seed = options->seed_given ? options->seed
			: seed_of(t, options->seed_base);
		t->runs = options->seed_given ? 1 : t->runs;
	}
}
