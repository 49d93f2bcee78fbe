/*
 * protocol.c - the table behind protocol.h: which codecs go with which
 * procedure.
 *
 * rpcgen's routines take the struct that they carry, labrpc calls every codec
 * with a void pointer.  Calling a function through a pointer of another type
 * is undefined (C11, 6.3.2.3), so each routine gets an adapter.
 */
#define _DEFAULT_SOURCE /* for the BSD type names in the headers of RPC */

#include <rpc/types.h>
#include <rpc/xdr.h>

#include "paxos/protocol.h"

/* Declares rpcgen's routine for struct NAME and defines codec_NAME(). */
#define CODEC(name)                                                           \
	bool_t xdr_##name(XDR *stream, struct name *message);                 \
	static bool codec_##name(struct rpc_xdr *stream, void *message)       \
	{                                                                     \
		return xdr_##name((XDR *)stream, message);                    \
	}

CODEC(prepare_args)
CODEC(prepare_reply)
CODEC(accept_args)
CODEC(accept_reply)
CODEC(decided_args)
CODEC(decided_reply)

const struct rpc_proc PROC_PREPARE = {
	.name = "prepare",
	.program = PAXOS_PROGRAM,
	.version = PAXOS_V1,
	.number = PAXOS_PREPARE,
	.args_size = sizeof(struct prepare_args),
	.reply_size = sizeof(struct prepare_reply),
	.args_codec = codec_prepare_args,
	.reply_codec = codec_prepare_reply,
};

const struct rpc_proc PROC_ACCEPT = {
	.name = "accept",
	.program = PAXOS_PROGRAM,
	.version = PAXOS_V1,
	.number = PAXOS_ACCEPT,
	.args_size = sizeof(struct accept_args),
	.reply_size = sizeof(struct accept_reply),
	.args_codec = codec_accept_args,
	.reply_codec = codec_accept_reply,
};

const struct rpc_proc PROC_DECIDED = {
	.name = "decided",
	.program = PAXOS_PROGRAM,
	.version = PAXOS_V1,
	.number = PAXOS_DECIDED,
	.args_size = sizeof(struct decided_args),
	.reply_size = sizeof(struct decided_reply),
	.args_codec = codec_decided_args,
	.reply_codec = codec_decided_reply,
};
