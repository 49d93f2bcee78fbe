/*
 * room.c - see room.h.
 *
 * Invariant: an array that grows at least doubles, so that filling it element
 * by element takes linear time.
 *
 * No locks: no state.
 */
#include "grader/linearizability/room.h"

#include <stdint.h>
#include <stdlib.h>

#include "labrpc/fatal.h"

/* The elements that an array begins with. */
#define ROOM_FIRST 16

void *room_make(size_t count, size_t size)
{
	void *room = calloc(count > 0 ? count : 1, size);

	if (room == NULL)
		lab_fatal("no memory for %zu times %zu bytes", count, size);
	return room;
}

void *room_grow(void *old, size_t *count, size_t needed, size_t size)
{
	size_t more = *count > 0 ? *count : ROOM_FIRST;
	void *room;

	if (needed <= *count)
		return old;
	while (more < needed && more <= SIZE_MAX / 2)
		more *= 2;
	room = more < needed || more > SIZE_MAX / size
		       ? NULL
		       : realloc(old, more * size);
	if (room == NULL)
		lab_fatal("no memory for %zu times %zu bytes", needed, size);
	*count = more;
	return room;
}
