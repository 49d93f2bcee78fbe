/*
 * junit.c - junit.xml.
 *
 * All text was made clean (text.h) when it came in, so that nothing is left
 * that XML 1.0 cannot hold (section 2.2); here only markup is escaped.
 */
#include <string.h>
#include <stdlib.h>

#include "grader/grade/report.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

struct counts {
	int tests, failures, errors, skipped;
	int64_t elapsed_ms;
};

/* A reader makes blanks of the newlines in an attribute: they go as codes. */
static void escaped(FILE *to, const char *s, bool in_attribute)
{
	for (; *s != '\0'; s++) {
		if (in_attribute && (*s == '\n' || *s == '\t')) {
			fprintf(to, "&#%d;", *s);
			continue;
		}
		switch (*s) {
		case '&': fputs("&amp;", to); break;
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '"': fputs("&quot;", to); break;
		default: fputc(*s, to);
		}
	}
}

static void attribute(FILE *to, const char *name, const char *value)
{
	fprintf(to, " %s=\"", name);
	escaped(to, value, true);
	fputc('"', to);
}

static void number(FILE *to, const char *name, int value)
{
	fprintf(to, " %s=\"%d\"", name, value);
}

static void seconds(FILE *to, int64_t ms)
{
	fprintf(to, " time=\"%.3f\"", (double)ms / 1000);
}

static void count(struct counts *counts, const struct outcome *outcome)
{
	counts->tests++;
	counts->elapsed_ms += outcome_ms(outcome);
	counts->failures += outcome->result == RESULT_FAIL;
	counts->errors += outcome->result == RESULT_CUT_SHORT ||
			  outcome_is_fault(outcome);
	counts->skipped += outcome->result == RESULT_SKIPPED;
}

static void totals(FILE *to, const struct counts *counts, int64_t elapsed_ms)
{
	number(to, "tests", counts->tests);
	number(to, "failures", counts->failures);
	number(to, "errors", counts->errors);
	number(to, "skipped", counts->skipped);
	seconds(to, elapsed_ms);
	fputs(">\n", to);
}

static void problem(FILE *to, const struct outcome *outcome)
{
	bool failed = outcome->result == RESULT_FAIL;

	if (outcome->result == RESULT_SKIPPED) {
		fputs("   <skipped", to);
		attribute(to, "message", outcome->saw);
		fputs("/>\n", to);
		return;
	}
	fputs(failed ? "   <failure" : "   <error", to);
	attribute(to, "message", outcome->saw);
	attribute(to, "type", failed ? "assertion"
			    : outcome_is_fault(outcome) ? "grader"
			    : "no verdict");
	fputs("/>\n", to);
}

static void testcase(FILE *to, const struct test *test,
		     const struct outcome *outcome,
		     const struct options *options)
{
	char *text = story_text(test, outcome, options);

	fputs("  <testcase", to);
	attribute(to, "name", test->name);
	attribute(to, "classname", test->suite);
	seconds(to, outcome_ms(outcome));
	if (test->file[0] != '\0') {
		attribute(to, "file", test->file);
		number(to, "line", test->line);
	}
	fputs(">\n", to);
	if (!outcome_is_good(outcome))
		problem(to, outcome);
	fputs("   <system-out>", to);
	escaped(to, text, false);
	fputs("</system-out>\n  </testcase>\n", to);
	free(text);
}

static void testsuite(FILE *to, const struct plan *plan,
		      const struct outcome outcomes[],
		      const struct options *options, int suite)
{
	struct counts counts = { .tests = 0 };
	const char *name = "";

	for (int i = 0; i < plan->n; i++) {
		if (plan->tests[i].suite_number != suite)
			continue;
		name = plan->tests[i].suite;
		count(&counts, &outcomes[i]);
	}
	if (counts.tests == 0)
		return;
	fputs(" <testsuite", to);
	attribute(to, "name", name);
	totals(to, &counts, counts.elapsed_ms);
	for (int i = 0; i < plan->n; i++)
		if (plan->tests[i].suite_number == suite)
			testcase(to, &plan->tests[i], &outcomes[i], options);
	fputs(" </testsuite>\n", to);
}

void junit_write(FILE *to, const struct plan *plan,
		 const struct outcome outcomes[],
		 const struct options *options, int64_t elapsed_ms)
{
	struct counts counts = { .tests = 0 };

	for (int i = 0; i < plan->n; i++)
		count(&counts, &outcomes[i]);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", to);
	attribute(to, "name", "paxos lab");
	totals(to, &counts, elapsed_ms);
	for (int suite = 1; suite <= plan->n; suite++)
		testsuite(to, plan, outcomes, options, suite);
	fputs("</testsuites>\n", to);
}
