/*
 * outcome.c - how one test came out, and its form on the way to grade.
 */
#include "grader/grade/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/plan.h"
#include "grader/grade/text.h"

void outcome_init(struct outcome *outcome)
{
	*outcome = (struct outcome){
		.result = RESULT_NONE,
		.expected = text_copy(""),
		.saw = text_copy(""),
		.report = text_copy(""),
		.lint = text_copy(""),
		.story = text_copy(""),
		.trace_log = text_copy(""),
		.output = text_copy(""),
		.log = text_copy(""),
		.confined = text_copy(""),
		.runs = 1,
	};
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->expected);
	free(outcome->saw);
	for (int i = 0; i < outcome->ndetails; i++)
		free(outcome->details[i]);
	free(outcome->report);
	free(outcome->lint);
	free(outcome->story);
	json_decref(outcome->trace);
	free(outcome->trace_log);
	free(outcome->output);
	free(outcome->log);
	free(outcome->confined);
	*outcome = (struct outcome){ .result = RESULT_NONE };
}

void outcome_of_pass(struct outcome *outcome, const struct options *options,
		     const struct test *test, int pass)
{
	char *saw;

	outcome->pass = pass;
	if (pass == pass_begin(test, options) || !outcome_is_failure(outcome))
		return;
	saw = text_format("passed at first, but under %s: %s",
			  options->passes[pass].flavour->words, outcome->saw);
	free(outcome->saw);
	outcome->saw = saw;
}

bool outcome_passed_first(const struct outcome *outcome,
			  const struct options *options,
			  const struct test *test)
{
	return outcome->result == RESULT_PASS ||
	       (outcome_is_failure(outcome) &&
		outcome->pass != pass_begin(test, options));
}

static void swap(char **a, char **b)
{
	char *old = *a;

	*a = *b;
	*b = old;
}

void outcome_take_lint(struct outcome *outcome, const struct options *options)
{
	if (outcome->result == RESULT_PASS &&
	    options->passes[outcome->pass].flavour->simulated)
		swap(&outcome->lint, &outcome->report);
}

void outcome_begin(struct outcome *outcome)
{
	if (outcome->pass == PASS_FIRST)
		return;
	/* It is told in the column of that pass. */
	outcome->again[outcome->pass].result = outcome->result;
	outcome->again[outcome->pass].elapsed_ms = outcome->elapsed_ms;
	outcome->elapsed_ms = 0;
}

void outcome_take_again(struct outcome *outcome, struct outcome *again)
{
	struct outcome first = *outcome;
	int pass = again->pass;

	if (again->result == RESULT_PASS) {
		outcome->again[pass].result = RESULT_PASS;
		outcome->again[pass].elapsed_ms = again->elapsed_ms;
		if (outcome->lint[0] == '\0')
			swap(&outcome->lint, &again->lint);
		outcome_free(again);
		return;
	}
	*outcome = *again;
	memcpy(outcome->again, first.again, sizeof outcome->again);
	outcome->elapsed_ms = first.elapsed_ms;
	outcome->again[pass].result = again->result;
	outcome->again[pass].elapsed_ms = again->elapsed_ms;
	outcome->pass = pass;
	if (again->result == RESULT_GRADER_ERROR)
		outcome->result = first.result;
	outcome_free(&first);
}

bool outcome_is_fault(const struct outcome *outcome)
{
	bool fault = outcome->result == RESULT_GRADER_ERROR;

	for (int i = PASS_RACES; i < PASSES_MAX; i++)
		fault |= outcome->again[i].result == RESULT_GRADER_ERROR;
	return fault;
}

bool outcome_is_good(const struct outcome *outcome)
{
	return outcome->result == RESULT_PASS && !outcome_is_fault(outcome);
}

bool outcome_is_failure(const struct outcome *outcome)
{
	return outcome->result == RESULT_FAIL ||
	       outcome->result == RESULT_CUT_SHORT;
}

