/*
 * xdr_value.c - a struct value on the wire: a length, the bytes, and zeros up
 * to a multiple of four (RFC 4506, section 4.10).
 *
 * In a file of its own, so that value.c needs no RPC headers.
 *
 * Invariant: after any decoding that failed V is empty, so that freeing the
 * whole message is safe whatever part of it had arrived.
 */
#define _DEFAULT_SOURCE /* u_int, for the headers of XDR */

#include "labrpc/xdr_value.h"

#include <stdlib.h>

const char xdr_value_borrow[1] = { 0 };

/* Reads at most this much before it is known that there is more. */
#define PORTION_BYTES 4096u

/*
 * Reads LEN bytes into memory of V's own.  LEN is what a stranger claims: so
 * memory grows with what has come of it, and a lack of memory is his failure
 * and not the end of the process.
 */
static bool_t decode_copy(XDR *stream, struct value *v, u_int len)
{
	char zeros[4];

	while (v->len < len) {
		u_int had = (u_int)v->len;
		u_int n = had < PORTION_BYTES ? PORTION_BYTES : had;
		unsigned char *data;

		n = n < len - had ? n : len - had;
		data = realloc(v->data, had + n);
		if (data == NULL)
			return FALSE;
		v->data = data;
		if (!XDR_GETBYTES(stream, (char *)data + had, n))
			return FALSE;
		v->len += n;
	}
	/* Not xdr_opaque(): it reads the zeros behind into a static buffer. */
	return XDR_GETBYTES(stream, zeros, -len & 3);
}

static bool_t decode(XDR *stream, struct value *v)
{
	u_int len;
	void *bytes;

	*v = VALUE_EMPTY;
	if (!xdr_u_int(stream, &len) || len > VALUE_MAX_BYTES)
		return FALSE;
	if (len == 0)
		return TRUE;
	if (stream->x_public != XDR_BORROW) {
		if (decode_copy(stream, v, len))
			return TRUE;
		value_free(v);
		return FALSE;
	}
	bytes = XDR_INLINE(stream, (len + 3) & ~3u);
	if (bytes == NULL)
		return FALSE; /* the record ends before the value does */
	v->data = bytes;
	v->len = len;
	return TRUE;
}

static bool_t encode(XDR *stream, const struct value *v)
{
	u_int len = (u_int)v->len;

	if (v->len > VALUE_MAX_BYTES || !xdr_u_int(stream, &len))
		return FALSE;
	return len == 0 || xdr_opaque(stream, (char *)v->data, len);
}

bool_t xdr_value(XDR *stream, struct value *v)
{
	switch (stream->x_op) {
	case XDR_ENCODE:
		return encode(stream, v);
	case XDR_DECODE:
		return decode(stream, v);
	case XDR_FREE:
		/* xdr_free() leaves x_public unset: do not look at it. */
		value_free(v);
		return TRUE;
	}
	return FALSE;
}
