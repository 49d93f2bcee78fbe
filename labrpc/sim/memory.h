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

#include <stdarg.h>
#include <stddef.h>

/* For labrpc and for who drives a run: the same, not counted. */
void *own_malloc(size_t size);
void *own_calloc(size_t n, size_t size);
void *own_realloc(void *old, size_t size);
char *own_strdup(const char *s);

void *lab_malloc(size_t size);
void *lab_calloc(size_t n, size_t size);
void *lab_realloc(void *old, size_t size);
void *lab_reallocarray(void *old, size_t n, size_t size);
void lab_free(void *block);
void *lab_aligned_alloc(size_t alignment, size_t size);
void *lab_memalign(size_t alignment, size_t size);
int lab_posix_memalign(void **block, size_t alignment, size_t size);
size_t lab_malloc_usable_size(void *block);
char *lab_strdup(const char *s);
char *lab_strndup(const char *s, size_t max);
int lab_asprintf(char **s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int lab_vasprintf(char **s, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* The same as _FORTIFY_SOURCE has them. */
int lab_asprintf_chk(char **s, int flag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int lab_vasprintf_chk(char **s, int flag, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
