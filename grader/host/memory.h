/*
 * memory.h - what the submission has allocated and not yet released.
 *
 * The calls of a submission's objects go to the functions here
 * (grader/submission/redirected_calls), and so do those of labrpc's values
 * in this process, because values change hands: what value_copy() made, or a
 * reply brought, may be released by free(), and what malloc() made by
 * value_free().  Each hands on to the function whose name it bears, so a
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

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct memory_count {
	int64_t live_bytes;
	int64_t peak_bytes; /* the most that live_bytes ever was */
	int64_t live_blocks;
};

/* What is live now; exact when nobody allocates or releases meanwhile. */
struct memory_count memory_count(void);

void *lab_malloc(size_t size);
void *lab_calloc(size_t n, size_t size);
void *lab_realloc(void *old, size_t size);
void *lab_reallocarray(void *old, size_t n, size_t size);
void lab_free(void *block);
void *lab_aligned_alloc(size_t alignment, size_t size);
void *lab_memalign(size_t alignment, size_t size);
int lab_posix_memalign(void **block, size_t alignment, size_t size);
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
