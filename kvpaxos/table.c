/*
 * table.c - the table of keys, as a search tree of the C library's
 * (tsearch()).
 *
 * Invariant: an item's key does not change, and len <= room of its bytes.
 *
 * No locks here; see table.h.
 */
#include "kvpaxos/table.h"

#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item {
	struct value key;
	unsigned char *bytes;
	size_t len, room;
};

static _Noreturn void out_of_memory(void)
{
	fprintf(stderr, "kvpaxos: out of memory for the table\n");
	abort();
}

/* Any order of keys will do: first by length. */
static int compare(const void *a, const void *b)
{
	const struct value *x = &((const struct item *)a)->key;
	const struct value *y = &((const struct item *)b)->key;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->len == 0 ? 0 : memcmp(x->data, y->data, x->len);
}

static struct item *find(const struct table *t, struct value key)
{
	const struct item wanted = { .key = key };
	struct item *const *found = tfind(&wanted, &t->root, compare);

	return found == NULL ? NULL : *found;
}

/* The item of KEY, made if there is none. */
static struct item *obtain(struct table *t, struct value key)
{
	struct item *item = find(t, key);

	if (item != NULL)
		return item;
	item = calloc(1, sizeof(*item));
	if (item == NULL)
		out_of_memory();
	item->key = value_copy(key);
	if (tsearch(item, &t->root, compare) == NULL)
		out_of_memory();
	t->count++;
	return item;
}

static void set_room(struct item *item, size_t room)
{
	item->bytes = realloc(item->bytes, room);
	if (item->bytes == NULL)
		out_of_memory();
	item->room = room;
}

static void add(struct item *item, struct value val)
{
	if (val.len > 0)
		memcpy(item->bytes + item->len, val.data, val.len);
	item->len += val.len;
}

void table_deinit(struct table *t)
{
	while (t->root != NULL) {
		struct item *item = *(struct item **)t->root;

		tdelete(item, &t->root, compare);
		value_free(&item->key);
		free(item->bytes);
		free(item);
	}
	*t = (struct table){ 0 };
}

struct value table_get(const struct table *t, struct value key)
{
	const struct item *item = find(t, key);

	if (item == NULL)
		return VALUE_EMPTY;
	return (struct value){ .data = item->bytes, .len = item->len };
}

void table_put(struct table *t, struct value key, struct value val)
{
	struct item *item = obtain(t, key);

	/* A shorter value must not keep the room of a longer one. */
	free(item->bytes);
	item->bytes = NULL;
	item->len = 0;
	item->room = 0;
	if (val.len > 0)
		set_room(item, val.len);
	add(item, val);
}

void table_append(struct table *t, struct value key, struct value val)
{
	struct item *item = obtain(t, key);
	size_t len = item->len + val.len;

	if (len > item->room)
		set_room(item, len + len / 4);
	add(item, val);
}
