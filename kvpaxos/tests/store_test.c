/*
 * store_test.c - the state machine: the table, and executing once.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kvpaxos/store.h"
#include "labrpc/random.h"

static struct value text(const char *s)
{
	return (struct value){ .data = (unsigned char *)(uintptr_t)s,
			       .len = strlen(s) };
}

static uint64_t open_client(struct store *s)
{
	const struct kv_op op = { .kind = KV_OP_OPEN };

	return store_apply(s, &op).client;
}

static enum kv_status do_write(struct store *s, enum kv_kind kind,
			       uint64_t client, uint64_t number,
			       const char *key, struct value val)
{
	const struct kv_op op = {
		.kind = kind, .client = client, .number = number,
		.key = text(key), .val = val,
	};

	return store_apply(s, &op).status;
}

static enum kv_status do_close(struct store *s, uint64_t client)
{
	const struct kv_op op = { .kind = KV_OP_CLOSE, .client = client };

	return store_apply(s, &op).status;
}

static bool holds(struct store *s, const char *key, const char *val)
{
	const struct kv_op op = { .kind = KV_OP_GET, .key = text(key) };
	struct kv_result result = store_apply(s, &op);

	return result.status == KV_OK && value_equal(result.val, text(val));
}

Test(store, puts_replace_and_appends_add)
{
	struct store s = { 0 };
	uint64_t me = open_client(&s);

	cr_assert(holds(&s, "a", ""));
	cr_assert(do_write(&s, KV_OP_PUT, me, 1, "a", text("xyz")) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 2, "a", text("12")) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 3, "b", text("b")) == KV_OK);
	cr_assert(holds(&s, "a", "xyz12") && holds(&s, "b", "b"));
	cr_assert(do_write(&s, KV_OP_PUT, me, 4, "a", text("")) == KV_OK);
	cr_assert(holds(&s, "a", ""));
	cr_assert(do_write(&s, KV_OP_APPEND, me, 5, "a", text("q")) == KV_OK);
	cr_assert(holds(&s, "a", "q"));
	store_deinit(&s);
}

Test(store, a_request_is_executed_once)
{
	struct store s = { 0 };
	uint64_t me = open_client(&s), other = open_client(&s);

	cr_assert(me != other && me != 0 && other != 0);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 1, "k", text("m")) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 1, "k", text("m")) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, other, 1, "k", text("m")) ==
		  KV_OK, "two clients may do the same");
	cr_assert(do_write(&s, KV_OP_APPEND, me, 2, "k", text("n")) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 1, "k", text("m")) ==
		  KV_STALE);
	cr_assert(holds(&s, "k", "mmn"));
	store_deinit(&s);
}

Test(store, a_refusal_is_repeated_as_one)
{
	struct store s = { 0 };
	uint64_t me = open_client(&s);
	struct value most = { calloc(1, KV_VALUE_MAX), KV_VALUE_MAX };

	cr_assert(do_write(&s, KV_OP_PUT, me, 1, "k", most) == KV_OK);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 2, "k", text("x")) ==
		  KV_TOO_LARGE);
	cr_assert(do_write(&s, KV_OP_PUT, me + 1, 1, "k", text("")) ==
		  KV_NO_CLIENT);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 2, "k", text("x")) ==
		  KV_TOO_LARGE);
	cr_assert(do_write(&s, KV_OP_APPEND, me, 3, "k", text("")) == KV_OK);
	cr_assert(table_get(&s.table, text("k")).len == KV_VALUE_MAX);
	value_free(&most);
	store_deinit(&s);
}

Test(store, goodbye_is_for_good)
{
	struct store s = { 0 };
	uint64_t me = open_client(&s), later;

	cr_assert(do_write(&s, KV_OP_APPEND, me, 1, "k", text("m")) == KV_OK);
	cr_assert(do_close(&s, me) == KV_OK);
	cr_assert(s.clients.count == 0);
	cr_assert(do_close(&s, me) == KV_NO_CLIENT);
	/* A late copy of what it had asked for. */
	cr_assert(do_write(&s, KV_OP_APPEND, me, 1, "k", text("m")) ==
		  KV_NO_CLIENT);
	later = open_client(&s);
	cr_assert(later != me);
	cr_assert(holds(&s, "k", "m"));
	store_deinit(&s);
}

Test(store, remembers_clients_not_requests)
{
	struct store s = { 0 };
	uint64_t me = open_client(&s);

	for (uint64_t n = 1; n <= 10000; n++)
		do_write(&s, KV_OP_PUT, me, n, "k", text("v"));
	cr_assert(s.clients.count == 1 && s.table.count == 1);
	store_deinit(&s);
}

Test(store, sizes_are_checked)
{
	unsigned char *bytes = calloc(1, KV_VALUE_MAX + 1);
	struct kv_op op = { .kind = KV_OP_PUT,
			    .key = { bytes, KV_KEY_MAX },
			    .val = { bytes, KV_VALUE_MAX } };

	cr_assert(store_check(&op) == KV_OK);
	op.key.len++;
	cr_assert(store_check(&op) == KV_TOO_LARGE);
	op.key.len = 0;
	op.val.len++;
	cr_assert(store_check(&op) == KV_TOO_LARGE);
	free(bytes);
}

/* Keys of any bytes, many of them, against a model of slots. */
Test(store, many_keys)
{
	struct table t = { 0 };
	struct value model[64] = { VALUE_EMPTY };
	struct random rng;

	random_seed(&rng, 7);
	for (int i = 0; i < 20000; i++) {
		unsigned char bytes[4] = { 0 };
		size_t slot = random_below(&rng, 64);
		struct value key = { bytes, 1 + slot % 4 };
		struct value val = { bytes, random_below(&rng, 5) };

		bytes[0] = (unsigned char)slot;
		if (random_chance(&rng, 0.2) || model[slot].len > 200) {
			table_put(&t, key, val);
			value_free(&model[slot]);
			model[slot] = value_copy(val);
		} else {
			struct value longer = {
				calloc(1, model[slot].len + val.len + 1),
				model[slot].len + val.len,
			};

			if (model[slot].len > 0)
				memcpy(longer.data, model[slot].data,
				       model[slot].len);
			memcpy(longer.data + model[slot].len, bytes, val.len);
			value_free(&model[slot]);
			model[slot] = longer;
			table_append(&t, key, val);
		}
		cr_assert(value_equal(table_get(&t, key), model[slot]));
	}
	cr_assert(t.count == 64);
	table_deinit(&t);
	for (int i = 0; i < 64; i++)
		value_free(&model[i]);
}