bool outcome_is_advice(const struct outcome *outcome)
{
	return outcome->result == RESULT_PASS && outcome->pass == PASS_FIRST &&
	       outcome->report[0] != '\0';
}

int64_t outcome_ms(const struct outcome *outcome)
{
	int64_t ms = outcome->elapsed_ms;

	for (int i = 0; i < PASSES_MAX; i++)
		ms += outcome->again[i].elapsed_ms;
	return ms;
}

void outcome_set(char **field, const char *fmt, ...)
{
	char buf[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof buf, fmt, args);
	va_end(args);
	free(*field);
	*field = text_clean(buf, strlen(buf));
}

static void read_string(char **field, const json_t *value)
{
	const char *s = json_string_value(value);

	if (s == NULL)
		return;
	free(*field);
	*field = text_clean(s, strlen(s));
}

/* A string, for it has 64 bits. */
static void read_seed(struct outcome *outcome, const json_t *value)
{
	const char *s = json_string_value(value);

	if (s != NULL && text_number(s, &outcome->seed))
		outcome->has_seed = true;
}

void outcome_read(struct outcome *outcome, const json_t *object)
{
	const json_t *details = json_object_get(object, "details");
	size_t n = json_array_size(details);

	read_string(&outcome->expected, json_object_get(object, "expected"));
	read_string(&outcome->saw, json_object_get(object, "saw"));
	read_string(&outcome->report, json_object_get(object, "report"));
	read_string(&outcome->story, json_object_get(object, "story"));
	json_decref(outcome->trace);
	outcome->trace = json_incref(json_object_get(object, "trace"));
	read_string(&outcome->confined, json_object_get(object, "confined"));
	outcome->crashed = json_is_true(json_object_get(object, "crashed"));
	read_seed(outcome, json_object_get(object, "seed"));
	for (size_t i = 0; i < n && outcome->ndetails < DETAILS_MAX; i++) {
		char **detail = &outcome->details[outcome->ndetails++];

		*detail = text_copy("");
		read_string(detail, json_array_get(details, i));
	}
}

char *outcome_encode(const struct outcome *outcome)
{
	json_t *details = json_array(), *object;
	char seed[24] = "";
	char *text;

	if (outcome->has_seed)
		snprintf(seed, sizeof seed, "%ju", (uintmax_t)outcome->seed);

	for (int i = 0; i < outcome->ndetails; i++)
		json_array_append_new(details,
				      json_string(outcome->details[i]));
	object = json_pack("{s:i, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, "
			   "s:s, s:s, s:I, s:b}",
			   "result", (int)outcome->result,
			   "expected", outcome->expected,
			   "saw", outcome->saw, "details", details,
			   "report", outcome->report,
			   "story", outcome->story,
			   "trace_log", outcome->trace_log,
			   "output", outcome->output, "log", outcome->log,
			   "confined", outcome->confined, "seed", seed,
			   "elapsed_ms", (json_int_t)outcome->elapsed_ms,
			   "crashed", outcome->crashed);
	text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
	if (text == NULL)
		machine_error("no memory left for the outcome of a test");
	json_decref(object);
	return text;
}

bool outcome_decode(struct outcome *outcome, const char *text, size_t len)
{
	json_t *object = json_loadb(text, len, 0, NULL);
	json_int_t result = json_integer_value(json_object_get(object,
							       "result"));

	if (result <= RESULT_NONE || result > RESULT_GRADER_ERROR) {
		json_decref(object);
		return false;
	}
	outcome->result = (enum result)result;
	outcome_read(outcome, object);
	read_string(&outcome->output, json_object_get(object, "output"));
	read_string(&outcome->log, json_object_get(object, "log"));
	read_string(&outcome->trace_log, json_object_get(object, "trace_log"));
	outcome->elapsed_ms = json_integer_value(
		json_object_get(object, "elapsed_ms"));
	json_decref(object);
	return true;
}
