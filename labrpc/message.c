/*
 * message.c - RPC headers by libtirpc's own routines, messages by rpcgen's.
 *
 * Invariant: a record that is decoded begins on a multiple of four bytes in
 * memory, and so do the arguments and the reply in it, as all of XDR comes in
 * fours; XDR_INLINE, with which values borrow, depends on it.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for rpc/types.h */

#include "labrpc/message.h"

#include <assert.h>
/* Not rpc/rpc.h: its clnt.h has an rpc_call() of its own. */
#include <rpc/types.h>
#include <rpc/xdr.h>
#include <rpc/auth.h>
#include <rpc/rpc_msg.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/xdr_value.h"

static_assert(offsetof(struct record, bytes) % BYTES_PER_XDR_UNIT == 0,
	      "a record's bytes are aligned for XDR");

/* The room for a first try: header and messages without long values. */
#define FIRST_TRY_BYTES ((size_t)960)

const char *reply_status_name(enum reply_status status)
{
	static const char *const names[] = {
		[REPLY_SUCCESS] = "success",
		[REPLY_NO_PROGRAM] = "no_such_program",
		[REPLY_NO_VERSION] = "no_such_version",
		[REPLY_NO_PROCEDURE] = "no_such_procedure",
		[REPLY_BAD_ARGS] = "garbage_args",
		[REPLY_SYSTEM_ERROR] = "system_error",
		[REPLY_OLD_RPC] = "rpc_mismatch",
		[REPLY_DENIED] = "denied",
		[REPLY_GARBAGE] = "garbage",
	};

	return names[status];
}

static bool run_codec(rpc_codec *codec, XDR *xdr, void *message)
{
	return codec == NULL || codec((struct rpc_xdr *)xdr, message);
}

/*
 * Encodes HEADER and then, by CODEC, MESSAGE.  How long that becomes is found
 * by trying: too small a room fails before a value is copied, so a try costs
 * little.  NULL if even the largest record cannot hold it.
 */
static struct record *encode(struct rpc_msg *header, rpc_codec *codec,
			     const void *message)
{
	bool is_call = header->rm_direction == CALL;
	size_t room = FIRST_TRY_BYTES;

	for (;;) {
		struct record *record = record_make(room);
		XDR xdr;

		xdrmem_create(&xdr, (char *)record->bytes, (u_int)room,
			      XDR_ENCODE);
		if ((is_call ? xdr_callmsg(&xdr, header)
			     : xdr_replymsg(&xdr, header)) &&
		    run_codec(codec, &xdr, (void *)message)) {
			record->len = xdr_getpos(&xdr);
			return record;
		}
		record_drop(record);
		if (room == RECORD_MAX_BYTES)
			return NULL;
		room *= 8;
		if (room > RECORD_MAX_BYTES)
			room = RECORD_MAX_BYTES;
	}
}

struct record *message_call(const struct rpc_proc *proc, const void *args)
{
	struct rpc_msg header = { .rm_direction = CALL };
	struct record *record;

	header.rm_call.cb_rpcvers = RPC_MSG_VERSION;
	header.rm_call.cb_prog = proc->program;
	header.rm_call.cb_vers = proc->version;
	header.rm_call.cb_proc = proc->number;
	header.rm_call.cb_cred = _null_auth;
	header.rm_call.cb_verf = _null_auth;
	record = encode(&header, proc->args_codec, args);
	if (record == NULL)
		lab_fatal("%s: the arguments cannot be encoded; is a value "
			  "longer than %u bytes?", proc->name,
			  VALUE_MAX_BYTES);
	return record;
}

enum call_status message_read_call(const struct record *record,
				   struct call_header *call)
{
	char cred[MAX_AUTH_BYTES], verf[MAX_AUTH_BYTES];
	struct rpc_msg header;
	uint32_t start[3]; /* xid, direction, version of RPC */
	XDR xdr;
	int i;

	call->xid = record_xid(record);
	xdrmem_create(&xdr, (char *)record->bytes, (u_int)record->len,
		      XDR_DECODE);
	for (i = 0; i < 3; i++)
		if (!xdr_uint32_t(&xdr, &start[i]))
			return CALL_GARBAGE;
	if (start[1] != CALL)
		return CALL_GARBAGE;
	if (start[2] != RPC_MSG_VERSION)
		return CALL_OLD_RPC;

	/* Any credential will do, if it fits; none is looked at. */
	memset(&header, 0, sizeof(header));
	header.rm_call.cb_cred.oa_base = cred;
	header.rm_call.cb_verf.oa_base = verf;
	xdr_setpos(&xdr, 0);
	if (!xdr_callmsg(&xdr, &header))
		return CALL_GARBAGE;
	call->program = (uint32_t)header.rm_call.cb_prog;
	call->version = (uint32_t)header.rm_call.cb_vers;
	call->number = (uint32_t)header.rm_call.cb_proc;
	call->args_at = xdr_getpos(&xdr);
	return CALL_GOOD;
}

