/*
 * states.h - the values that a key goes through, each with one number.
 *
 * A value that is written behind another one is not copied: it is known as
 * the start of a text, or by what it was appended to.
 *
 * Threads: one at a time.
 *
 * Memory: the bytes that states begin with are borrowed; the rest is the
 * table's and counted by the meter.
 *
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_STATES_H
#define GRADER_LINEARIZABILITY_STATES_H

#include "grader/linearizability/meter.h"
#include "labrpc/value.h"

/* Fingerprints that can be put together. */
struct lin_print {
	uint64_t hash;
	uint64_t power; /* of the base, to the length */
};

struct lin_state {
	struct lin_print print;
	struct value bytes; /* all of it, or what was appended to parent */
	size_t len;         /* of all of it */
	uint32_t parent;    /* LIN_WHOLE: bytes are all of it */
};
#define LIN_WHOLE UINT32_MAX

struct lin_states {
	struct lin_state *all;
	size_t n, room;
	uint32_t *slots; /* numbers from 1 on; 0 is free */
	size_t size;
	struct lin_meter *meter;
};

/* A state that no get can see any part of, and the empty one. */
#define LIN_STATE_LOST 0
#define LIN_STATE_EMPTY 1

void lin_states_init(struct lin_states *s, struct lin_meter *meter);
void lin_states_deinit(struct lin_states *s);

/* The fingerprint of no bytes, and that of PRINT's with BYTES behind. */
#define LIN_PRINT_EMPTY ((struct lin_print){ .power = 1 })
struct lin_print lin_print_extend(struct lin_print print, struct value bytes);

/* The state BYTES, whose fingerprint is PRINT. */
uint32_t lin_states_whole(struct lin_states *s, struct value bytes,
			  struct lin_print print);

/*
 * The state STATE with BYTES behind, whose own fingerprint is PRINT.  If TEXT
 * is not NULL it is known to be the beginning of *TEXT.
 */
uint32_t lin_states_append(struct lin_states *s, uint32_t state,
			   struct value bytes, struct lin_print print,
			   const struct value *text);

size_t lin_states_len(const struct lin_states *s, uint32_t state);

/* A copy of STATE's bytes, which is the caller's. */
struct value lin_states_copy(const struct lin_states *s, uint32_t state);

#endif
