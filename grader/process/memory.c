/*
 * memory.c - see memory.h.
 *
 * Invariant: text[0..n) of a struct lines are its own strings.
 *
 * No locks: no shared state.
 */
#include "grader/process/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"

void *must_calloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL && n > 0 && size > 0)
		lab_fatal("no memory for %zu times %zu bytes", n, size);
	return p;
}

void *must_realloc(void *old, size_t n, size_t size)
{
	void *p = size > 0 && n > SIZE_MAX / size ? NULL
						  : realloc(old, n * size);

	if (p == NULL)
		lab_fatal("no memory for %zu times %zu bytes", n, size);
	return p;
}

char *must_strdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(must_calloc(1, size), s, size);
}

void lines_add(struct lines *l, const char *fmt, ...)
{
	char text[8192];
	va_list args;

	if (l->n == LINES_MAX) {
		l->dropped++;
		return;
	}
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	l->text[l->n++] = must_strdup(text);
}

void lines_deinit(struct lines *l)
{
	for (int i = 0; i < l->n; i++)
		free(l->text[i]);
	*l = (struct lines){ .n = 0 };
}
