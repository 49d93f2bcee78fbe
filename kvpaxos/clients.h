/*
 * clients.h - the clients that the service knows, and for each the last
 * request that was executed: the table that makes a request happen once.
 *
 * Threads: no locks here.  The table's owner guards it.
 *
 * Memory: one entry for each client, from when it opens until it says
 * goodbye, however many requests it makes.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef KVPAXOS_CLIENTS_H
#define KVPAXOS_CLIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "kv_messages.h"

struct client {
	uint64_t id;
	uint64_t number;       /* of its last request executed, 0 if none */
	enum kv_status status; /* what came of that */
};

/* Zeroed, it is empty. */
struct clients {
	void *root;    /* of a search tree of struct client */
	size_t count;
	uint64_t ever; /* clients added so far; the last one's id */
};

/* Frees all of it and leaves the empty table. */
void clients_deinit(struct clients *t);

/*
 * Adds a client that has made no request yet, under an id that no other had
 * before: the next number, so that all servers choose the same.
 */
struct client *clients_add(struct clients *t);

/* The client ID, or NULL if there is none. */
struct client *clients_find(const struct clients *t, uint64_t id);

/* Removes CLIENT, which is of this table, and frees it. */
void clients_remove(struct clients *t, struct client *client);

#endif
