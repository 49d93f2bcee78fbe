/*
 * table.c - the table, the failures and the totals: what a student looks at.
 *
 * The table shows every test once, with its second pass as one more column.
 * Of the failures the first few are told, in the order of the plan: what
 * others build on comes first, and mending that may mend the rest.  Those that
 * a judge has explained go before those that were cut short.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/alike.h"
#include "grader/grade/files.h"
#include "grader/grade/paint.h"
#include "grader/grade/report.h"
#include "grader/grade/screen.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define TOLD_MAX 3     /* failures that are told on the terminal */
#define NAME_WIDTH 40  /* columns of a test's name */
#define BUILD_LINES_MAX 20
#define BUILD_BYTES_MAX 65536

struct sum {
	double score, points;
	int tests, failed, skipped, faults, unchecked, unsimulated, advised;
	int checked, racing; /* looked at for races, and with one */
};

/* What the columns of the further passes are called. */
static const char *const columns[PASSES_MAX] = {
	[PASS_RACES] = "races?", [PASS_SIM] = "sim",
	[PASS_SIM_RACES] = "sim races",
};

static bool has_failed(const struct outcome *outcome, int pass)
{
	return outcome->again[pass].result == RESULT_FAIL ||
	       outcome->again[pass].result == RESULT_CUT_SHORT;
}

static bool is_missing(const struct outcome *outcome, int pass)
{
	return outcome->again[pass].result == RESULT_GRADER_ERROR;
}

static void add(struct sum *sum, const struct test *test,
		const struct outcome *outcome)
{
	sum->score += story_score(test, outcome);
	sum->points += test->points;
	sum->tests++;
	sum->failed += outcome_is_failure(outcome);
	sum->skipped += outcome->result == RESULT_SKIPPED;
	sum->faults += outcome->result == RESULT_GRADER_ERROR;
	sum->unchecked += is_missing(outcome, PASS_RACES) ||
			  is_missing(outcome, PASS_SIM_RACES);
	sum->unsimulated += is_missing(outcome, PASS_SIM);
	sum->advised += outcome_is_advice(outcome);
	sum->checked +=
		outcome->again[PASS_RACES].result == RESULT_PASS;
	sum->racing += has_failed(outcome, PASS_RACES) ||
		       has_failed(outcome, PASS_SIM_RACES);
}

/* SCORE of POINTS, or nothing where none are given. */
static const char *points(char buf[32], const struct options *options,
			  double score, double of)
{
	if (options->passes[0].flavour->advises)
		return "";
	snprintf(buf, 32, "%g/%g", score, of);
	return buf;
}

/* What stands in the column of PASS: "-" where a test is not run in it. */
static const char *cell(const struct test *test, const struct outcome *outcome,
			const struct options *options, int pass, char buf[32])
{
	if (outcome->result == RESULT_PASS && options_have(options, pass) &&
	    !test_takes(test, pass, options))
		return "-";
	return story_again(outcome, pass, buf, 32);
}

/* Says once what the "-" of cell() means. */
static void explain_cells(const struct plan *plan,
			  const struct outcome outcomes[],
			  const struct options *options)
{
	bool any = false;

	for (int i = 0; i < plan->n; i++)
		for (int pass = 0; pass < PASSES_MAX; pass++)
			any = any || (outcomes[i].result == RESULT_PASS &&
				      options_have(options, pass) &&
				      !test_takes(&plan->tests[i], pass,
						  options));
	if (any)
		printf("\n%s- what such a test measures (memory, time), or "
		       "does, makes no sense there%s\n", paint(PAINT_DIM),
		       paint(PAINT_OFF));
}

