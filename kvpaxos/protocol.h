/*
 * protocol.h - the procedures of kv.x, ready for rpc_call() and rpc_serve().
 *
 *     proc             arguments               reply
 *     PROC_KV_OPEN     none (NULL)             struct kv_open_reply
 *     PROC_KV_GET      struct kv_get_args      struct kv_get_reply
 *     PROC_KV_PUT      struct kv_write_args    struct kv_write_reply
 *     PROC_KV_APPEND   struct kv_write_args    struct kv_write_reply
 *     PROC_KV_CLOSE    struct kv_close_args    struct kv_write_reply
 *
 * Every reply begins with its status.
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: none.
 */
#ifndef KVPAXOS_PROTOCOL_H
#define KVPAXOS_PROTOCOL_H

#include "kv_messages.h" /* made from kv.x by rpcgen */
#include "labrpc/labrpc.h"

extern const struct rpc_proc PROC_KV_OPEN;
extern const struct rpc_proc PROC_KV_GET;
extern const struct rpc_proc PROC_KV_PUT;
extern const struct rpc_proc PROC_KV_APPEND;
extern const struct rpc_proc PROC_KV_CLOSE;

#endif
