/*
 * entry.c - encoding and decoding the entries of the log.
 *
 * Invariant of a writer: its first len bytes are an entry of `count`
 * operations, but for the count itself, which entry_finish() puts in.  Of a
 * reader that was opened: exactly `left` operations stand between at and end.
 *
 * No locks here; see entry.h.
 */
#include "kvpaxos/entry.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 20 /* magic, server, number, operations */
#define COUNT_AT 16
#define OP_BYTES 25   /* of an operation without its key and value */
#define FIRST_ROOM 128

/* ---- writing ----------------------------------------------------------- */

static void make_room(struct entry_writer *w, size_t more)
{
	if (w->len + more <= w->room)
		return;
	w->room = w->len + more < 2 * w->room ? 2 * w->room : w->len + more;
	w->bytes = realloc(w->bytes, w->room);
	if (w->bytes == NULL) {
		fprintf(stderr, "kvpaxos: out of memory for an entry\n");
		abort();
	}
}

/* Writes N as BYTES bytes to AT, the highest first. */
static void write_number(unsigned char *at, uint64_t n, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--) {
		at[i] = (unsigned char)n;
		n >>= 8;
	}
}

static void put_number(struct entry_writer *w, uint64_t n, int bytes)
{
	write_number(w->bytes + w->len, n, bytes);
	w->len += (size_t)bytes;
}

static void put_bytes(struct entry_writer *w, struct value v)
{
	if (v.len > 0)
		memcpy(w->bytes + w->len, v.data, v.len);
	w->len += v.len;
}

void entry_begin(struct entry_writer *w, int server, uint64_t number)
{
	assert(w->bytes == NULL);

	make_room(w, FIRST_ROOM);
	put_number(w, ENTRY_MAGIC, 4);
	put_number(w, (uint64_t)server, 4);
	put_number(w, number, 8);
	put_number(w, 0, 4);
}

bool entry_add(struct entry_writer *w, const struct kv_op *op)
{
	size_t bytes = OP_BYTES + op->key.len + op->val.len;

	assert(op->key.len <= KV_KEY_MAX && op->val.len <= KV_VALUE_MAX);

	if (bytes > ENTRY_BYTES_MAX - w->len)
		return false;
	make_room(w, bytes);
	put_number(w, (uint64_t)op->kind, 1);
	put_number(w, op->client, 8);
	put_number(w, op->number, 8);
	put_number(w, op->key.len, 4);
	put_number(w, op->val.len, 4);
	put_bytes(w, op->key);
	put_bytes(w, op->val);
	w->count++;
	return true;
}

struct value entry_finish(struct entry_writer *w)
{
	struct value v = { .data = w->bytes, .len = w->len };

	write_number(w->bytes + COUNT_AT, w->count, 4);
	*w = (struct entry_writer){ 0 };
	return v;
}

/* ---- reading ----------------------------------------------------------- */

static uint64_t get_number(struct entry_reader *r, int bytes)
{
	uint64_t n = 0;

	for (int i = 0; i < bytes; i++)
		n = n << 8 | *r->at++;
	return n;
}

/* Takes LEN bytes, as a borrowed value; false if there are fewer. */
static bool get_bytes(struct entry_reader *r, uint64_t len, struct value *v)
{
	if (len > (size_t)(r->end - r->at))
		return false;
	/* A value has no const bytes; nobody changes what is borrowed. */
	*v = (struct value){ .data = (unsigned char *)(uintptr_t)r->at,
			     .len = (size_t)len };
	r->at += len;
	return true;
}

/* Reads an operation that nobody has looked at yet. */
static bool get_op(struct entry_reader *r, struct kv_op *op)
{
	uint64_t kind, key_len, val_len;

	if (r->end - r->at < OP_BYTES)
		return false;
	kind = get_number(r, 1);
	if (kind < KV_OP_OPEN || kind > KV_OP_APPEND)
		return false;
	op->kind = (enum kv_kind)kind;
	op->client = get_number(r, 8);
	op->number = get_number(r, 8);
	key_len = get_number(r, 4);
	val_len = get_number(r, 4);
	if (key_len > KV_KEY_MAX || val_len > KV_VALUE_MAX)
		return false;
	return get_bytes(r, key_len, &op->key) &&
	       get_bytes(r, val_len, &op->val);
}

/* Tells whether R is at as many operations as it says, no more, that keep the
 * bounds of kv.x. */
static bool is_whole(struct entry_reader r)
{
	struct kv_op op;

	while (r.left > 0) {
		if (!get_op(&r, &op))
			return false;
		r.left--;
	}
	return r.at == r.end;
}

bool entry_open(struct entry_reader *r, struct value v)
{
	if (v.len < HEAD_BYTES)
		return false;
	r->at = v.data;
	r->end = v.data + v.len;
	if (get_number(r, 4) != ENTRY_MAGIC)
		return false;
	r->server = (int)get_number(r, 4);
	r->number = get_number(r, 8);
	r->left = (uint32_t)get_number(r, 4);
	return is_whole(*r);
}

bool entry_next(struct entry_reader *r, struct kv_op *op)
{
	if (r->left == 0)
		return false;
	r->left--;
	return get_op(r, op);
}
