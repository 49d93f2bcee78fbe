/*
 * texts.c - the calls for memory that rest on others (memory_calls.h).
 *
 * No locks: no state.
 */
#include "labrpc/sim/memory_calls.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void *lab_reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return lab_realloc(old, bytes);
}

char *lab_strndup(const char *s, size_t max)
{
	size_t len = strnlen(s, max);
	char *copy = lab_malloc(len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *lab_strdup(const char *s)
{
	return lab_strndup(s, SIZE_MAX);
}

int lab_vasprintf(char **s, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		return len;
	*s = lab_malloc((size_t)len + 1);
	if (*s == NULL)
		return -1;
	return vsnprintf(*s, (size_t)len + 1, fmt, args);
}

int lab_asprintf(char **s, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = lab_vasprintf(s, fmt, args);
	va_end(args);
	return len;
}
