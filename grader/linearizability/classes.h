/*
 * classes.h - the writes of one kind on a key, by what they write.
 *
 * Threads: one at a time.  Memory: bytes are borrowed, the rest is the
 * table's.  Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_CLASSES_H
#define GRADER_LINEARIZABILITY_CLASSES_H

#include "grader/linearizability/problem.h"

/* The items that write BYTES, linked by `same` in the order of their calls. */
struct lin_class {
	struct value bytes;
	uint64_t hash;
	uint32_t first, last;
	uint32_t latest; /* the latest return and ... */
	uint32_t after;  /* ... the earliest `after` of gets that it is in */
};

struct lin_classes {
	struct lin_class *all;
	size_t n, room;
	uint32_t *slots; /* numbers from 1 on; 0 is free */
	size_t size;
	uint32_t *lens;  /* of bytes: each once, ascending */
	size_t nlens;
};

/* The items of P that are of KIND and not left out. */
void lin_classes_init(struct lin_classes *c, struct lin_problem *p,
		      enum lin_kind kind);
void lin_classes_deinit(struct lin_classes *c);

/* The number of the class that writes BYTES; LIN_NONE if there is none. */
uint32_t lin_classes_find(const struct lin_classes *c, struct value bytes);

#endif
