/*
 * protocol.h - the three procedures of paxos.x, ready for rpc_call(),
 * rpc_broadcast() and rpc_serve().
 *
 *     proc           arguments               reply
 *     PROC_PREPARE   struct prepare_args     struct prepare_reply
 *     PROC_ACCEPT    struct accept_args      struct accept_reply
 *     PROC_DECIDED   struct decided_args     struct decided_reply
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: none.
 */
#ifndef PAXOS_PROTOCOL_H
#define PAXOS_PROTOCOL_H

#include "labrpc/labrpc.h"
#include "paxos_messages.h" /* made from paxos.x by rpcgen */

extern const struct rpc_proc PROC_PREPARE;
extern const struct rpc_proc PROC_ACCEPT;
extern const struct rpc_proc PROC_DECIDED;

#endif
