/*
 * brief.c - see brief.h.
 *
 * Invariant: the result is printable ASCII whatever the bytes are.
 *
 * No locks: no state.
 */
#include "grader/judge/brief.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

static bool is_short_text(struct value v)
{
	if (v.len == 0 || v.len > 24)
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (v.data[i] < ' ' || v.data[i] > '~')
			return false;
	return true;
}

const char *brief(struct value v, char buf[BRIEF_BYTES])
{
	if (is_short_text(v))
		snprintf(buf, BRIEF_BYTES, "\"%.*s\"", (int)v.len,
			 (const char *)v.data);
	else if (v.len == 0)
		snprintf(buf, BRIEF_BYTES, "no bytes");
	else
		snprintf(buf, BRIEF_BYTES, "%zu bytes #%08" PRIx64, v.len,
			 value_fingerprint(v) & 0xffffffff);
	return buf;
}
