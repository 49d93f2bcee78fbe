/*
 * problem.h - the operations of one key up to some moment, and what is known
 * about their order before any is tried.
 *
 * A put begins an epoch, which ends with the next put; the initial state is
 * an epoch, too.  The put is the source of its epoch's gets.  Often the
 * values tell from which source a get must have read, and to which epoch an
 * append must belong; and that nobody can have seen some write.
 *
 * Threads: one at a time.
 *
 * Memory: values are borrowed from the history, the rest is the problem's.
 *
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_PROBLEM_H
#define GRADER_LINEARIZABILITY_PROBLEM_H

#include "grader/linearizability/timeline.h"

/* No item; a source that is not known. */
#define LIN_NONE UINT32_MAX

/* An operation of the key. */
struct lin_item {
	struct value value;
	uint32_t entry;      /* its number in the history */
	uint32_t call, back; /* ranks; LIN_LATEST: did not return in time */
	uint32_t after;      /* of a get: rank of the latest call of a put */
			     /* that returned before the get was called */
	uint32_t source;     /* of a get: its source; of an append: that of */
			     /* its epoch; LIN_NONE if there is a choice */
	uint32_t same;       /* the next item that writes the same */
	uint32_t before;     /* one that writes the same and may be taken */
			     /* to come before this one; LIN_NONE: none */
	unsigned char kind;  /* enum lin_kind */
	bool unseen;         /* no get can read what this wrote */
	bool left_out;       /* makes no difference at all */
	bool wild;           /* a get that may return anything */
};

/* Of a source, number i (items[i], or n for the initial state). */
struct lin_source {
	uint32_t first, ngets; /* its gets in targets[], shortest first */
	uint32_t urgency;      /* the first return of it and of its gets */
};

struct lin_problem {
	struct lin_item *items; /* in the order of their calls */
	uint32_t n;
	uint32_t *order;        /* calls and returns: 2 * item + (1: ...) */
	uint32_t norder;
	uint32_t wild;          /* the item that is; LIN_NONE: none */
	struct lin_source *sources; /* n + 1 */
	uint32_t *targets;
	uint32_t *by_value;     /* the gets that returned, by their bytes */
	uint32_t ngets;
	bool impossible;        /* some get returned what cannot be */
};

/*
 * The operations of KEY in T, of which only the events with ranks below LIMIT
 * have happened.  The get number WILD (LIN_NONE: none) may return anything.
 */
void lin_problem_init(struct lin_problem *p, const struct lin_timeline *t,
		      size_t key, uint32_t limit, uint32_t wild);
void lin_problem_deinit(struct lin_problem *p);

/* Finds sources and epochs, and what is unseen.  Part of init; sources.c. */
void lin_problem_find_sources(struct lin_problem *p);

/* Tells whether A is the beginning of B. */
bool lin_begins(struct value a, struct value b);

#endif