bool message_read_args(struct record *record, const struct call_header *call,
		       const struct rpc_proc *proc, void *args)
{
	XDR xdr;

	assert(call->args_at <= record->len);
	xdrmem_create(&xdr, (char *)record->bytes + call->args_at,
		      (u_int)(record->len - call->args_at), XDR_DECODE);
	xdr.x_public = XDR_BORROW;
	return run_codec(proc->args_codec, &xdr, args);
}

/* The libtirpc routine for results that are none, or come behind. */
static bool_t no_results(XDR *xdr, ...)
{
	(void)xdr;
	return TRUE;
}

/* Fills in the header of a reply that was accepted, with STAT. */
static void accepted(struct rpc_msg *header, uint32_t xid,
		     enum accept_stat stat)
{
	memset(header, 0, sizeof(*header));
	header->rm_xid = xid;
	header->rm_direction = REPLY;
	header->rm_reply.rp_stat = MSG_ACCEPTED;
	header->acpted_rply.ar_verf = _null_auth;
	header->acpted_rply.ar_stat = stat;
	if (stat == SUCCESS)
		header->acpted_rply.ar_results.proc = no_results;
}

struct record *message_reply(uint32_t xid, const struct rpc_proc *proc,
			     const void *reply)
{
	struct rpc_msg header;
	struct record *record;

	accepted(&header, xid, SUCCESS);
	record = encode(&header, proc->reply_codec, reply);
	if (record == NULL)
		lab_fatal("%s: the reply cannot be encoded; is a value longer "
			  "than %u bytes?", proc->name, VALUE_MAX_BYTES);
	return record;
}

/* The statuses of an accepted call, in both tongues. */
static const struct {
	enum reply_status status;
	enum accept_stat stat;
} accept_stats[] = {
	{ REPLY_SUCCESS, SUCCESS },
	{ REPLY_NO_PROGRAM, PROG_UNAVAIL },
	{ REPLY_NO_VERSION, PROG_MISMATCH },
	{ REPLY_NO_PROCEDURE, PROC_UNAVAIL },
	{ REPLY_BAD_ARGS, GARBAGE_ARGS },
	{ REPLY_SYSTEM_ERROR, SYSTEM_ERR },
};

#define ACCEPT_STATS (sizeof(accept_stats) / sizeof(accept_stats[0]))

struct record *message_refusal(uint32_t xid, enum reply_status status,
			       uint32_t low, uint32_t high)
{
	struct rpc_msg header;
	struct record *record;
	size_t i;

	if (status == REPLY_OLD_RPC) {
		memset(&header, 0, sizeof(header));
		header.rm_xid = xid;
		header.rm_direction = REPLY;
		header.rm_reply.rp_stat = MSG_DENIED;
		header.rjcted_rply.rj_stat = RPC_MISMATCH;
		header.rjcted_rply.rj_vers.low = RPC_MSG_VERSION;
		header.rjcted_rply.rj_vers.high = RPC_MSG_VERSION;
	} else {
		for (i = 0; accept_stats[i].status != status; i++)
			assert(i + 1 < ACCEPT_STATS);
		accepted(&header, xid, accept_stats[i].stat);
		if (status == REPLY_NO_VERSION) {
			header.acpted_rply.ar_vers.low = low;
			header.acpted_rply.ar_vers.high = high;
		}
	}
	record = encode(&header, NULL, NULL);
	assert(record != NULL); /* a header alone always fits */
	return record;
}

/* What the header of a reply says. */
static enum reply_status reply_status(const struct rpc_msg *header)
{
	size_t i;

	if (header->rm_reply.rp_stat != MSG_ACCEPTED)
		return header->rjcted_rply.rj_stat == RPC_MISMATCH
			       ? REPLY_OLD_RPC
			       : REPLY_DENIED;
	for (i = 0; i < ACCEPT_STATS; i++)
		if (accept_stats[i].stat == header->acpted_rply.ar_stat)
			return accept_stats[i].status;
	return REPLY_GARBAGE;
}

enum reply_status message_read_reply(struct record *record,
				     const struct rpc_proc *proc, void *reply,
				     bool borrow)
{
	char verf[MAX_AUTH_BYTES];
	struct rpc_msg header;
	enum reply_status status;
	XDR xdr;

	memset(&header, 0, sizeof(header));
	header.acpted_rply.ar_verf.oa_base = verf;
	header.acpted_rply.ar_results.proc = no_results;
	xdrmem_create(&xdr, (char *)record->bytes, (u_int)record->len,
		      XDR_DECODE);
	if (!xdr_replymsg(&xdr, &header))
		return REPLY_GARBAGE;
	status = reply_status(&header);
	if (status != REPLY_SUCCESS)
		return status;
	xdr.x_public = borrow ? XDR_BORROW : NULL;
	if (run_codec(proc->reply_codec, &xdr, reply))
		return REPLY_SUCCESS;
	if (!borrow)
		message_free_reply(proc, reply);
	if (proc->reply_size > 0)
		memset(reply, 0, proc->reply_size);
	return REPLY_GARBAGE;
}

void message_free_reply(const struct rpc_proc *proc, void *reply)
{
	XDR xdr;

	memset(&xdr, 0, sizeof(xdr));
	xdr.x_op = XDR_FREE;
	run_codec(proc->reply_codec, &xdr, reply);
}
