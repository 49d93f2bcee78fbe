/*
 * agenda.h - which instances are due for a round, and when.
 *
 * Threads: no locks here.  The agenda's owner guards it.
 *
 * Memory: an agenda holds numbers only.  It is as large as it has ever had
 * entries at once, at most one for each instance that is being proposed.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef PAXOS_AGENDA_H
#define PAXOS_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct agenda_entry {
	int64_t due_us; /* on whatever clock the owner uses */
	int64_t seq;
};

/* Zeroed, it is empty. */
struct agenda {
	struct agenda_entry *entries; /* a binary heap: [0] is due first */
	size_t count, room;
};

/* Frees all of it and leaves the empty agenda. */
void agenda_deinit(struct agenda *a);

/* Enters SEQ for the time DUE_US. */
void agenda_add(struct agenda *a, int64_t due_us, int64_t seq);

/* The entry that is due first, or NULL if there is none. */
const struct agenda_entry *agenda_first(const struct agenda *a);

/* Strikes out the entry that is due first and returns its instance. */
int64_t agenda_take(struct agenda *a);

#endif
