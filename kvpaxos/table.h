/*
 * table.h - what each key holds.
 *
 * Threads: no locks here.  The table's owner guards it.
 *
 * Memory: the table owns copies of all keys and values.  Room for a value
 * that grows is at most a quarter more than what it holds.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef KVPAXOS_TABLE_H
#define KVPAXOS_TABLE_H

#include <stddef.h>

#include "labrpc/value.h"

/* Zeroed, it is empty. */
struct table {
	void *root; /* of a search tree of items */
	size_t count;
};

/* Frees all of it and leaves the empty table. */
void table_deinit(struct table *t);

/* What KEY holds, borrowed until the next change; no bytes if nothing. */
struct value table_get(const struct table *t, struct value key);

/* Replaces what KEY holds by a copy of VAL. */
void table_put(struct table *t, struct value key, struct value val);

/* Adds a copy of VAL at the end of what KEY holds. */
void table_append(struct table *t, struct value key, struct value val);

#endif
