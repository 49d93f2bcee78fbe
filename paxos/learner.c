/*
 * learner.c - decisions, and the exchange of Done.
 *
 * Invariant: a decision does not change, and no entry of a struct done ever
 * falls, in whatever order messages arrive.  So Min() never falls either, and
 * what was forgotten stays so.
 *
 * No locks here; see learner.h.
 */
#include "paxos/learner.h"

#include <assert.h>

#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/*
 * The first decision that L hears of is the decision: keep a copy, note that
 * it is decided, return true.  Whatever comes later changes nothing.
 */
bool learner_learn(struct learner *l, struct value v)
{
#if LAB_SOLVED >= 1
	if (l->decided)
		return false;
	l->decided = true;
	l->value = value_copy(v);
	return true;
#else
	(void)l;
	(void)v;
	lab_todo(1, "learner_learn");
#endif
}

void learner_deinit(struct learner *l)
{
	value_free(&l->value);
	*l = (struct learner){ 0 };
}

void done_init(struct done *d, int npeers)
{
	int i;

	assert(1 <= npeers && npeers <= PEERS_MAX);

	d->npeers = npeers;
	for (i = 0; i < PEERS_MAX; i++)
		d->of[i] = -1;
}

/*
 * An entry never falls: a number that is not above the entry is old and
 * changes nothing.  Numbers above DONE_MAX count as DONE_MAX.
 */
bool done_raise(struct done *d, int peer, int64_t seq)
{
	assert(0 <= peer && peer < d->npeers);

#if LAB_SOLVED >= 10
	if (seq > DONE_MAX)
		seq = DONE_MAX;
	if (seq <= d->of[peer])
		return false;
	d->of[peer] = seq;
	return true;
#else
	(void)seq;
	lab_todo(10, "done_raise");
#endif
}

/*
 * Raises each of the npeers entries to what OF says of it; OF may be old, in
 * whole or in part, or of a peer that knows less.
 */
bool done_merge(struct done *d, const int64_t of[PEERS_MAX])
{
#if LAB_SOLVED >= 10
	bool news = false;
	int i;

	for (i = 0; i < d->npeers; i++)
		if (done_raise(d, i, of[i]))
			news = true;
	return news;
#else
	int i;

	/* Nothing is to be done as long as nobody is done with anything. */
	for (i = 0; i < d->npeers; i++)
		if (of[i] != -1)
			lab_todo(10, "done_merge");
	return false;
#endif
}

/*
 * One more than the lowest entry of all npeers.  A peer that was not heard of
 * counts with its -1: it may need everything.
 */
int64_t done_min(const struct done *d)
{
#if LAB_SOLVED >= 10
	int64_t lowest = d->of[0];
	int i;

	for (i = 1; i < d->npeers; i++)
		if (d->of[i] < lowest)
			lowest = d->of[i];
	return lowest + 1;
#else
	(void)d;
	lab_todo(10, "done_min");
#endif
}
