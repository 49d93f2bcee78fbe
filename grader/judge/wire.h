/*
 * wire.h - the peers' messages as bytes, for nodes that the test plays.
 *
 * Threads: no state.
 *
 * Memory: wire_encode() returns a value to be freed; wire_decode() allocates
 * the values in the message, the caller's to free.
 *
 * Errors: false for bytes that are no such message; a message that cannot be
 * encoded ends the process.
 */
#ifndef GRADER_JUDGE_WIRE_H
#define GRADER_JUDGE_WIRE_H

#include <stdbool.h>

#include "labrpc/labrpc.h"

/* Encodes MESSAGE, whose values hold at most VALUE_BYTES bytes. */
struct value wire_encode(rpc_codec *codec, const void *message,
			 size_t value_bytes);

/* Decodes BYTES into *MESSAGE, which is all zeros. */
bool wire_decode(rpc_codec *codec, struct value bytes, void *message);

#endif
