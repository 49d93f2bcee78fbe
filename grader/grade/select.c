/*
 * select.c - from all tests to those that are to be run, in their order.
 *
 * Needs are looked up among all tests, so that a wrong one is found whatever
 * was asked for; they bind only where both tests are selected.
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

static void link_needs(struct plan *plan)
{
	for (int i = 0; i < plan->n; i++) {
		struct test *test = &plan->tests[i];

		if (test->needs[0] == '\0')
			continue;
		test->need = find(plan, test->needs);
		if (test->need < 0)
			machine_error("%s needs %s, but there is no such test",
				      test->full, test->needs);
	}
}

/* Appends test I to ORDER, after what it needs.  PLACED: 0 no, 2 yes. */
static void place(const struct plan *plan, int i, char *placed, int *order,
		  int *n)
{
	if (placed[i] == 2)
		return;
	if (placed[i] == 1)
		machine_error("%s needs itself, by way of %s",
			      plan->tests[i].full, plan->tests[i].needs);
	placed[i] = 1;
	if (plan->tests[i].need >= 0)
		place(plan, plan->tests[i].need, placed, order, n);
	placed[i] = 2;
	order[(*n)++] = i;
}

/* Puts every prerequisite before what needs it; else keeps the order. */
static void order_by_needs(struct plan *plan)
{
	int *order = room_make((size_t)plan->n, sizeof *order), n = 0;
	char *placed = room_make((size_t)plan->n, 1);
	struct test *sorted = room_make((size_t)plan->n, sizeof *sorted);

	for (int i = 0; i < plan->n; i++)
		place(plan, i, placed, order, &n);
	for (int i = 0; i < n; i++)
		sorted[i] = plan->tests[order[i]];
	free(plan->tests);
	free(placed);
	free(order);
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

/* Removes the tests that were not asked for. */
static void filter(struct plan *plan, const char *part, const char *pattern)
{
	struct plan all = *plan, out = { .tests = NULL, .n = 0 };
	int *now = room_make((size_t)all.n, sizeof *now), kept = 0;

	plan->tests = room_make((size_t)all.n, sizeof *plan->tests);
	out.tests = room_make((size_t)all.n, sizeof *out.tests);
	for (int i = 0; i < all.n; i++) {
		struct test *test = &all.tests[i];
		bool keep = (part == NULL || strcmp(test->part, part) == 0) &&
			    (pattern == NULL || matches(test, pattern));

		now[i] = keep ? kept : -1;
		if (!keep) {
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
	order_by_needs(plan);
	link_needs(plan);
	if (options->part != NULL)
		check_part(plan, options->part);
	if (options->test != NULL)
		check_pattern(plan, options->part, options->test);
	filter(plan, options->part, options->test);
	number_tests(plan);
	for (int i = 0; i < plan->n; i++)
		plan->tests[i].seed = options->seed_given
			? options->seed
			: seed_of(&plan->tests[i], options->seed_base);
}
