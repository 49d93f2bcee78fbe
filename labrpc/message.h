/*
 * message.h - calls and replies of ONC RPC as records (RFC 5531, sections 8
 * and 9), and the messages inside them.
 *
 * Private to labrpc; the one place that knows XDR.
 *
 * Threads: no state.
 *
 * Memory: encoding returns a record that the caller drops.  Decoding lets
 * values point into the record, or allocates, as each function says.
 *
 * Errors: bytes that are no message are false or a status, never the end of
 * the process.  A message that cannot be encoded, because a value is longer
 * than VALUE_MAX_BYTES, is a programmer error.
 */
#ifndef LABRPC_MESSAGE_H
#define LABRPC_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/record.h"

/* What a call asks for. */
struct call_header {
	uint32_t xid, program, version, number;
	size_t args_at; /* where in the record the arguments begin */
};

enum call_status {
	CALL_GOOD,
	CALL_OLD_RPC, /* another version of RPC than 2: xid only */
	CALL_GARBAGE, /* no call; nothing can be answered */
};

/* The replies of RFC 5531, section 9, as far as labrpc gives them. */
enum reply_status {
	REPLY_SUCCESS,
	REPLY_NO_PROGRAM,
	REPLY_NO_VERSION,
	REPLY_NO_PROCEDURE,
	REPLY_BAD_ARGS,
	REPLY_SYSTEM_ERROR,
	REPLY_OLD_RPC,
	REPLY_DENIED,  /* for another reason; only ever received */
	REPLY_GARBAGE, /* no reply that can be read; only ever received */
};

/* A word for STATUS, for logs. */
const char *reply_status_name(enum reply_status status);

/* Encodes a call of PROC with ARGS; transaction id 0. */
struct record *message_call(const struct rpc_proc *proc, const void *args);

/* Reads the header of a call. */
enum call_status message_read_call(const struct record *record,
				   struct call_header *call);

/*
 * Reads the arguments of PROC behind the header CALL into ARGS, which is all
 * zeros.  The values in it point into RECORD.
 */
bool message_read_args(struct record *record, const struct call_header *call,
		       const struct rpc_proc *proc, void *args);

/* Encodes the reply to XID that carries PROC's REPLY. */
struct record *message_reply(uint32_t xid, const struct rpc_proc *proc,
			     const void *reply);

/*
 * Encodes the reply to XID that carries STATUS alone: any but DENIED and
 * GARBAGE.  LOW and HIGH are the versions there are, for NO_VERSION.
 */
struct record *message_refusal(uint32_t xid, enum reply_status status,
			       uint32_t low, uint32_t high);

/*
 * Reads a reply to PROC into REPLY, which is all zeros.  With BORROW the
 * values in it point into RECORD; otherwise they are the caller's.  REPLY is
 * all zeros afterwards unless the status is SUCCESS.
 */
enum reply_status message_read_reply(struct record *record,
				     const struct rpc_proc *proc, void *reply,
				     bool borrow);

/* Frees the values in REPLY, which came from value_make(). */
void message_free_reply(const struct rpc_proc *proc, void *reply);

#endif
