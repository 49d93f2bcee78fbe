/*
 * arena.h - the heap of a run: all that the simulated program allocates, and
 * those who run it while they do so.
 *
 * Private to labrpc/sim, and to who counts a host's memory.  It lies at a
 * fixed place and hands the same addresses out for the same calls, so what a
 * program does with addresses repeats; and it is taken back as a whole, so
 * that a run which ended in the middle of something leaves nothing.
 *
 * Threads: simulated ones; the driver while they stand still.
 *
 * Memory: at most ARENA_BYTES; a run that wants more is over.
 *
 * Errors: a block that is freed twice, or is none, ends the run.
 */
#ifndef LABRPC_SIM_ARENA_H
#define LABRPC_SIM_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_BYTES ((size_t)1 << 30)

/* What a run may have where races are looked for: that takes eight times as
 * much beside it. */
#define ARENA_RACES_BYTES ((size_t)256 << 20)

struct arena_count {
	int64_t live_bytes, live_blocks, peak_bytes;
};

/* Takes everything back. */
void arena_reset(void);

/*
 * A block of SIZE bytes at a multiple of ALIGNMENT, filled with rubbish.  If
 * it is the PROGRAM's it counts.
 */
void *arena_alloc(size_t size, size_t alignment, bool program);

void arena_free(void *block);

/* Tells whether BLOCK lies in the arena. */
bool arena_has(const void *block);

/* How far into the arena it lies. */
size_t arena_offset(const void *block);

/* The bytes that BLOCK has room for; 0 of what is no live block. */
size_t arena_size(const void *block);

/* What the program has allocated and not yet freed. */
struct arena_count arena_count(void);

/* All bytes that were ever allocated in this run, by whomever. */
uint64_t arena_total(void);

#endif
