/*
 * alike.c - what several tests show alike, told once: one thing is to be
 * mended, however many tests come upon it.
 */
#include "grader/grade/alike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grade/paint.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define LINTS_MAX 3 /* that are told on the terminal */

void alike_races(const struct plan *plan, const struct outcome outcomes[])
{
	char **races = room_make((size_t)plan->n, sizeof *races);

	for (int i = 0; i < plan->n; i++)
		races[i] = race_places(&outcomes[i]);
	for (int i = 0; i < plan->n; i++) {
		int tests = races[i] != NULL;

		for (int j = i + 1; j < plan->n && tests > 0; j++)
			if (races[j] != NULL &&
			    strcmp(races[i], races[j]) == 0) {
				free(races[j]);
				races[j] = NULL;
				tests++;
			}
		if (tests > 1)
			printf("\nThe same race in %d tests: %s\n", tests,
			       races[i]);
		free(races[i]);
	}
	free(races);
}

/* How many tests of PLAN have the lint of test I; 0 if an earlier one has. */
static int count_lint(const struct plan *plan, const struct outcome outcomes[],
		      int i)
{
	int n = 0;

	for (int j = 0; j < plan->n; j++) {
		bool same = strcmp(outcomes[j].lint, outcomes[i].lint) == 0;

		if (same && j < i)
			return 0;
		n += same;
	}
	return n;
}

void alike_lints(const struct plan *plan, const struct outcome outcomes[],
		 const struct options *options)
{
	const struct layout layout = { .indent = 2, .width = PAGE_WIDTH };
	int told = 0;

	for (int i = 0; i < plan->n && told < LINTS_MAX; i++) {
		int tests = count_lint(plan, outcomes, i);
		char *look;

		if (outcomes[i].lint[0] == '\0' || tests == 0)
			continue;
		told++;
		look = story_simulate(&plan->tests[i], options);
		printf("\n%sA warning, no points (%d test%s)%s\n",
		       paint(PAINT_BOLD), tests, tests == 1 ? "" : "s",
		       paint(PAINT_OFF));
		text_print(stdout, &layout, outcomes[i].lint);
		printf("  %s shows it again\n", look);
		free(look);
	}
}
