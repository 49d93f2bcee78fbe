/*
 * plan_test.c - what `judge --plan` says of a test, and what it objects to.
 */
#include "grader/judge/plan.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct graded good = {
	.suite = "partition",
	.name = "heals",
	.part = "A",
	.points = 3,
	.about = "A \"quoted\" word",
	.file = "grader/suites/paxos/partition.c",
	.line = 12,
};

static json_t *printed(const struct graded *test)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	json_t *line;

	plan_print_test(test, f);
	fclose(f);
	cr_assert(strchr(text, '\n') == text + strlen(text) - 1, "one line");
	line = json_loads(text, 0, NULL);
	cr_assert(json_is_object(line), "%s", text);
	free(text);
	return line;
}

static void has(json_t *line, const char *key, const char *expected)
{
	cr_assert_str_eq(json_string_value(json_object_get(line, key)),
			 expected);
}

Test(plan, a_line_per_test)
{
	json_t *line = printed(&good);

	has(line, "suite", "partition");
	has(line, "name", "heals");
	has(line, "part", "A");
	has(line, "about", "A \"quoted\" word");
	has(line, "needs", "");
	has(line, "visibility", "visible");
	has(line, "file", "grader/suites/paxos/partition.c");
	cr_assert_eq(json_integer_value(json_object_get(line, "points")), 3);
	cr_assert_eq(json_integer_value(json_object_get(line, "line")), 12);
	cr_assert_eq(json_integer_value(json_object_get(line, "limit_s")),
		     LIMIT_S);
	cr_assert_eq(json_integer_value(json_object_get(line, "steps")),
		     RUN_STEPS);
	cr_assert(json_is_false(json_object_get(line, "scripted")));
	json_decref(line);
}

/* The line of TEST has THREADS and SIMULATED. */
static void lives_in(const struct graded *test, bool threads, bool simulated)
{
	json_t *line = printed(test);

	cr_assert_eq(json_is_true(json_object_get(line, "threads")), threads);
	cr_assert_eq(json_is_true(json_object_get(line, "simulated")),
		     simulated);
	json_decref(line);
}

Test(plan, its_worlds)
{
	struct graded test = good;

	lives_in(&test, true, true);
	test.worlds = WORLD_THREADS;
	lives_in(&test, true, false);
	test.worlds = WORLD_SIM;
	lives_in(&test, false, true);
}

static void flawed(struct graded test, const char *word)
{
	const char *flaw = plan_flaw(&test);

	cr_assert(flaw != NULL && strstr(flaw, word) != NULL, "%s: %s", word,
		  flaw ? flaw : "no complaint");
}

Test(plan, flaws_are_named)
{
	struct graded test = good;

	cr_assert_null(plan_flaw(&test));
	test.needs = "basic/one_proposer";
	cr_assert_null(plan_flaw(&test));
	test.needs = "one_proposer";
	flawed(test, ".needs");
	test = good;
	test.points = 0;
	flawed(test, ".points");
	test = good;
	test.part = NULL;
	flawed(test, ".part");
	test = good;
	test.about = "";
	flawed(test, ".about");
	test = good;
	test.limit_s = -1;
	flawed(test, ".limit_s");
}

Test(plan, no_tests_here)
{
	cr_assert_null(plan_find("partition/heals"));
	cr_assert(plan_print(stdout));
}
