/*
 * history.c - see history.h.
 *
 * Invariant: a trunk only grows at its end, so that a text in it, which is
 * its first bytes, never changes.  Trunks are found by key and first
 * TRUNK_FIRST bytes; those with the same ones are chained, newest first.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/history.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"
#include "labrpc/fatal.h"
#include "labrpc/random.h"

/* The shortest value that becomes a trunk. */
#define TRUNK_FIRST 64

/* How many trunks that begin alike are tried for a value. */
#define TRUNK_TRIES 8

struct trunk {
	unsigned char *data;
	size_t len, room;
	uint64_t hash; /* of key and first bytes */
};

/* A hash table of numbers from 1 on, 0 is free; SIZE is a power of 2. */
struct index {
	uint32_t *slots;
	uint32_t *older; /* by number: the one with the same hash before it */
	size_t size, n, older_room;
};

struct lin_history {
	struct lin_entry *entries;
	size_t n, room;
	struct lin_key *keys;
	uint64_t *key_hashes;
	size_t nkeys, keys_room, hashes_room;
	struct trunk *trunks;
	size_t ntrunks, trunks_room;
	unsigned char *heap; /* short values, one after the other */
	size_t heap_len, heap_room;
	struct index by_name;  /* keys */
	struct index by_start; /* trunks */
};

struct lin_history *lin_history_make(void)
{
	return room_make(1, sizeof(struct lin_history));
}

void lin_history_free(struct lin_history *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->ntrunks; i++)
		free(h->trunks[i].data);
	free(h->trunks);
	free(h->entries);
	free(h->keys);
	free(h->key_hashes);
	free(h->heap);
	free(h->by_name.slots);
	free(h->by_name.older);
	free(h->by_start.slots);
	free(h->by_start.older);
	free(h);
}

size_t lin_history_count(const struct lin_history *h)
{
	return h->n;
}

size_t lin_history_keys(const struct lin_history *h)
{
	return h->nkeys;
}

const struct lin_entry *lin_history_entry(const struct lin_history *h,
					  size_t i)
{
	if (i >= h->n)
		lab_fatal("operation %zu of a history of %zu", i, h->n);
	return &h->entries[i];
}

const struct lin_key *lin_history_key(const struct lin_history *h, size_t i)
{
	if (i >= h->nkeys)
		lab_fatal("key %zu of a history of %zu", i, h->nkeys);
	return &h->keys[i];
}

struct value lin_history_bytes(const struct lin_history *h,
			       struct lin_text text)
{
	unsigned char *data = text.in_trunk ? h->trunks[text.at].data
			      : h->heap != NULL ? h->heap + text.at : NULL;

	return (struct value){ text.len > 0 ? data : NULL, text.len };
}

struct lin_op lin_history_op(const struct lin_history *h, size_t i)
{
	const struct lin_entry *entry = lin_history_entry(h, i);

	return (struct lin_op){
		.client = entry->client,
		.kind = (enum lin_kind)entry->kind,
		.key = lin_history_bytes(h, h->keys[entry->key].name),
		.value = lin_history_bytes(h, entry->value),
		.call_ns = entry->call_ns,
		.return_ns = entry->return_ns,
	};
}

/* The slot of HASH: the newest number with that hash, or a free one. */
static uint32_t *slot_of(struct index *index, uint64_t hash,
			 uint64_t (*hash_of)(const struct lin_history *,
					     uint32_t),
			 const struct lin_history *h)
{
	size_t at = hash & (index->size - 1);

	while (index->slots[at] != 0 && hash_of(h, index->slots[at]) != hash)
		at = (at + 1) & (index->size - 1);
	return &index->slots[at];
}

/* Adds the number index->n + 1, which has HASH. */
static void index_add(struct index *index, uint64_t hash,
		      uint64_t (*hash_of)(const struct lin_history *,
					  uint32_t),
		      const struct lin_history *h)
{
	struct index old = *index;
	uint32_t number = (uint32_t)++index->n;
	uint32_t *slot;

	if (index->n * 2 > index->size) {
		index->size = old.size > 0 ? 2 * old.size : 16;
		index->slots = room_make(index->size, sizeof(uint32_t));
		for (size_t i = 0; i < old.size; i++)
			if (old.slots[i] != 0)
				*slot_of(index, hash_of(h, old.slots[i]),
					 hash_of, h) = old.slots[i];
		free(old.slots);
	}
	index->older = room_grow(index->older, &index->older_room,
				 index->n + 1, sizeof(uint32_t));
	slot = slot_of(index, hash, hash_of, h);
	index->older[number] = *slot;
	*slot = number;
}

