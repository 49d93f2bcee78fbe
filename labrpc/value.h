/*
 * value.h - a run of bytes with a length: the one value type of the lab.
 *
 * Threads: a struct value has no lock.  Whoever holds it guards it.
 *
 * Memory: value_copy() allocates, value_free() releases.  A struct value that
 * a function hands you without saying that you own it is borrowed: look at
 * the bytes, or copy them, before that function's owner takes them back.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef LABRPC_VALUE_H
#define LABRPC_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest value that a message may carry, in bytes (16 MiB). */
#define VALUE_MAX_BYTES (16u << 20)

/*
 * Any bytes, NUL among them.  len counts bytes; data may be NULL when len is
 * 0.  Comparing with strcmp() or measuring with strlen() is a mistake.
 */
struct value {
	unsigned char *data;
	size_t len;
};

/* The value of no bytes. */
#define VALUE_EMPTY ((struct value){ .data = NULL, .len = 0 })

/*
 * Returns a copy of the LEN bytes at DATA that the caller owns and must give
 * back with value_free().
 */
struct value value_make(const void *data, size_t len);

/* Returns a copy of V that the caller owns; see value_make(). */
struct value value_copy(struct value v);

/* Releases the bytes of *V and leaves the empty value behind. */
void value_free(struct value *v);

/* Tells whether A and B hold the same bytes. */
bool value_equal(struct value a, struct value b);

/*
 * Describes V for a person in BUF of SIZE bytes: its start, its length and a
 * fingerprint's low 32 bits: `"hello" (5 bytes, #80aabd0b)`.  Returns BUF.
 * VALUE_DESCRIBED_BYTES are enough for any value.
 */
#define VALUE_DESCRIBED_BYTES 160
const char *value_describe(struct value v, char *buf, size_t size);

/*
 * A 64-bit fingerprint of V's bytes (FNV-1a, by words of eight bytes as long
 * as there are so many), the same in every process of a machine.  Equal
 * values have equal fingerprints; it is no protection against an adversary.
 */
uint64_t value_fingerprint(struct value v);

#endif
