/*
 * labrpc.h - how peers talk: servers, ends, calls and broadcasts.
 *
 * A server runs one peer's handlers.  An end is one peer's line to one other
 * peer.  Whatever goes wrong on the way (lost, late, doubled, cut off) shows
 * in one way only: there is no reply.  You cannot tell whether the handler
 * ran.  Messages are ONC RPC (RFC 5531) with XDR (RFC 4506), so a message is
 * a plain C struct declared in a .x file.
 *
 * Threads: every function may be called from any thread, without locks of
 * yours held: a call waits for the network.  Handlers run concurrently, on
 * threads of labrpc's.  A struct rpc_round belongs to one thread.
 *
 * Memory: what labrpc hands out, labrpc takes back, at the moment that stands
 * at each function, and then overwrites it.  What you want to keep, copy.
 *
 * Errors: no reply is not an error, it is an answer.  Programmer errors
 * (a NULL end, a procedure served twice) end the process with a message.
 */
#ifndef LABRPC_LABRPC_H
#define LABRPC_LABRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/value.h"

struct rpc_server; /* where one peer's handlers run */
struct rpc_end;    /* one peer's line to one other peer */
struct rpc_round;  /* one request that went to many, and its replies */
struct rpc_xdr;    /* labrpc's own business */

/* Turns a message into bytes or back; made by rpcgen from a .x file. */
typedef bool rpc_codec(struct rpc_xdr *stream, void *message);

/*
 * A remote procedure: its numbers (number 0 is taken), its name in logs, its
 * two messages.  A message of nothing has size 0 and the codec NULL.
 */
struct rpc_proc {
	const char *name;
	uint32_t program, version, number;
	size_t args_size, reply_size;
	rpc_codec *args_codec, *reply_codec;
};

/*
 * Runs on the callee for each request.  ARGS and the bytes of the values in
 * it are valid until the handler returns.  *REPLY arrives zeroed; fill it in.
 * Values that you put there must come from value_make() or value_copy();
 * labrpc frees them once the reply is sent.  CONTEXT is what rpc_serve() got.
 * The stack has room for 512 KiB: what may be as large as a value goes to the
 * heap.  What it has locked it unlocks before it returns; else the process
 * ends, for nobody else could.
 */
typedef void rpc_handler(void *context, const void *args, void *reply);

/*
 * Lets SERVER answer PROC by HANDLER, which gets CONTEXT.  To be called
 * before others can call: a request for a procedure that is not served is
 * refused, which for the caller is no reply.
 */
void rpc_serve(struct rpc_server *server, const struct rpc_proc *proc,
	       rpc_handler *handler, void *context);

/*
 * Calls PROC at END with *ARGS and waits, for a bounded time (see
 * RPC_TIMEOUT_MS).  True means that *REPLY is the callee's reply; its values
 * are yours then: value_free() them.  False means no reply, *REPLY is zeroed.
 */
bool rpc_call(struct rpc_end *end, const struct rpc_proc *proc,
	      const void *args, void *reply);

/* The longest that a call waits for its reply, in milliseconds. */
#define RPC_TIMEOUT_MS 1000

/*
 * Sends *ARGS to every end of ENDS[0..N) that is not NULL (N is at most 64),
 * all at once, and returns at once.  Collect the replies with rpc_next(), then
 * close the round with rpc_round_end().  *ARGS may change as soon as this
 * returns.
 */
struct rpc_round *rpc_broadcast(struct rpc_end *const ends[], int n,
				const struct rpc_proc *proc,
				const void *args);

/*
 * Waits for the next reply of ROUND, in the order in which replies arrive.
 * Returns the reply and stores in *FROM the index in ENDS of who sent it.
 * Returns NULL when no further reply will come: all have answered, or failed,
 * or RPC_TIMEOUT_MS has passed since the broadcast.  The reply belongs to the
 * round.
 */
const void *rpc_next(struct rpc_round *round, int *from);

/*
 * Ends ROUND and frees it with all its replies.  You may leave before every
 * peer has answered, for instance when a majority has: late replies are
 * dropped, while the requests still reach their peers.  For that, this waits
 * while a peer takes none in, but not beyond the round's time.
 */
void rpc_round_end(struct rpc_round *round);

#endif
