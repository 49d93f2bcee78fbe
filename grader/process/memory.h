/*
 * memory.h - allocation that does not fail, and lists of lines.
 *
 * Threads: no state; a struct lines belongs to one thread.
 *
 * Memory: what these return is released with free(), lines with
 * lines_deinit().
 *
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_PROCESS_MEMORY_H
#define GRADER_PROCESS_MEMORY_H

#include <stddef.h>

/* As calloc() and realloc(), but never NULL for a size above 0. */
void *must_calloc(size_t n, size_t size);
void *must_realloc(void *old, size_t n, size_t size);
char *must_strdup(const char *s);

/* At most LINES_MAX lines; what does not fit is counted, not kept. */
#define LINES_MAX 512
struct lines {
	char *text[LINES_MAX];
	int n;
	int dropped;
};
void lines_add(struct lines *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void lines_deinit(struct lines *l);

#endif
