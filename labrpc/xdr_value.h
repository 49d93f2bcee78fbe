/*
 * xdr_value.h - how a struct value crosses the wire: opaque<VALUE_MAX_BYTES>
 * of RFC 4506, section 4.10.
 *
 * Included by code that rpcgen makes, which calls xdr_TYPE for every type
 * that its .x file does not define.
 *
 * Threads: no state.  Memory: see below.  Errors: FALSE, as XDR has it.
 */
#ifndef LABRPC_XDR_VALUE_H
#define LABRPC_XDR_VALUE_H

#include <rpc/types.h>
#include <rpc/xdr.h>

#include "labrpc/value.h"

/*
 * Encodes, decodes or frees V on STREAM.  Decoding from a stream that labrpc
 * made (marked by x_public == XDR_BORROW) lets V point into the record
 * itself; from any other stream it allocates, to be freed with XDR_FREE.  So
 * a stream to decode from must have its x_public set: xdrmem_create() does
 * not, zero the XDR first.  XDR_FREE frees always: never what is borrowed.
 */
bool_t xdr_value(XDR *stream, struct value *v);

/* The mark; see above. */
#define XDR_BORROW ((char *)xdr_value_borrow)
extern const char xdr_value_borrow[1];

#endif
