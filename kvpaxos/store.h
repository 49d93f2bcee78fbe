/*
 * store.h - the state machine: what executing the log, entry by entry, makes
 * of the table.
 *
 * Every server executes the same operations in the same order, so what comes
 * of one may depend on nothing but the store: not on the server, the time, or
 * who waits for it.
 *
 * Threads: no locks here.  The store's owner guards it.
 *
 * Memory: the store owns copies of all that it keeps.
 *
 * Errors: in the result's status.
 */
#ifndef KVPAXOS_STORE_H
#define KVPAXOS_STORE_H

#include "kvpaxos/clients.h"
#include "kvpaxos/op.h"
#include "kvpaxos/table.h"

/* Zeroed, it holds nothing and knows nobody. */
struct store {
	struct table table;
	struct clients clients;
};

/* Frees all of it and leaves the empty store. */
void store_deinit(struct store *s);

/*
 * Tells whether the key and the value of OP keep their bounds (KV_KEY_MAX,
 * KV_VALUE_MAX): KV_OK or KV_TOO_LARGE.  Looks at OP alone.
 */
enum kv_status store_check(const struct kv_op *op);

/* Changes the table as OP, a Put or an Append, asks, whoever asks for it. */
enum kv_status store_change(struct store *s, const struct kv_op *op);

/*
 * Executes OP and returns what comes of it.  The value in the result is
 * borrowed until the next call.
 */
struct kv_result store_apply(struct store *s, const struct kv_op *op);

#endif
