/*
 * memory.h - what a simulated program's calls for memory become.
 *
 * Threads: simulated ones, and any others: those get the C library's memory.
 *
 * Memory: as with the functions that these are named after.
 *
 * Errors: a run that asks for too much, or frees what is no block, is over.
 */
#ifndef LABRPC_SIM_MEMORY_H
#define LABRPC_SIM_MEMORY_H

#include <stddef.h>

#include "labrpc/sim/memory_calls.h"

/* For labrpc and for who drives a run: the same, not counted. */
void *own_malloc(size_t size);
void *own_calloc(size_t n, size_t size);
void *own_realloc(void *old, size_t size);
char *own_strdup(const char *s);

size_t lab_malloc_usable_size(void *block);

#endif
