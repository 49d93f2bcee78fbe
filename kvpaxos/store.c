/*
 * store.c - the rules by which operations are executed.
 *
 * Invariant: a request of a client, known by its number, changes the table
 * once at most, however often it stands in the log; and no key holds more
 * than KV_VALUE_MAX bytes.
 *
 * No locks here; see store.h.
 */
#include "kvpaxos/store.h"

#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

void store_deinit(struct store *s)
{
	table_deinit(&s->table);
	clients_deinit(&s->clients);
}

/*
 * An operation without a key, or without a value, has one of no bytes, which
 * keeps every bound.
 */
enum kv_status store_check(const struct kv_op *op)
{
#if LAB_SOLVED >= 11
	if (op->key.len > KV_KEY_MAX || op->val.len > KV_VALUE_MAX)
		return KV_TOO_LARGE;
	return KV_OK;
#else
	(void)op;
	lab_todo(11, "store_check");
#endif
}

/*
 * Changes the table as OP, a Put or an Append, asks.  An Append after which
 * the key would hold more than KV_VALUE_MAX bytes changes nothing and is
 * KV_TOO_LARGE; everything else is KV_OK.
 */
enum kv_status store_change(struct store *s, const struct kv_op *op)
{
#if LAB_SOLVED >= 12
	if (op->kind == KV_OP_PUT) {
		table_put(&s->table, op->key, op->val);
		return KV_OK;
	}
	if (table_get(&s->table, op->key).len + op->val.len > KV_VALUE_MAX)
		return KV_TOO_LARGE;
	table_append(&s->table, op->key, op->val);
	return KV_OK;
#else
	(void)s;
	(void)op;
	lab_todo(12, "store_change");
#endif
}

/*
 * Executes OP, a Put or an Append, unless that was done before.  Who asks is
 * looked up (clients_find()): one that is not there is KV_NO_CLIENT.  If OP is
 * the client's last request once more, nothing changes and the status is the
 * one that it had then; if it is an earlier one, nothing changes and the
 * status is KV_STALE.  Otherwise OP is executed (store_change()), and its
 * number and status are noted.
 *
 * This must be decided here, when the entry is executed, and not when the
 * request arrives: it may stand in the log twice because two servers have
 * proposed it, neither of which knew of the other.
 */
static enum kv_status apply_write(struct store *s, const struct kv_op *op)
{
#if LAB_SOLVED >= 12
	struct client *client = clients_find(&s->clients, op->client);

	if (client == NULL)
		return KV_NO_CLIENT;
	if (op->number < client->number)
		return KV_STALE;
	if (op->number > client->number) {
		client->number = op->number;
		client->status = store_change(s, op);
	}
	return client->status;
#else
	(void)s;
	(void)op;
	lab_todo(12, "apply_write");
#endif
}

/*
 * The client OP->client says goodbye and is removed (clients_remove()): KV_OK.
 * One that is not there, perhaps because it said so before, is KV_NO_CLIENT.
 */
static enum kv_status apply_close(struct store *s, const struct kv_op *op)
{
#if LAB_SOLVED >= 18
	struct client *client = clients_find(&s->clients, op->client);

	if (client == NULL)
		return KV_NO_CLIENT;
	clients_remove(&s->clients, client);
	return KV_OK;
#else
	(void)s;
	(void)op;
	lab_todo(18, "apply_close");
#endif
}

struct kv_result store_apply(struct store *s, const struct kv_op *op)
{
	struct kv_result result = { .status = store_check(op) };

	if (result.status != KV_OK)
		return result;
	switch (op->kind) {
	case KV_OP_OPEN:
		result.client = clients_add(&s->clients)->id;
		break;
	case KV_OP_CLOSE:
		result.status = apply_close(s, op);
		break;
	case KV_OP_GET:
		result.val = table_get(&s->table, op->key);
		break;
	case KV_OP_PUT:
	case KV_OP_APPEND:
		result.status = apply_write(s, op);
		break;
	}
	return result;
}