/* The newest number with HASH; 0 if there is none. */
static uint32_t index_find(struct index *index, uint64_t hash,
			   uint64_t (*hash_of)(const struct lin_history *,
					       uint32_t),
			   const struct lin_history *h)
{
	return index->size == 0 ? 0 : *slot_of(index, hash, hash_of, h);
}

static uint64_t key_hash(const struct lin_history *h, uint32_t number)
{
	return h->key_hashes[number - 1];
}

static uint64_t trunk_hash(const struct lin_history *h, uint32_t number)
{
	return h->trunks[number - 1].hash;
}

static struct lin_text keep_in_heap(struct lin_history *h, struct value v)
{
	struct lin_text text = { .at = h->heap_len, .len = (uint32_t)v.len };

	if (v.len == 0)
		return text;
	h->heap = room_grow(h->heap, &h->heap_room, h->heap_len + v.len, 1);
	memcpy(h->heap + h->heap_len, v.data, v.len);
	h->heap_len += v.len;
	return text;
}

/* Makes TRUNK hold V if it is the beginning of V or V is its beginning. */
static bool trunk_takes(struct trunk *trunk, struct value v)
{
	size_t common = trunk->len < v.len ? trunk->len : v.len;

	if (common > 0 && memcmp(trunk->data, v.data, common) != 0)
		return false;
	if (v.len > trunk->len) {
		trunk->data = room_grow(trunk->data, &trunk->room, v.len, 1);
		memcpy(trunk->data + trunk->len, v.data + trunk->len,
		       v.len - trunk->len);
		trunk->len = v.len;
	}
	return true;
}

/* Keeps V, which a get of KEY returned. */
static struct lin_text keep_result(struct lin_history *h, uint32_t key,
				   struct value v)
{
	struct value start = { v.data, TRUNK_FIRST };
	struct trunk *trunk;
	uint64_t hash;
	uint32_t number;

	if (v.len < TRUNK_FIRST)
		return keep_in_heap(h, v);
	hash = random_mix(value_fingerprint(start), key);
	number = index_find(&h->by_start, hash, trunk_hash, h);
	for (int i = 0; number != 0 && i < TRUNK_TRIES; i++) {
		if (trunk_takes(&h->trunks[number - 1], v))
			return (struct lin_text){ .at = number - 1,
						  .len = (uint32_t)v.len,
						  .in_trunk = true };
		number = h->by_start.older[number];
	}
	h->trunks = room_grow(h->trunks, &h->trunks_room, h->ntrunks + 1,
			      sizeof(struct trunk));
	trunk = &h->trunks[h->ntrunks];
	*trunk = (struct trunk){ .hash = hash };
	trunk_takes(trunk, v);
	index_add(&h->by_start, hash, trunk_hash, h);
	return (struct lin_text){ .at = h->ntrunks++,
				  .len = (uint32_t)v.len,
				  .in_trunk = true };
}

static uint32_t key_number(struct lin_history *h, struct value name)
{
	uint64_t hash = value_fingerprint(name);
	uint32_t number = index_find(&h->by_name, hash, key_hash, h);

	for (; number != 0; number = h->by_name.older[number])
		if (value_equal(lin_history_bytes(h, h->keys[number - 1].name),
				name))
			return number - 1;
	h->keys = room_grow(h->keys, &h->keys_room, h->nkeys + 1,
			    sizeof(struct lin_key));
	h->key_hashes = room_grow(h->key_hashes, &h->hashes_room,
				  h->nkeys + 1, sizeof(uint64_t));
	h->keys[h->nkeys] = (struct lin_key){ .name = keep_in_heap(h, name) };
	h->key_hashes[h->nkeys] = hash;
	index_add(&h->by_name, hash, key_hash, h);
	return (uint32_t)h->nkeys++;
}

void lin_history_add(struct lin_history *h, const struct lin_op *op)
{
	struct lin_entry entry = {
		.client = op->client,
		.call_ns = op->call_ns,
		.return_ns = op->return_ns,
		.kind = op->kind,
	};

	if (op->key.len > UINT32_MAX || op->value.len > UINT32_MAX ||
	    h->n == UINT32_MAX / 4)
		lab_fatal("a history cannot keep operation %zu: a key of %zu, "
			  "a value of %zu bytes", h->n, op->key.len,
			  op->value.len);
	entry.key = key_number(h, op->key);
	if (op->kind != LIN_GET)
		entry.value = keep_in_heap(h, op->value);
	else if (op->return_ns != LIN_NEVER)
		entry.value = keep_result(h, entry.key, op->value);
	h->keys[entry.key].ops++;
	h->entries = room_grow(h->entries, &h->room, h->n + 1,
			       sizeof(struct lin_entry));
	h->entries[h->n++] = entry;
}
