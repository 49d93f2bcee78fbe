/*
 * protocol.c - the table behind protocol.h: which codecs go with which
 * procedure.
 */
#define _DEFAULT_SOURCE 1 /* for codec.h */

#include "paxos/protocol.h"

#include "labrpc/codec.h"

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
