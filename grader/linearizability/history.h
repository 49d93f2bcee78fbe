/*
 * history.h - the operations of a history, by key, with shared values.
 *
 * A service whose values grow by appends returns ever longer values that
 * begin alike.  A long value of which another one of the same key is the
 * beginning is kept once, as a trunk: so a history takes memory for what is
 * written, not for what is read.
 *
 * Threads: one at a time.
 *
 * Memory: all is the history's.  Bytes stay where they are until the next
 * lin_history_add().
 *
 * Errors: more than UINT32_MAX operations or bytes of a value, or no memory
 * left, end the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_HISTORY_H
#define GRADER_LINEARIZABILITY_HISTORY_H

#include "grader/linearizability/linearizability.h"

/* A value: bytes of a trunk from its start, or of the heap. */
struct lin_text {
	size_t at; /* number of the trunk, or where in the heap */
	uint32_t len;
	bool in_trunk;
};

struct lin_entry {
	int64_t client;
	int64_t call_ns, return_ns;
	struct lin_text value;
	uint32_t key;
	uint32_t kind; /* enum lin_kind */
};

struct lin_key {
	struct lin_text name;
	uint32_t ops; /* how many operations it has */
};

/* How many operations, and keys, H has; operation I; key I. */
const struct lin_entry *lin_history_entry(const struct lin_history *h,
					  size_t i);
size_t lin_history_keys(const struct lin_history *h);
const struct lin_key *lin_history_key(const struct lin_history *h, size_t i);

/* The bytes of TEXT. */
struct value lin_history_bytes(const struct lin_history *h,
			       struct lin_text text);

#endif
