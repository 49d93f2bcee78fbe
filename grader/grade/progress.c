/*
 * progress.c - what grade prints while it runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/grade/paint.h"
#include "grader/grade/screen.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

static bool terminal, colours;

void screen_init(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	terminal = screen_is_terminal() && term != NULL &&
		   strcmp(term, "dumb") != 0;
	colours = terminal && (no_color == NULL || no_color[0] == '\0');
}

bool screen_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

const char *paint(enum paint colour)
{
	static const char *const codes[] = {
		[PAINT_OFF] = "\033[0m", [PAINT_GOOD] = "\033[32m",
		[PAINT_BAD] = "\033[31m", [PAINT_BOLD] = "\033[1m",
		[PAINT_DIM] = "\033[2m",
	};

	return colours ? codes[colour] : "";
}

enum paint paint_of(const struct outcome *outcome)
{
	return outcome_is_good(outcome) ? PAINT_GOOD
	     : outcome->result == RESULT_SKIPPED ? PAINT_DIM : PAINT_BAD;
}

void screen_begin(const struct plan *plan, const struct options *options,
		  int jobs)
{
	double points = 0;

	for (int i = 0; i < plan->n; i++)
		points += plan->tests[i].points;
	printf("%d test%s for %g point%s, %d at a time, ", plan->n,
	       plan->n == 1 ? "" : "s", points, points > 1 ? "s" : "", jobs);
	if (options->passes[0].flavour->make_args[0] != '\0')
		printf("%s, ", options->passes[0].flavour->make_args);
	if (options_have(options, PASS_RACES))
		printf("then under %s, ",
		       options->passes[PASS_RACES].flavour->words);
	if (options_have(options, PASS_SIM))
		printf("then simulated, ");
	if (options_have(options, PASS_SIM_RACES))
		printf("the same with a look at each access, ");
	if (options->seed_given)
		printf("seed %ju\n", (uintmax_t)options->seed);
	else
		printf("seed base %ju\n", (uintmax_t)options->seed_base);
	if (options->replay_paths[0] != '\0' && !screen_is_terminal())
		printf("graded with %s; the replays below are for the "
		       "student's own tree\n", options->replay_paths);
	fflush(stdout);
}

void screen_progress(const struct plan *plan, const bool running[],
		     int finished)
{
	char line[PAGE_WIDTH];
	int used;

	if (!terminal)
		return;
	used = snprintf(line, sizeof line, " %*d/%d ",
			plan->n > 99 ? 3 : 2, finished, plan->n);
	for (int i = 0; i < plan->n && used < (int)sizeof line; i++)
		if (running[i])
			used += snprintf(line + used,
					 sizeof line - (size_t)used, " %s",
					 plan->tests[i].full);
	printf("\r\033[K%s%s%s", paint(PAINT_DIM), line, paint(PAINT_OFF));
	fflush(stdout);
}

void screen_clear(void)
{
	if (terminal)
		printf("\r\033[K");
	fflush(stdout);
}

void screen_result(const struct plan *plan, int i,
		   const struct outcome *outcome, int finished)
{
	const struct test *test = &plan->tests[i];
	char buf[32];

	if (terminal)
		return;
	printf("[%*d/%d] %-5s %-44s %7.2f s", plan->n > 99 ? 3 : 2, finished,
	       plan->n, story_status(outcome), test->full,
	       (double)outcome->elapsed_ms / 1000);
	for (int pass = PASS_RACES; pass < PASSES_MAX; pass++)
		printf(" %8s", story_again(outcome, pass, buf, sizeof buf));
	printf("\n");
	fflush(stdout);
}

void screen_again(const struct test *test, const char *why, int run)
{
	screen_clear();
	printf("%s: %s; this is the machine's fault, so run %d follows\n",
	       test->full, why, run);
	fflush(stdout);
}
