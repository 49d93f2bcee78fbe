/*
 * steps.c - the steps of a test as its judge tells them.
 *
 * Invariant: step i is in first[i] for i < STEPS_FIRST, and otherwise in
 * last[i % STEPS_LAST] until another takes its place.
 */
#include "grader/grade/steps.h"

#include <stdlib.h>
#include <string.h>

#include "grader/grade/text.h"

static const char *step(const struct steps *s, size_t i)
{
	return i < STEPS_FIRST ? s->first[i] : s->last[i % STEPS_LAST];
}

void steps_add(struct steps *s, const char *text)
{
	char **to = s->n < STEPS_FIRST ? &s->first[s->n]
				       : &s->last[s->n % STEPS_LAST];

	if (text == NULL)
		return;
	free(*to);
	*to = text_clean(text, strnlen(text, STEP_BYTES_MAX));
	s->n++;
}

void steps_forget(struct steps *s)
{
	for (size_t i = 0; i < STEPS_FIRST; i++)
		free(s->first[i]);
	for (size_t i = 0; i < STEPS_LAST; i++)
		free(s->last[i]);
	*s = (struct steps){ .n = 0 };
}

const char *steps_last(const struct steps *s)
{
	return s->n > 0 ? step(s, s->n - 1) : NULL;
}

static void tell(struct outcome *outcome, char *detail)
{
	if (outcome->ndetails < DETAILS_MAX)
		outcome->details[outcome->ndetails++] = detail;
	else
		free(detail);
}

void steps_tell(const struct steps *s, struct outcome *outcome)
{
	size_t from = 0, left_out;

	if (s->n > STEPS_FIRST + STEPS_LAST)
		from = s->n - STEPS_LAST;
	for (size_t i = 0; i < s->n; i++) {
		if (i == STEPS_FIRST && from > i) {
			left_out = from - i;
			tell(outcome, text_format(
				"... %zu step%s left out ...", left_out,
				left_out == 1 ? "" : "s"));
			i = from;
		}
		tell(outcome, text_format("step %zu: %s", i + 1,
					  step(s, i)));
	}
}
