/*
 * raw.h - messages as the bytes that they are, undecoded.
 *
 * A scripted node's messages are the judge's business; the host passes them
 * through.  A raw message is one struct value: all bytes of the arguments or
 * of the reply as XDR has them, without a length in front.
 *
 * Threads: no state.
 *
 * Memory: as with every value of labrpc's: arguments in a handler and replies
 * of a round are borrowed, the reply of rpc_call() is the caller's to free.
 *
 * Errors: false, as codecs have it.
 */
#ifndef GRADER_HOST_RAW_H
#define GRADER_HOST_RAW_H

#include <stdbool.h>

struct rpc_xdr;

/* The codec of a raw message; for both sides of a struct rpc_proc. */
bool raw_codec(struct rpc_xdr *stream, void *message);

#endif
