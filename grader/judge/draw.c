/*
 * draw.c - values for tests, drawn from the test's seed (judge.h).
 *
 * Invariant: what is drawn depends on the seed and on the order of draws
 * alone.
 *
 * No locks: one thread.
 */
#include "grader/judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "grader/judge/trial.h"
#include "grader/process/memory.h"

/* Random bytes of this length do not come twice. */
#define UNIQUE_BYTES 16

int draw_below(struct cluster *c, int n)
{
	(void)c;
	if (n < 1)
		trial_error("the test draws one of %d numbers", n);
	return (int)random_below(trial_random(), (uint64_t)n);
}

struct value draw_bytes(struct cluster *c, size_t len)
{
	unsigned char *bytes = must_calloc(1, len + sizeof(uint64_t));
	struct value v;

	(void)c;
	for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
		uint64_t word = random_next(trial_random());

		memcpy(bytes + i, &word, sizeof(word));
	}
	v = value_make(bytes, len);
	free(bytes);
	return trial_keep(v);
}

struct value draw_value(struct cluster *c, size_t max)
{
	if (max < UNIQUE_BYTES)
		trial_error("a random value of up to %zu bytes; at least %d "
			    "are needed", max, UNIQUE_BYTES);
	return draw_bytes(c, (size_t)draw_below(c, (int)(max - UNIQUE_BYTES +
							 1)) + UNIQUE_BYTES);
}

struct value text(const char *s)
{
	return (struct value){ .data = (unsigned char *)(uintptr_t)s,
			       .len = strlen(s) };
}
