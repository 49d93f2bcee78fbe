/*
 * results_json.c - results.json, as Gradescope reads it.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/files.h"
#include "grader/grade/report.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

/* What is left of the bound for a test's output, names and numbers apart. */
#define OUTPUT_SHARE (REPORT_OUTPUT_MAX * 4 / 5)
#define TEST_OUTPUT_MAX 10000
#define TEST_OUTPUT_MIN 200
#define BUILD_OUTPUT_MAX 4000

static json_t *points(double n)
{
	return n == (double)(json_int_t)n ? json_integer((json_int_t)n)
					  : json_real(n);
}

/* A put that cannot be forgotten: memory is all that can be missing. */
static void put(json_t *object, const char *key, json_t *value)
{
	if (value == NULL || json_object_set_new(object, key, value) != 0)
		machine_error("no memory left for results.json");
}

/* The most bytes that each of N texts may have so that all fit: what short
 * ones leave is there for the long ones. */
static size_t output_bound(char *const texts[], int n)
{
	size_t low = TEST_OUTPUT_MIN, high = TEST_OUTPUT_MAX;

	while (low < high) {
		size_t middle = high - (high - low) / 2, sum = 0;

		for (int i = 0; i < n; i++) {
			size_t len = strlen(texts[i]);

			sum += len < middle ? len : middle;
		}
		if (sum <= OUTPUT_SHARE)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* What came of pass number PASS, under NAME, and how long it took. */
static void put_again(json_t *object, const struct outcome *outcome, int pass,
		      const char *name)
{
	enum result result = outcome->again[pass].result;
	char *time = text_format("%s_execution_time", name);

	put(object, name, result == RESULT_NONE ? json_null() : json_string(
		result == RESULT_PASS ? "passed" :
		result == RESULT_GRADER_ERROR ? "error" : "failed"));
	if (result != RESULT_NONE)
		put(object, time, json_real(
			(double)outcome->again[pass].elapsed_ms / 1000));
	free(time);
}

static json_t *extra(const struct test *test, const struct outcome *outcome,
		     const struct options *options)
{
	char *replay = story_replay(test, outcome, options);
	json_t *object = json_object();

	/* A string: not every reader of JSON keeps 64 bits of a number. */
	put(object, "seed", json_sprintf("%ju", (uintmax_t)story_seed(
		test, outcome, options)));
	put(object, "replay", json_string(replay));
	put(object, "about", json_string(test->about));
	put(object, "execution_time",
	    json_real((double)outcome->elapsed_ms / 1000));
	put_again(object, outcome, PASS_RACES, "races");
	put_again(object, outcome, PASS_SIM, "sim");
	put_again(object, outcome, PASS_SIM_RACES, "sim_races");
	put(object, "grader_error", json_boolean(outcome_is_fault(outcome)));
	free(replay);
	return object;
}

static json_t *test_json(const struct test *test,
			 const struct outcome *outcome,
			 const struct options *options, const char *text,
			 size_t max)
{
	char *output = text_cut(text, max, "the grader's log");
	bool passed = outcome->result == RESULT_PASS;
	json_t *object = json_object();

	put(object, "name", json_string(test->full));
	put(object, "number", json_sprintf("%d.%d", test->suite_number,
					   test->test_number));
	put(object, "score", points(story_score(test, outcome)));
	put(object, "max_score", points(test->points));
	put(object, "status", json_string(passed ? "passed" : "failed"));
	put(object, "output", json_string(output));
	put(object, "output_format", json_string("text"));
	put(object, "visibility", json_string(test->visibility));
	put(object, "extra_data", extra(test, outcome, options));
	free(output);
	return object;
}

/* The tests of PLAN, each with its story, as much of it as there is room. */
static json_t *tests_json(const struct plan *plan,
			  const struct outcome outcomes[],
			  const struct options *options)
{
	char **texts = room_make((size_t)plan->n, sizeof *texts);
	json_t *tests = json_array();
	size_t max;

	for (int i = 0; i < plan->n; i++)
		texts[i] = story_text(&plan->tests[i], &outcomes[i], options);
	max = output_bound(texts, plan->n);
	for (int i = 0; i < plan->n; i++) {
		json_array_append_new(tests, test_json(&plan->tests[i],
						       &outcomes[i], options,
						       texts[i], max));
		free(texts[i]);
	}
	free(texts);
	return tests;
}

/* The test of PLAN to look at first, if one has failed. */
static json_t *where_to_start(const struct plan *plan,
			      const struct outcome outcomes[])
{
	for (int i = 0; i < plan->n; i++)
		if (outcome_is_failure(&outcomes[i]))
			return json_sprintf("Start here: %s",
					    plan->tests[i].full);
	return json_string("");
}

static json_t *summary(const struct plan *plan,
		       const struct outcome outcomes[],
		       const struct options *options, int faults)
{
	json_t *text;
	char *log;

	if (faults > 0)
		return json_string("Some tests could not be graded, through a "
				   "mistake in them or a fault of the grader "
				   "or its machine.  This score is not "
				   "final.");
	if (options->build_failed == NULL)
		return where_to_start(plan, outcomes);
	log = file_start(options->build_failed, BUILD_OUTPUT_MAX);
	text = json_sprintf("The submission did not build, so every test "
			    "scores zero:\n\n%s", log);
	free(log);
	return text;
}

void results_json_write(FILE *to, const struct plan *plan,
			const struct outcome outcomes[],
			const struct options *options, int64_t elapsed_ms)
{
	json_t *root = json_object();
	double score = 0, most = 0;
	int faults = 0;

	for (int i = 0; i < plan->n; i++) {
		score += story_score(&plan->tests[i], &outcomes[i]);
		most += plan->tests[i].points;
		faults += outcome_is_fault(&outcomes[i]);
	}
	put(root, "score", points(score));
	put(root, "execution_time", json_real((double)elapsed_ms / 1000));
	put(root, "output", summary(plan, outcomes, options, faults));
	put(root, "output_format", json_string("text"));
	put(root, "extra_data",
	    json_pack("{s:o, s:s, s:b, s:b, s:b, s:o, s:i, s:s}", "max_score",
		      points(most),
		      "flavour", options->passes[0].flavour->name, "races",
		      options_have(options, PASS_RACES), "sim",
		      options_have(options, PASS_SIM), "sim_races",
		      options_have(options, PASS_SIM_RACES), "seed_base",
		      json_sprintf("%ju", (uintmax_t)options->seed_base),
		      "not_graded", faults, "confined",
		      story_confined(plan, outcomes)));
	put(root, "tests", tests_json(plan, outcomes, options));
	if (json_dumpf(root, to, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) != 0)
		machine_error("cannot write results.json: %s",
			      strerror(errno));
	fputc('\n', to);
	json_decref(root);
}
