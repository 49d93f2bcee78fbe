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

/* How many of the N TEXTS are as number I, which is none if it is NULL; 0 if
 * an earlier one is. */
static int count_alike(char *const texts[], int n, int i)
{
	int alike = 0;

	for (int j = 0; j < n && texts[i] != NULL; j++) {
		if (texts[j] == NULL || strcmp(texts[j], texts[i]) != 0)
			continue;
		if (j < i)
			return 0;
		alike++;
	}
	return alike;
}

void alike_races(const struct plan *plan, const struct outcome outcomes[])
{
	char **races = room_make((size_t)plan->n, sizeof *races);

	for (int i = 0; i < plan->n; i++)
		races[i] = race_places(&outcomes[i]);
	for (int i = 0; i < plan->n; i++) {
		int tests = count_alike(races, plan->n, i);

		if (tests > 1)
			printf("\nThe same race in %d tests: %s\n", tests,
			       races[i]);
	}
	for (int i = 0; i < plan->n; i++)
		free(races[i]);
	free(races);
}

void alike_lints(const struct plan *plan, const struct outcome outcomes[],
		 const struct options *options)
{
	const struct layout layout = { .indent = 2, .width = PAGE_WIDTH };
	char **lints = room_make((size_t)plan->n, sizeof *lints);
	int told = 0;

	for (int i = 0; i < plan->n; i++)
		lints[i] = outcomes[i].lint[0] != '\0' ? outcomes[i].lint
							: NULL;
	for (int i = 0; i < plan->n && told < LINTS_MAX; i++) {
		int tests = count_alike(lints, plan->n, i);
		char *look;

		if (tests == 0)
			continue;
		told++;
		look = story_simulate(&plan->tests[i], options);
		printf("\n%sA warning, no points (%d test%s)%s\n",
		       paint(PAINT_BOLD), tests, tests == 1 ? "" : "s",
		       paint(PAINT_OFF));
		text_print(stdout, &layout, lints[i]);
		printf("  %s shows it again\n", look);
		free(look);
	}
	free(lints);
}
