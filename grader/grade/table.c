/*
 * table.c - the table, the failures and the totals: what a student looks at.
 *
 * The table shows every test once.  Of the failures the first few are told,
 * those first that others need: mending them may mend the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/files.h"
#include "grader/grade/paint.h"
#include "grader/grade/screen.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define TOLD_MAX 3     /* failures that are told on the terminal */
#define NAME_WIDTH 46  /* columns of a test's name */
#define BUILD_LINES_MAX 20
#define BUILD_BYTES_MAX 65536

struct sum {
	double score, points;
	int tests, failed, skipped, faults;
};

static void add(struct sum *sum, const struct test *test,
		const struct outcome *outcome)
{
	sum->score += story_score(test, outcome);
	sum->points += test->points;
	sum->tests++;
	sum->failed += outcome->result == RESULT_FAIL ||
		       outcome->result == RESULT_CUT_SHORT;
	sum->skipped += outcome->result == RESULT_SKIPPED;
	sum->faults += outcome_is_fault(outcome);
}

static void row(const struct test *test, const struct outcome *outcome)
{
	char score[32];

	snprintf(score, sizeof score, "%g/%g", story_score(test, outcome),
		 test->points);
	printf("  %s%-6s%s%-*s %10s", paint(paint_of(outcome)),
	       story_status(outcome), paint(PAINT_OFF), NAME_WIDTH,
	       test->name, score);
	if (outcome->result == RESULT_SKIPPED)
		printf("\n        %s%s%s\n", paint(PAINT_DIM), outcome->saw,
		       paint(PAINT_OFF));
	else
		printf(" %10.2f s\n", (double)outcome->elapsed_ms / 1000);
}

/* The suite that test FIRST is the first of. */
static void suite(const struct plan *plan, const struct outcome outcomes[],
		  int first)
{
	const char *name = plan->tests[first].suite;
	struct sum sum = { .tests = 0 };
	char score[48];

	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].suite, name) == 0)
			add(&sum, &plan->tests[i], &outcomes[i]);
	snprintf(score, sizeof score, "%g/%g", sum.score, sum.points);
	printf("\n%s%-*s %10s%s\n", paint(PAINT_BOLD), NAME_WIDTH + 8, name,
	       score, paint(PAINT_OFF));
	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].suite, name) == 0)
			row(&plan->tests[i], &outcomes[i]);
}

static void one_failure(const struct test *test, const struct outcome *outcome,
			const struct options *options, bool first)
{
	const char *lead = outcome_is_fault(outcome) ? "Not graded: "
			 : first ? "Start here: " : "Then: ";

	printf("\n%s%s%s%s\n", paint(PAINT_BOLD), lead, test->full,
	       paint(PAINT_OFF));
	story_write(stdout, test, outcome, options, false);
}

static bool is_failure(const struct outcome *outcome)
{
	return outcome->result == RESULT_FAIL ||
	       outcome->result == RESULT_CUT_SHORT;
}

/* How many tests must pass before I is worth a try. */
static int depth(const struct plan *plan, int i)
{
	int n = 0;

	for (; plan->tests[i].need >= 0; i = plan->tests[i].need)
		n++;
	return n;
}

/* Tells the failures at depth AT while fewer than TOLD_MAX are TOLD. */
static int failures_at(const struct plan *plan,
		       const struct outcome outcomes[],
		       const struct options *options, int at, int told)
{
	for (int i = 0; i < plan->n && told < TOLD_MAX; i++)
		if (is_failure(&outcomes[i]) && depth(plan, i) == at)
			one_failure(&plan->tests[i], &outcomes[i], options,
				    told++ == 0);
	return told;
}

/* Tells the first failures; those of the grader itself come last. */
static void failures(const struct plan *plan, const struct outcome outcomes[],
		     const struct options *options)
{
	int failed = 0, told = 0, faults = 0;

	for (int i = 0; i < plan->n; i++)
		failed += is_failure(&outcomes[i]);
	for (int at = 0; at < plan->n && told < failed; at++)
		told = failures_at(plan, outcomes, options, at, told);
	if (failed > told)
		printf("\n%d more failed: all is told in %s/log/\n",
		       failed - told, options->out);
	if (told > 0)
		printf("\nA replay repeats the scenario and its faults; real "
		       "threads may still\ntake turns in another order.\n");
	for (int i = 0; i < plan->n; i++)
		if (outcome_is_fault(&outcomes[i]) && faults++ < TOLD_MAX)
			one_failure(&plan->tests[i], &outcomes[i], options,
				    false);
}

static void total(const struct plan *plan, const struct outcome outcomes[],
		  int first)
{
	const char *part = plan->tests[first].part;
	struct sum sum = { .tests = 0 };
	bool full;

	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].part, part) == 0)
			add(&sum, &plan->tests[i], &outcomes[i]);
	full = sum.score >= sum.points;
	printf("%s%s: %g/%g points%s", paint(full ? PAINT_GOOD : PAINT_BOLD),
	       part, sum.score, sum.points, paint(PAINT_OFF));
	if (sum.failed > 0)
		printf(", %d of %d failed", sum.failed, sum.tests);
	if (sum.skipped > 0)
		printf(", %d not run", sum.skipped);
	if (sum.faults > 0)
		printf(", %d not graded", sum.faults);
	printf("\n");
}

static void build_failure(const struct options *options)
{
	char *log = file_start(options->build_failed, BUILD_BYTES_MAX);
	const struct layout layout = {
		.indent = 2, .width = PAGE_WIDTH, .max_lines = BUILD_LINES_MAX,
	};

	printf("\n%sThe submission did not build%s, so every test scores "
	       "zero:\n\n", paint(PAINT_BOLD), paint(PAINT_OFF));
	text_print(stdout, &layout, log);
	free(log);
	printf("\n  in full: %s\n", options->build_failed);
}

/* Whether test I is the first of its part, or else of its suite. */
static bool is_first(const struct plan *plan, int i, bool by_part)
{
	for (int j = 0; j < i; j++) {
		const struct test *a = &plan->tests[j], *b = &plan->tests[i];

		if (strcmp(by_part ? a->part : a->suite,
			   by_part ? b->part : b->suite) == 0)
			return false;
	}
	return true;
}

void screen_table(const struct plan *plan, const struct outcome outcomes[],
		  const struct options *options)
{
	screen_clear();
	if (options->build_failed != NULL) {
		build_failure(options);
	} else {
		for (int i = 0; i < plan->n; i++)
			if (is_first(plan, i, false))
				suite(plan, outcomes, i);
		failures(plan, outcomes, options);
	}
	printf("\n");
	for (int i = 0; i < plan->n; i++)
		if (is_first(plan, i, true))
			total(plan, outcomes, i);
	printf("results: %s/results.json, junit.xml, log/\n", options->out);
	fflush(stdout);
}
