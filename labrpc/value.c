/*
 * value.c - runs of bytes: copies, comparison, fingerprint, description.
 *
 * Invariant: a value made here has data == NULL exactly if len == 0, so that
 * an empty value owns nothing.
 */
#include "labrpc/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"

/* The most bytes that a description shows of a value. */
#define SHOWN_MAX 24

struct value value_make(const void *data, size_t len)
{
	struct value v = VALUE_EMPTY;

	if (len == 0)
		return v;
	if (data == NULL)
		lab_fatal("value_make: no data, but a length of %zu", len);
	v.data = malloc(len);
	if (v.data == NULL)
		lab_fatal("value_make: no memory for %zu bytes", len);
	memcpy(v.data, data, len);
	v.len = len;
	return v;
}

struct value value_copy(struct value v)
{
	return value_make(v.data, v.len);
}

void value_free(struct value *v)
{
	free(v->data);
	*v = VALUE_EMPTY;
}

bool value_equal(struct value a, struct value b)
{
	/* memcmp() must not see NULL, not even for no bytes. */
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

uint64_t value_fingerprint(struct value v)
{
	/* FNV-1a's offset basis and prime, 64 bits, as published. */
	const uint64_t prime = UINT64_C(0x100000001b3);
	uint64_t hash = UINT64_C(0xcbf29ce484222325), word;
	size_t i = 0;

	/* A product's low bits know only the low ones of its factors. */
	for (; v.len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, v.data + i, sizeof(word));
		hash = (hash ^ word) * prime;
		hash ^= hash >> 32;
	}
	for (; i < v.len; i++)
		hash = (hash ^ v.data[i]) * prime;
	return hash;
}

/* Writes BYTE as a person reads it, in 1 to 4 characters; returns how many. */
static size_t show_byte(char *out, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	if (byte == '"' || byte == '\\') {
		out[0] = '\\';
		out[1] = (char)byte;
		return 2;
	}
	if (byte >= ' ' && byte <= '~') {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
	return 4;
}

const char *value_describe(struct value v, char *buf, size_t size)
{
	char start[4 * SHOWN_MAX + 1];
	size_t used = 0;
	size_t shown = v.len < SHOWN_MAX ? v.len : SHOWN_MAX;

	for (size_t i = 0; i < shown; i++)
		used += show_byte(start + used, v.data[i]);
	start[used] = '\0';
	snprintf(buf, size, "\"%s\"%s (%zu byte%s, #%08" PRIx32 ")", start,
		 shown < v.len ? "..." : "", v.len, v.len == 1 ? "" : "s",
		 (uint32_t)value_fingerprint(v));
	return buf;
}
