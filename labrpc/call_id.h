/*
 * call_id.h - what ties a request to its handling and its reply in the logs.
 *
 * The transaction id of a call (RFC 5531, section 9) says who calls: its high
 * 8 bits are the caller's number plus one, 0 for unknown; its low 24 bits are
 * the number of the call.
 *
 * Private to labrpc.  Threads: no state.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_CALL_ID_H
#define LABRPC_CALL_ID_H

#include <inttypes.h>
#include <stdint.h>

/* Callers are numbered below this. */
#define RPC_FROM_MAX 255

#define CALL_NUMBER_MAX 0xffffffu

static inline uint32_t call_id(int from, uint32_t number)
{
	return (uint32_t)(from + 1) << 24 | (number & CALL_NUMBER_MAX);
}

/* Who calls; -1 for unknown. */
static inline int call_from(uint32_t id)
{
	return (int)(id >> 24) - 1;
}

/* To print one: from, colon, number. */
#define CALL_ID "%d:%" PRIu32
#define CALL_ID_ARGS(xid) call_from(xid), (xid) & CALL_NUMBER_MAX

#endif
