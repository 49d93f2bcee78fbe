/*
 * codec.h - codecs for a struct rpc_proc, of what rpcgen makes of a .x file.
 *
 * rpcgen's routines take the struct that they carry, labrpc calls every codec
 * with a void pointer.  Calling a function through a pointer of another type
 * is undefined (C11, 6.3.2.3), so each routine gets one in front of it.  For
 * the tables of procedures alone: define _DEFAULT_SOURCE, for the BSD type
 * names in the headers of XDR, before anything is included.
 *
 * Threads: no state.
 *
 * Memory: as rpcgen's routine has it.
 *
 * Errors: false, as a codec has it (labrpc.h).
 */
#ifndef LABRPC_CODEC_H
#define LABRPC_CODEC_H

#include <rpc/types.h>
#include <rpc/xdr.h> /* not rpc.h, whose rpc_call() is another */

#include "labrpc/labrpc.h"

/* Declares rpcgen's routine for struct NAME and defines codec_NAME().  A
 * struct rpc_xdr is an XDR stream of libtirpc's under labrpc's own name. */
#define CODEC(name)                                                           \
	bool_t xdr_##name(XDR *stream, struct name *message);                 \
	static bool codec_##name(struct rpc_xdr *stream, void *message)       \
	{                                                                     \
		return xdr_##name((XDR *)stream, message);                    \
	}

#endif
