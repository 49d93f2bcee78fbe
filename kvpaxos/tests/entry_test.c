/*
 * entry_test.c - entries of the log as bytes, also bytes that are none, and
 * the queue that makes them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kvpaxos/entry.h"
#include "kvpaxos/queue.h"
#include "labrpc/random.h"

static struct value text(const char *s)
{
	return (struct value){ .data = (unsigned char *)(uintptr_t)s,
			       .len = strlen(s) };
}

/* An entry with one operation of each kind. */
static struct value sample(void)
{
	const struct kv_op ops[] = {
		{ .kind = KV_OP_OPEN },
		{ .kind = KV_OP_PUT, .client = UINT64_MAX, .number = 1,
		  .key = text("key"), .val = text("value") },
		{ .kind = KV_OP_APPEND, .client = 3, .number = UINT64_MAX,
		  .key = VALUE_EMPTY, .val = text("\x80\xff") },
		{ .kind = KV_OP_GET, .key = text("k") },
		{ .kind = KV_OP_CLOSE, .client = 258 },
	};
	struct entry_writer w = { 0 };

	entry_begin(&w, 15, UINT64_C(0x0102030405060708));
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		cr_assert(entry_add(&w, &ops[i]));
	return entry_finish(&w);
}

Test(entry, comes_back_as_it_was)
{
	struct value v = sample();
	struct entry_reader r;
	struct kv_op op;

	cr_assert(entry_open(&r, v));
	cr_assert(r.server == 15 && r.number == UINT64_C(0x0102030405060708));
	cr_assert(entry_next(&r, &op) && op.kind == KV_OP_OPEN);
	cr_assert(entry_next(&r, &op) && op.kind == KV_OP_PUT);
	cr_assert(op.client == UINT64_MAX && op.number == 1);
	cr_assert(value_equal(op.key, text("key")));
	cr_assert(value_equal(op.val, text("value")));
	cr_assert(entry_next(&r, &op) && op.kind == KV_OP_APPEND);
	cr_assert(op.number == UINT64_MAX && op.key.len == 0);
	cr_assert(value_equal(op.val, text("\x80\xff")));
	cr_assert(entry_next(&r, &op) && op.kind == KV_OP_GET);
	cr_assert(entry_next(&r, &op) && op.kind == KV_OP_CLOSE);
	cr_assert(op.client == 258);
	cr_assert(!entry_next(&r, &op));
	value_free(&v);
}

Test(entry, of_nothing)
{
	struct entry_writer w = { 0 };
	struct entry_reader r;
	struct value v;
	struct kv_op op;

	entry_begin(&w, 0, 1);
	v = entry_finish(&w);
	cr_assert(entry_open(&r, v) && !entry_next(&r, &op));
	value_free(&v);
	cr_assert(!entry_open(&r, VALUE_EMPTY));
}

/* Every prefix, a byte too many, and a first byte that is another. */
Test(entry, must_be_whole)
{
	struct value v = sample();
	struct entry_reader r;

	for (size_t len = 0; len < v.len; len++) {
		/* In a block of its own, so that an overrun shows. */
		struct value part = value_make(v.data, len);

		cr_assert(!entry_open(&r, part), "%zu of %zu bytes", len,
			  v.len);
		value_free(&part);
	}
	v.data = realloc(v.data, v.len + 1);
	v.data[v.len++] = 0;
	cr_assert(!entry_open(&r, v));
	v.len--;
	v.data[0] ^= 1;
	cr_assert(!entry_open(&r, v));
	value_free(&v);
}

/* Random changes: refused or not, nothing outside is ever touched. */
Test(entry, hostile_bytes)
{
	struct value v = sample();
	struct random rng;
	int accepted = 0;

	random_seed(&rng, 11);
	for (int i = 0; i < 100000; i++) {
		size_t len = random_below(&rng, v.len + 1);
		struct value copy = value_make(v.data, len);
		struct entry_reader r;
		struct kv_op op;

		for (uint64_t n = random_below(&rng, 4); n > 0 && copy.len > 0;
		     n--)
			copy.data[random_below(&rng, copy.len)] =
				(unsigned char)random_next(&rng);
		if (entry_open(&r, copy)) {
			accepted++;
			while (entry_next(&r, &op))
				cr_assert(value_fingerprint(op.key) +
						  value_fingerprint(op.val) !=
					  0);
			cr_assert(r.at == r.end);
		}
		value_free(&copy);
	}
	cr_assert(accepted > 0);
	value_free(&v);
}

