/*
 * tap.c - results.tap, in version 14 of the Test Anything Protocol.
 *
 * What is told of a test that did not pass is a block of YAML in which every
 * text is a string of JSON, which YAML 1.2 takes as it is.  A test that was
 * skipped because one failed that it needs has scored nothing: it is `not ok`,
 * for what TAP calls SKIP counts as passed.
 */
#include <jansson.h>
#include <stdlib.h>

#include "grader/grade/report.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

static void text(FILE *to, const char *key, const char *s)
{
	json_t *string = json_string(s);
	char *quoted = json_dumps(string, JSON_ENCODE_ANY);

	if (quoted == NULL)
		machine_error("no memory left for results.tap");
	fprintf(to, "  %s: %s\n", key, quoted);
	free(quoted);
	json_decref(string);
}

static const char *severity(const struct outcome *outcome)
{
	return outcome_is_fault(outcome) ? "error"
	       : outcome->result == RESULT_SKIPPED ? "skipped" : "fail";
}

static void problem(FILE *to, const struct test *test,
		    const struct outcome *outcome,
		    const struct options *options)
{
	char *replay = story_replay(test, outcome, options);

	fputs("  ---\n", to);
	text(to, "message", outcome->saw);
	fprintf(to, "  severity: %s\n", severity(outcome));
	if (outcome->expected[0] != '\0')
		text(to, "expected", outcome->expected);
	if (test->file[0] != '\0') {
		text(to, "file", test->file);
		fprintf(to, "  line: %d\n", test->line);
	}
	fprintf(to, "  score: %g\n  max_score: %g\n  duration_ms: %jd\n",
		story_score(test, outcome), test->points,
		(intmax_t)outcome_ms(outcome));
	text(to, "replay", replay);
	fputs("  ...\n", to);
	free(replay);
}

void tap_write(FILE *to, const struct plan *plan,
	       const struct outcome outcomes[],
	       const struct options *options, int64_t elapsed_ms)
{
	(void)elapsed_ms;
	fprintf(to, "TAP version 14\n1..%d\n", plan->n);
	for (int i = 0; i < plan->n; i++) {
		bool ok = outcome_is_good(&outcomes[i]);

		fprintf(to, "%s %d - %s\n", ok ? "ok" : "not ok", i + 1,
			plan->tests[i].full);
		if (!ok)
			problem(to, &plan->tests[i], &outcomes[i], options);
	}
}
