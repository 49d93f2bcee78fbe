/*
 * raw.c - the codec that takes all that is left of a record.
 */
#define _DEFAULT_SOURCE /* the types u_int and so on of the XDR headers */
#include "grader/host/raw.h"

#include "labrpc/xdr_value.h"

/*
 * x_handy of a stream in memory is the number of bytes that it has left; the
 * streams of labrpc are such.
 */
static bool decode(XDR *stream, struct value *v)
{
	u_int len = stream->x_handy;
	void *bytes;

	*v = VALUE_EMPTY;
	if (len == 0)
		return true;
	bytes = len <= VALUE_MAX_BYTES ? XDR_INLINE(stream, len) : NULL;
	if (bytes == NULL)
		return false;
	if (stream->x_public == XDR_BORROW)
		*v = (struct value){ .data = bytes, .len = len };
	else
		*v = value_make(bytes, len);
	return true;
}

bool raw_codec(struct rpc_xdr *stream, void *message)
{
	XDR *xdr = (XDR *)stream;
	struct value *v = message;

	switch (xdr->x_op) {
	case XDR_ENCODE:
		return v->len == 0 ||
		       xdr_opaque(xdr, (char *)v->data, (u_int)v->len);
	case XDR_DECODE:
		return decode(xdr, v);
	case XDR_FREE:
		value_free(v);
		return true;
	}
	return false;
}
