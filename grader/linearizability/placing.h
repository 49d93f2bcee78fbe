/*
 * placing.h - placing operations one after the other, and taking back.
 *
 * What is not placed hangs in a list of calls and returns in the order of
 * time.  What can be placed next are the calls before the first return.
 *
 * Threads: one at a time.
 *
 * Memory: the problem is borrowed; the rest is the placing's.
 *
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_PLACING_H
#define GRADER_LINEARIZABILITY_PLACING_H

#include "grader/linearizability/problem.h"
#include "grader/linearizability/states.h"

struct lin_placing {
	const struct lin_problem *problem;
	uint32_t *next, *prev; /* of the list: by 2 * item + (1: return) */
	bool *placed;          /* by item */
	uint32_t left;         /* items that returned and are not placed */
	uint32_t top;          /* all items from here on are not placed */
	uint32_t state;        /* what the key holds */
	uint32_t epoch;        /* its source; LIN_NONE: the state is lost */
	uint32_t *met;         /* by source: its gets that are placed */
	struct lin_placed *trail; /* what was placed, in order */
	size_t ntrail;
	struct lin_states states;
	uint32_t *results;       /* by item: the state that it puts or gets */
	struct lin_print *prints; /* by item, of appends */
	uint32_t *barred;        /* states that the wild get may not return */
	size_t nbarred;
	uint32_t wild_state;     /* that which it did return */
};

/* What may come next: an item, or the loss of the state. */
#define LIN_WAY_LOSE LIN_NONE

/*
 * Nothing of P is placed; its wild get returns none of the NBARRED values
 * BARRED.
 */
void lin_placing_init(struct lin_placing *s, const struct lin_problem *p,
		      struct lin_meter *meter, const struct value *barred,
		      size_t nbarred);
void lin_placing_deinit(struct lin_placing *s);

/* The list: its first event, and that after EVENT; LIN_NONE at its end. */
uint32_t lin_placing_first(const struct lin_placing *s);
uint32_t lin_placing_next(const struct lin_placing *s, uint32_t event);

/* Places all that can come now without a loss; see search.c. */
void lin_placing_settle(struct lin_placing *s);

/*
 * Tells whether ITEM, which can be placed, need be tried; what can be settled
 * is settled.  The first return of the list is that of FIRST for
 * lin_placing_may_lose(): whether to lose the state need be tried.
 */
bool lin_placing_may(const struct lin_placing *s, uint32_t item);
bool lin_placing_may_lose(const struct lin_placing *s, uint32_t first);

/* Goes on by WAY. */
void lin_placing_go(struct lin_placing *s, uint32_t way);

/* Goes back to where NTRAIL items were placed; the state is the caller's. */
void lin_placing_undo(struct lin_placing *s, size_t ntrail);

#endif
