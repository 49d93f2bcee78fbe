/*
 * flavours.h - the ways in which a host is built or run, and what they cost.
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: NULL for a name
 * that is none.
 */
#ifndef GRADER_GRADE_FLAVOURS_H
#define GRADER_GRADE_FLAVOURS_H

#include <stdbool.h>

struct flavour {
	const char *name;
	int time_scale;        /* times a test's limit_s */
	int memory_scale;      /* times the limit on memory */
	const char *make_args; /* what make needs to choose it */
	const char *words;     /* how a sentence names it, as in "under X" */
	bool sparse;           /* reserves far more addresses than it uses */
	bool advises;          /* it gives advice, and no points */
	bool simulated;        /* many runs in the simulated world */
	bool finds_races;      /* it looks at each access to memory */
};

const struct flavour *flavour_named(const char *name);

/* The names of all, for a sentence. */
extern const char flavour_list[];

#endif
