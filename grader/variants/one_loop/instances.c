/*
 * instances.c - a sorted array, searched by halves.
 *
 * Invariant: at[i]->seq < at[i + 1]->seq.
 */
#include "instances.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *must_have(void *mem)
{
	if (mem == NULL) {
		fprintf(stderr, "out of memory\n");
		abort();
	}
	return mem;
}

/* The index of the first cell that is not below SEQ. */
static size_t place_of(const struct cells *cells, int64_t seq)
{
	size_t low = 0, high = cells->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cells->at[middle]->seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct cell *cells_find(const struct cells *cells, int64_t seq)
{
	size_t i = place_of(cells, seq);

	return i < cells->count && cells->at[i]->seq == seq ? cells->at[i]
							    : NULL;
}

struct cell *cells_get(struct cells *cells, int64_t seq)
{
	size_t i = place_of(cells, seq);

	if (i < cells->count && cells->at[i]->seq == seq)
		return cells->at[i];
	if (cells->count == cells->room) {
		cells->room = 2 * cells->room + 8;
		cells->at = must_have(realloc(cells->at, cells->room *
					      sizeof(cells->at[0])));
	}
	memmove(&cells->at[i + 1], &cells->at[i],
		(cells->count - i) * sizeof(cells->at[0]));
	cells->count++;
	cells->at[i] = must_have(calloc(1, sizeof(struct cell)));
	cells->at[i]->seq = seq;
	return cells->at[i];
}

void cells_cut(struct cells *cells, int64_t seq)
{
	size_t n = place_of(cells, seq);

	for (size_t i = 0; i < n; i++) {
		value_free(&cells->at[i]->value);
		value_free(&cells->at[i]->proposal);
		free(cells->at[i]);
	}
	cells->count -= n;
	if (n > 0)
		memmove(cells->at, &cells->at[n],
			cells->count * sizeof(cells->at[0]));
}

void cells_free(struct cells *cells)
{
	cells_cut(cells, INT64_MAX);
	free(cells->at);
}
