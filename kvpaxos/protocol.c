/*
 * protocol.c - the table behind protocol.h: which codecs go with which
 * procedure.
 */
#define _DEFAULT_SOURCE 1 /* for codec.h */

#include "kvpaxos/protocol.h"

#include "labrpc/codec.h"

CODEC(kv_open_reply)
CODEC(kv_get_args)
CODEC(kv_get_reply)
CODEC(kv_write_args)
CODEC(kv_close_args)
CODEC(kv_write_reply)

const struct rpc_proc PROC_KV_OPEN = {
	.name = "open",
	.program = KV_PROGRAM,
	.version = KV_V1,
	.number = KV_OPEN,
	.reply_size = sizeof(struct kv_open_reply),
	.reply_codec = codec_kv_open_reply,
};

const struct rpc_proc PROC_KV_GET = {
	.name = "get",
	.program = KV_PROGRAM,
	.version = KV_V1,
	.number = KV_GET,
	.args_size = sizeof(struct kv_get_args),
	.reply_size = sizeof(struct kv_get_reply),
	.args_codec = codec_kv_get_args,
	.reply_codec = codec_kv_get_reply,
};

const struct rpc_proc PROC_KV_PUT = {
	.name = "put",
	.program = KV_PROGRAM,
	.version = KV_V1,
	.number = KV_PUT,
	.args_size = sizeof(struct kv_write_args),
	.reply_size = sizeof(struct kv_write_reply),
	.args_codec = codec_kv_write_args,
	.reply_codec = codec_kv_write_reply,
};

const struct rpc_proc PROC_KV_APPEND = {
	.name = "append",
	.program = KV_PROGRAM,
	.version = KV_V1,
	.number = KV_APPEND,
	.args_size = sizeof(struct kv_write_args),
	.reply_size = sizeof(struct kv_write_reply),
	.args_codec = codec_kv_write_args,
	.reply_codec = codec_kv_write_reply,
};

const struct rpc_proc PROC_KV_CLOSE = {
	.name = "close",
	.program = KV_PROGRAM,
	.version = KV_V1,
	.number = KV_CLOSE,
	.args_size = sizeof(struct kv_close_args),
	.reply_size = sizeof(struct kv_write_reply),
	.args_codec = codec_kv_close_args,
	.reply_codec = codec_kv_write_reply,
};