Test(entry, has_a_longest)
{
	struct kv_op op = { .kind = KV_OP_PUT,
			    .val = { calloc(1, KV_VALUE_MAX), KV_VALUE_MAX } };
	struct entry_writer w = { 0 };
	struct value v;

	entry_begin(&w, 1, 1);
	while (entry_add(&w, &op))
		cr_assert(w.count < ENTRY_BYTES_MAX / KV_VALUE_MAX);
	cr_assert(w.count == ENTRY_BYTES_MAX / KV_VALUE_MAX - 1);
	v = entry_finish(&w);
	cr_assert(v.len <= ENTRY_BYTES_MAX);
	value_free(&v);
	value_free(&op.val);
}

/* One Put, as no writer of ours would write it, opened. */
static bool opens(uint32_t key_len, uint32_t val_len)
{
	size_t len = 20 + 25 + (size_t)key_len + val_len;
	struct value v = { .data = calloc(1, len), .len = len };
	struct entry_reader r;
	struct kv_op op;
	bool opened;

	memcpy(v.data, "\x6b\x76\x00\x01", 4); /* the magic */
	v.data[19] = 1;                          /* operations */
	v.data[20] = KV_OP_PUT;
	for (int i = 0; i < 4; i++) {
		v.data[37 + i] = (unsigned char)(key_len >> (24 - 8 * i));
		v.data[41 + i] = (unsigned char)(val_len >> (24 - 8 * i));
	}
	opened = entry_open(&r, v);
	if (opened)
		cr_assert(entry_next(&r, &op) && op.key.len == key_len &&
			  op.val.len == val_len);
	value_free(&v);
	return opened;
}

/* What another server wrote keeps the bounds of kv.x, or is no entry. */
Test(entry, keeps_the_bounds)
{
	cr_assert(opens(0, 0));
	cr_assert(opens(KV_KEY_MAX, KV_VALUE_MAX));
	cr_assert(!opens(KV_KEY_MAX + 1, 0));
	cr_assert(!opens(0, KV_VALUE_MAX + 1));
	cr_assert(!opens(1 << 20, 1 << 20));
}

Test(queue, keeps_the_order)
{
	struct waiting w[4] = { { .op = { .kind = KV_OP_GET } } };
	struct queue q = { 0 };
	struct value v;

	for (int i = 0; i < 4; i++) {
		w[i].op.kind = KV_OP_GET;
		queue_add(&q, &w[i]);
	}
	v = queue_entry(&q, 0, 1);
	value_free(&v);
	queue_remove(&q, &w[1]);
	cr_assert(queue_find(&q, 0) == &w[0] && queue_find(&q, 1) == NULL);
	cr_assert(queue_find(&q, 3) == &w[3] && queue_find(&q, 4) == NULL);
	queue_remove(&q, &w[0]);
	queue_add(&q, &w[1]);
	cr_assert(w[1].at == -1 && queue_find(&q, 1) == NULL);
	v = queue_entry(&q, 0, 2);
	value_free(&v);
	cr_assert(queue_find(&q, 0) == &w[2] && queue_find(&q, 2) == &w[1]);
}

/* What does not fit waits for the next entry, and all behind it. */
Test(queue, entries_are_bounded)
{
	struct waiting w[6] = { { .at = 0 } };
	struct value big = { calloc(1, KV_VALUE_MAX), KV_VALUE_MAX };
	struct queue q = { 0 };
	struct entry_reader r;
	struct value v;

	for (int i = 0; i < 6; i++) {
		w[i].op = (struct kv_op){ .kind = KV_OP_PUT, .val = big };
		if (i == 5)
			w[i].op.val = VALUE_EMPTY;
		queue_add(&q, &w[i]);
	}
	v = queue_entry(&q, 0, 1);
	cr_assert(entry_open(&r, v) && r.left == 3);
	value_free(&v);
	cr_assert(w[2].at == 2 && w[3].at == -1 && w[5].at == -1);
	for (int i = 0; i < 3; i++)
		queue_remove(&q, &w[i]);
	v = queue_entry(&q, 0, 2);
	cr_assert(entry_open(&r, v) && r.left == 3);
	cr_assert(w[3].at == 0 && w[5].at == 2);
	value_free(&v);
	value_free(&big);
}