static void row(const struct test *test, const struct outcome *outcome,
		const struct options *options)
{
	char score[32], buf[32];

	printf("  %s%-6s%s%-*s %10s", paint(paint_of(outcome)),
	       story_status(outcome), paint(PAINT_OFF), NAME_WIDTH,
	       test->name, points(score, options, story_score(test, outcome),
				  test->points));
	if (outcome->result == RESULT_SKIPPED)
		printf("\n        %s%s%s\n", paint(PAINT_DIM), outcome->saw,
		       paint(PAINT_OFF));
	if (outcome->result == RESULT_SKIPPED)
		return;
	if (test_takes(test, PASS_FIRST, options))
		printf(" %8.2f s", (double)outcome->elapsed_ms / 1000);
	else
		printf(" %10s", "-");
	for (int pass = PASS_RACES; pass < PASSES_MAX; pass++)
		printf(" %9s", cell(test, outcome, options, pass, buf));
	printf("%s\n", outcome_is_advice(outcome) ? "advice" : "");
}

static void head(const struct options *options)
{
	bool any = false;

	for (int pass = PASS_RACES; pass < PASSES_MAX; pass++)
		any = any || options_have(options, pass);
	if (!any)
		return;
	printf("%s %10s", paint(PAINT_DIM),
	       options->passes[PASS_FIRST].flavour->name);
	for (int pass = PASS_RACES; pass < PASSES_MAX; pass++)
		printf(" %9s",
		       options_have(options, pass) ? columns[pass] : "");
	printf("%s", paint(PAINT_OFF));
}

/* One line for the suite NAME, of whose tests none was run, and why. */
static void all_skipped(const struct plan *plan,
			const struct outcome outcomes[], const char *name,
			int tests)
{
	const char *why = NULL;
	bool said = false;
	size_t len = strlen(name);

	for (int i = 0; i < plan->n; i++) {
		const char *needs = plan->tests[i].needs;
		bool outside = strncmp(needs, name, len) != 0 ||
			       needs[len] != '/';

		/* Best is one that needs another suite: all hangs from it. */
		if (strcmp(plan->tests[i].suite, name) == 0 &&
		    (why == NULL || (outside && !said))) {
			why = outcomes[i].saw;
			said = outside;
		}
	}
	printf("  %s%-6sall %d: %s%s\n", paint(PAINT_DIM), "zero", tests,
	       why != NULL ? why : "", paint(PAINT_OFF));
}

/* The suite that test FIRST is the first of. */
static void suite(const struct plan *plan, const struct outcome outcomes[],
		  const struct options *options, int first)
{
	const char *name = plan->tests[first].suite;
	struct sum sum = { .tests = 0 };
	char score[32];

	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].suite, name) == 0)
			add(&sum, &plan->tests[i], &outcomes[i]);
	printf("\n%s%-*s %10s%s", paint(PAINT_BOLD), NAME_WIDTH + 8, name,
	       points(score, options, sum.score, sum.points),
	       paint(PAINT_OFF));
	/* What the columns are, once. */
	if (first == 0)
		head(options);
	printf("\n");
	if (sum.skipped == sum.tests && sum.tests > 1) {
		all_skipped(plan, outcomes, name, sum.tests);
		return;
	}
	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].suite, name) == 0)
			row(&plan->tests[i], &outcomes[i], options);
}

static void one_failure(const struct test *test, const struct outcome *outcome,
			const struct options *options, bool first)
{
	const char *lead =
		outcome_is_advice(outcome) ? "Advice: "
		: is_missing(outcome, PASS_RACES) ||
		  is_missing(outcome, PASS_SIM_RACES)
			? "Not looked at for races: "
		: is_missing(outcome, PASS_SIM) ? "Not simulated: "
		: outcome_is_fault(outcome) ? "Not graded: "
		: first ? "Start here: " : "Then: ";

	printf("\n%s%s%s%s\n", paint(PAINT_BOLD), lead, test->full,
	       paint(PAINT_OFF));
	story_write(stdout, test, outcome, options, false);
}

/*
 * Tells outcomes of which IS holds, after TOLD others; returns how many there
 * are now.
 */
