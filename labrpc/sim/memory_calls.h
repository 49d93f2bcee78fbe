/*
 * memory_calls.h - what a program's calls for memory become once they are
 * redirected, in the simulation as in a host on real threads.
 *
 * Each world defines the first group in its own way; the second rests on it
 * (texts.c), so that a block is counted, and found, whoever made it.
 *
 * Threads: as with the functions that these are named after.
 *
 * Memory: likewise.
 *
 * Errors: likewise; what a world adds stands with its definitions.
 */
#ifndef LABRPC_SIM_MEMORY_CALLS_H
#define LABRPC_SIM_MEMORY_CALLS_H

#include <stdarg.h>
#include <stddef.h>

void *lab_malloc(size_t size);
void *lab_calloc(size_t n, size_t size);
void *lab_realloc(void *old, size_t size);
void lab_free(void *block);
void *lab_aligned_alloc(size_t alignment, size_t size);
void *lab_memalign(size_t alignment, size_t size);
int lab_posix_memalign(void **block, size_t alignment, size_t size);

void *lab_reallocarray(void *old, size_t n, size_t size);
char *lab_strdup(const char *s);
char *lab_strndup(const char *s, size_t max);
int lab_asprintf(char **s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int lab_vasprintf(char **s, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif
