/*
 * history.c - see history.h.
 *
 * Invariant: step i is in first[i] for i < HISTORY_FIRST, and otherwise in
 * last[i % HISTORY_LAST] until it is overwritten.
 *
 * No locks: one thread.
 */
#include "grader/judge/history.h"

#include <stdio.h>

const char *history_add(struct history *h, const char *fmt, va_list args)
{
	char *to = h->n < HISTORY_FIRST ? h->first[h->n]
					: h->last[h->n % HISTORY_LAST];

	vsnprintf(to, HISTORY_BYTES, fmt, args);
	h->n++;
	return to;
}

void history_write(const struct history *h, struct lines *l)
{
	size_t from = HISTORY_FIRST, left_out;

	for (size_t i = 0; i < h->n && i < HISTORY_FIRST; i++)
		lines_add(l, "step %zu: %s", i + 1, h->first[i]);
	if (h->n > HISTORY_FIRST + HISTORY_LAST) {
		from = h->n - HISTORY_LAST;
		left_out = from - HISTORY_FIRST;
		lines_add(l, "... %zu step%s left out ...", left_out,
			  left_out == 1 ? "" : "s");
	}
	for (size_t i = from; i < h->n; i++)
		lines_add(l, "step %zu: %s", i + 1,
			  h->last[i % HISTORY_LAST]);
}