static int tell(const struct plan *plan, const struct outcome outcomes[],
		const struct options *options,
		bool (*is)(const struct outcome *outcome), int told)
{
	for (int i = 0; i < plan->n; i++)
		if (is(&outcomes[i]) && told++ < TOLD_MAX)
			one_failure(&plan->tests[i], &outcomes[i], options,
				    told == 1);
	return told;
}

/* The judge has said what was wrong. */
static bool is_judged(const struct outcome *outcome)
{
	return outcome->result == RESULT_FAIL;
}

/* The test came to no verdict, such as at its time limit. */
static bool is_cut_short(const struct outcome *outcome)
{
	return outcome->result == RESULT_CUT_SHORT;
}

/* Tells the first failures; those of the grader itself come last. */
static void failures(const struct plan *plan, const struct outcome outcomes[],
		     const struct options *options)
{
	int failed = tell(plan, outcomes, options, is_judged, 0), advised;

	/* These say less about the cause. */
	failed = tell(plan, outcomes, options, is_cut_short, failed);
	if (failed > TOLD_MAX)
		printf("\n%d more failed: all is told in %s/log/\n",
		       failed - TOLD_MAX, options->out);
	alike_races(plan, outcomes);
	if (failed > 0)
		printf("\nA replay repeats the scenario and its faults; real "
		       "threads may still\ntake turns in another order, "
		       "simulated ones (WORLD=sim) do not.\n");
	advised = tell(plan, outcomes, options, outcome_is_advice, 0);
	if (advised > 0)
		printf("\nAdvice takes no points, and some of it may be a "
		       "false alarm.  %s\n", advised > TOLD_MAX
		       ? "The rest is in the logs." : "");
	tell(plan, outcomes, options, outcome_is_fault, 0);
}

static void total(const struct plan *plan, const struct outcome outcomes[],
		  const struct options *options, int first)
{
	const char *part = plan->tests[first].part;
	struct sum sum = { .tests = 0 };
	bool full;

	for (int i = first; i < plan->n; i++)
		if (strcmp(plan->tests[i].part, part) == 0)
			add(&sum, &plan->tests[i], &outcomes[i]);
	full = sum.score >= sum.points;
	if (options->passes[0].flavour->advises)
		printf("%s: no points under %s, only advice on %d of %d "
		       "tests", part, options->passes[0].flavour->words,
		       sum.advised, sum.tests);
	else
		printf("%s%s: %g/%g points%s",
		       paint(full ? PAINT_GOOD : PAINT_BOLD), part, sum.score,
		       sum.points, paint(PAINT_OFF));
	if (sum.failed > 0)
		printf(", %d of %d failed", sum.failed, sum.tests);
	if (sum.skipped > 0)
		printf(", %d not run", sum.skipped);
	if (sum.faults > 0)
		printf(", %d not graded", sum.faults);
	if (sum.unchecked > 0)
		printf(", %d not looked at for races", sum.unchecked);
	else if (sum.checked > 0 && sum.racing == 0)
		printf(", no races found");
	if (sum.unsimulated > 0)
		printf(", %d not simulated", sum.unsimulated);
	if (options->without_races)
		printf(" (races were not looked for)");
	if (options->without_sim)
		printf(" (nothing was simulated)");
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
	const char *confined = story_confined(plan, outcomes);

	screen_clear();
	if (options->build_failed != NULL) {
		build_failure(options);
	} else {
		for (int i = 0; i < plan->n; i++)
			if (is_first(plan, i, false))
				suite(plan, outcomes, options, i);
		explain_cells(plan, outcomes, options);
		failures(plan, outcomes, options);
		alike_lints(plan, outcomes, options);
	}
	printf("\n");
	for (int i = 0; i < plan->n; i++)
		if (is_first(plan, i, true))
			total(plan, outcomes, options, i);
	if (confined[0] != '\0')
		printf("confined by: %s\n", confined);
	if (options->passes[0].flavour->advises) {
		printf("in full: %s/log/\n", options->out);
	} else {
		printf("results: %s/", options->out);
		reports_name(stdout);
		printf(", log/\n");
	}
	fflush(stdout);
}
