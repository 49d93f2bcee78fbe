/*
 * instances.h - instances in a sorted array.
 *
 * Threads: no locks here; the owner has one.
 *
 * Memory: the array owns its cells; a pointer to one is good until it is cut
 * off, not until the array grows.
 *
 * Errors: running out of memory ends the process.
 */
#ifndef VARIANT_INSTANCES_H
#define VARIANT_INSTANCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/value.h"

struct cell {
	int64_t seq;
	int64_t promised;
	int64_t accepted;
	struct value value;    /* accepted, or decided */
	bool decided;
	bool queued;           /* the loop has it in its queue, or in hand */
	int64_t hurdle;        /* a ballot that beat us */
	struct value proposal;
};

struct cells {
	struct cell **at; /* by rising seq */
	size_t count, room;
};

struct cell *cells_find(const struct cells *cells, int64_t seq);
struct cell *cells_get(struct cells *cells, int64_t seq);

/* Frees all below SEQ. */
void cells_cut(struct cells *cells, int64_t seq);

/* Frees all. */
void cells_free(struct cells *cells);

void *must_have(void *mem);

#endif
