/*
 * entry.h - an entry of the log as bytes: the operations that one server has
 * gathered, in the order in which they are to be executed.
 *
 *     4 bytes   ENTRY_MAGIC           then for each operation
 *     4         the server            1 byte   kind
 *     8         its number for it     8        client
 *     4         operations            8        number
 *                                     4 and 4  length of key and value
 *                                     ...      key, then value
 *
 * Numbers are in network order.  Server and number together name an entry, so
 * that a server knows its own when it is decided.
 *
 * Threads: plain data.
 *
 * Memory: a writer owns its bytes until entry_finish(); a reader borrows the
 * value that it reads, and so do the operations that it finds.
 *
 * Errors: bytes that are no entry are false.
 */
#ifndef KVPAXOS_ENTRY_H
#define KVPAXOS_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kvpaxos/op.h"

#define ENTRY_MAGIC UINT32_C(0x6b760001)

/* No entry is longer than this, so that its agreement does not take long. */
#define ENTRY_BYTES_MAX ((size_t)4 << 20)

/* Writes an entry.  Zeroed, and then begun. */
struct entry_writer {
	unsigned char *bytes;
	size_t len, room;
	uint32_t count;
};

/* Begins the entry NUMBER of SERVER; without operations it does nothing. */
void entry_begin(struct entry_writer *w, int server, uint64_t number);

/* Adds OP, whose sizes were checked, unless the entry gets too long. */
bool entry_add(struct entry_writer *w, const struct kv_op *op);

/* The entry, which is the caller's to free. */
struct value entry_finish(struct entry_writer *w);

/* Reads one. */
struct entry_reader {
	int server;
	uint64_t number;
	uint32_t left;   /* operations yet to come */
	const unsigned char *at, *end;
};

/*
 * Begins to read V; false if it is not an entry, from start to end, or a key
 * or value in it exceeds its bound of kv.x: no server of ours writes such.
 */
bool entry_open(struct entry_reader *r, struct value v);

/* Reads the next operation into *OP; false if there is none. */
bool entry_next(struct entry_reader *r, struct kv_op *op);

#endif
