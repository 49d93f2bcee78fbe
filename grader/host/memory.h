/*
 * memory.h - what the submission has allocated and not yet released.
 *
 * The calls of a submission's objects go to functions of the host's
 * (grader/submission/redirected_calls, labrpc/sim/memory_calls.h), and so do
 * those of labrpc's values in this process, because values change hands: what
 * value_copy() made, or a reply brought, may be released by free(), and what
 * malloc() made by value_free().  They hand on to the C library's, so a
 * sanitizer or Valgrind sees every block.
 *
 * What is counted is what the allocator set aside for a block, which is the
 * size asked for, in the plain flavour rounded up a little.
 *
 * Threads: any.  The counters are atomic and order nothing, so that they hide
 * no race.
 *
 * Memory: as with the functions that these stand for.
 *
 * Errors: likewise.
 */
#ifndef GRADER_HOST_MEMORY_H
#define GRADER_HOST_MEMORY_H

#include <stdint.h>

#include "labrpc/sim/memory_calls.h"

struct memory_count {
	int64_t live_bytes;
	int64_t peak_bytes; /* the most that live_bytes ever was */
	int64_t live_blocks;
};

/* What is live now; exact when nobody allocates or releases meanwhile. */
struct memory_count memory_count(void);

#endif
