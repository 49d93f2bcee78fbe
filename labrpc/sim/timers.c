/*
 * timers.c - a binary heap of timers.
 *
 * Invariant: heap[0..n) is a heap by time, and by turn among equal times, so
 * that the order is the same wherever the heap lies.  No locks.
 */
#include "labrpc/sim/timers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"

static bool earlier(const struct timer *a, const struct timer *b)
{
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns;
	return a->turn < b->turn;
}

static void grow(struct timers *timers)
{
	timers->room = timers->room == 0 ? 256 : timers->room * 2;
	timers->heap = realloc(timers->heap, (size_t)timers->room *
						     sizeof(struct timer));
	if (timers->heap == NULL)
		lab_fatal("no memory for %d timers", timers->room);
}

void timers_add(struct timers *timers, int64_t at_ns, enum timer_kind kind,
		void *what, uint64_t mark)
{
	const struct timer timer = {
		.at_ns = at_ns,
		.turn = timers->turns++,
		.kind = kind,
		.what = what,
		.mark = mark,
	};
	int at;

	if (timers->n == timers->room)
		grow(timers);
	for (at = timers->n++; at > 0; at = (at - 1) / 2) {
		if (!earlier(&timer, &timers->heap[(at - 1) / 2]))
			break;
		timers->heap[at] = timers->heap[(at - 1) / 2];
	}
	timers->heap[at] = timer;
}

const struct timer *timers_first(const struct timers *timers)
{
	return timers->n > 0 ? &timers->heap[0] : NULL;
}

void timers_pop(struct timers *timers)
{
	struct timer last;
	int at = 0, child;

	assert(timers->n > 0);
	last = timers->heap[--timers->n];
	while ((child = 2 * at + 1) < timers->n) {
		if (child + 1 < timers->n &&
		    earlier(&timers->heap[child + 1], &timers->heap[child]))
			child++;
		if (!earlier(&timers->heap[child], &last))
			break;
		timers->heap[at] = timers->heap[child];
		at = child;
	}
	timers->heap[at] = last;
}

void timers_clear(struct timers *timers)
{
	timers->n = 0;
	timers->turns = 0;
}

void timers_deinit(struct timers *timers)
{
	free(timers->heap);
	memset(timers, 0, sizeof(*timers));
}
