/*
 * clients.c - the table of clients, as a search tree of the C library's
 * (tsearch()).
 *
 * Invariant: ids are 1 to t->ever, each given once.
 *
 * No locks here; see clients.h.
 */
#include "kvpaxos/clients.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void out_of_memory(void)
{
	fprintf(stderr, "kvpaxos: out of memory for the clients\n");
	abort();
}

static int compare(const void *a, const void *b)
{
	uint64_t x = ((const struct client *)a)->id;
	uint64_t y = ((const struct client *)b)->id;

	return (x > y) - (x < y);
}

void clients_deinit(struct clients *t)
{
	while (t->root != NULL)
		clients_remove(t, *(struct client **)t->root);
	*t = (struct clients){ 0 };
}

struct client *clients_add(struct clients *t)
{
	struct client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		out_of_memory();
	client->id = ++t->ever;
	if (tsearch(client, &t->root, compare) == NULL)
		out_of_memory();
	t->count++;
	return client;
}

struct client *clients_find(const struct clients *t, uint64_t id)
{
	const struct client wanted = { .id = id };
	struct client *const *found = tfind(&wanted, &t->root, compare);

	return found == NULL ? NULL : *found;
}

void clients_remove(struct clients *t, struct client *client)
{
	tdelete(client, &t->root, compare);
	free(client);
	t->count--;
}
