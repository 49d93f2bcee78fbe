/*
 * scribble.h - overwrites memory that is about to be handed back, so that a
 * pointer kept into it shows.
 *
 * Threads: none of its own.  Memory: the caller's, and soon nobody's.
 *
 * Errors: none.
 */
#ifndef LABRPC_SCRIBBLE_H
#define LABRPC_SCRIBBLE_H

#include <stddef.h>
#include <string.h>

#define SCRIBBLE 0xA5

static inline void scribble(void *mem, size_t n)
{
	memset(mem, SCRIBBLE, n);
	/* Or the compiler leaves out what nobody reads before free(). */
	__asm__ volatile("" : : "r"(mem) : "memory");
}

#endif
