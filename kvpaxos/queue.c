/*
 * queue.c - a list of those who wait, in the order in which they came.
 *
 * Invariant: places in the entry rise along the list, and who has none stands
 * behind all who have one.
 *
 * No locks here; see queue.h.
 */
#include "kvpaxos/queue.h"

#include <assert.h>
#include <stddef.h>

#include "kvpaxos/entry.h"

void queue_add(struct queue *q, struct waiting *w)
{
	struct waiting **end = &q->first;

	while (*end != NULL)
		end = &(*end)->next;
	w->at = -1;
	w->next = NULL;
	*end = w;
}

void queue_remove(struct queue *q, struct waiting *w)
{
	struct waiting **link = &q->first;

	while (*link != w) {
		assert(*link != NULL);
		link = &(*link)->next;
	}
	*link = w->next;
}

struct value queue_entry(struct queue *q, int me, uint64_t number)
{
	struct entry_writer writer = { 0 };
	struct waiting *w;
	bool fits = true;
	int at = 0;

	entry_begin(&writer, me, number);
	for (w = q->first; w != NULL; w = w->next) {
		/* Once one does not fit, none does: the order stays. */
		fits = fits && entry_add(&writer, &w->op);
		w->at = fits ? at++ : -1;
	}
	return entry_finish(&writer);
}

struct waiting *queue_find(const struct queue *q, int at)
{
	struct waiting *w = q->first;

	while (w != NULL && w->at < at && w->at >= 0)
		w = w->next;
	return w != NULL && w->at == at ? w : NULL;
}

void queue_wake(struct queue *q)
{
	struct waiting *w;

	for (w = q->first; w != NULL; w = w->next)
		cond_signal(&w->changed);
}
