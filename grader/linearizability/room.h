/*
 * room.h - memory for the checker's arrays.
 *
 * Threads: no state.
 *
 * Memory: what these return is released with free().
 *
 * Errors: no memory left ends the process with a message; never NULL.
 */
#ifndef GRADER_LINEARIZABILITY_ROOM_H
#define GRADER_LINEARIZABILITY_ROOM_H

#include <stddef.h>

/* An array of COUNT zeroed elements of SIZE bytes, for no elements of one. */
void *room_make(size_t count, size_t size);

/*
 * Makes sure that the array OLD with room for *COUNT elements of SIZE bytes
 * has room for NEEDED; new ones are not set.  Returns it, moved perhaps, and
 * stores in *COUNT how many there is room for now: often more than asked.
 */
void *room_grow(void *old, size_t *count, size_t needed, size_t size);

#endif
