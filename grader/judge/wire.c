/*
 * wire.c - see wire.h.
 *
 * Invariant: a decoded message owns its values, because its stream is not
 * one of labrpc's (xdr_value.h).
 *
 * No locks: no state.
 */
#define _DEFAULT_SOURCE /* for the BSD type names in <rpc/xdr.h> */

#include "grader/judge/wire.h"

#include <rpc/types.h>
#include <rpc/xdr.h> /* not rpc.h, whose rpc_call() is another */
#include <stdlib.h>

#include "grader/process/memory.h"
#include "labrpc/fatal.h"

/* More than all scalars of any of the messages take. */
#define SCALAR_BYTES 4096

struct value wire_encode(rpc_codec *codec, const void *message,
			 size_t value_bytes)
{
	u_int room = (u_int)(SCALAR_BYTES + value_bytes + 8);
	char *bytes = must_calloc(1, room);
	struct value made;
	XDR stream = { .x_op = XDR_ENCODE };

	xdrmem_create(&stream, bytes, room, XDR_ENCODE);
	/* Encoding does not write to the message; XDR has one type for all. */
	if (!codec((struct rpc_xdr *)&stream, (void *)(uintptr_t)message))
		lab_fatal("a message of the judge's cannot be encoded");
	made = value_make(bytes, xdr_getpos(&stream));
	xdr_destroy(&stream);
	free(bytes);
	return made;
}

bool wire_decode(rpc_codec *codec, struct value bytes, void *message)
{
	XDR stream = { .x_op = XDR_DECODE };
	bool ok;

	xdrmem_create(&stream, (char *)bytes.data, (u_int)bytes.len,
		      XDR_DECODE);
	ok = codec((struct rpc_xdr *)&stream, message);
	if (!ok) {
		stream.x_op = XDR_FREE;
		codec((struct rpc_xdr *)&stream, message);
	}
	xdr_destroy(&stream);
	return ok;
}
