/*
 * end.h - what every end has, whatever carries its calls.
 *
 * Private to labrpc.
 *
 * Threads: fixed before the first call.  Memory: the end borrows its link and
 * its courier, which must outlive its last call.  Errors: none.
 */
#ifndef LABRPC_END_H
#define LABRPC_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/courier.h"
#include "labrpc/labrpc.h"
#include "labrpc/link.h"
#include "labrpc/transport.h"

struct rpc_end {
	const struct transport *transport;
	struct link *link;       /* what happens to its calls; NULL: nothing */
	struct courier *courier; /* for what leaves later; NULL without link */
	int from;                /* the caller, -1 for none */
	int64_t timeout_ms;
};

/* Lets every call at END suffer what LINK decides, with COURIER's help. */
void rpc_end_set_link(struct rpc_end *end, struct link *link,
		      struct courier *courier);

/* The end that END, as a network lends it or as it is, stands for. */
struct rpc_end *rpc_end_behind(struct rpc_end *end);

/*
 * Tells whether a request at END that was held back may leave now: not over a
 * link that has been cut meanwhile.
 */
bool rpc_end_passes(struct rpc_end *end);

/* Counts a request that has left. */
void rpc_end_count(struct rpc_end *end, const struct rpc_proc *proc,
		   size_t bytes, bool copy);

/* Numbers a call at END (call_id.h); and begins again with the first. */
uint32_t rpc_end_call_id(const struct rpc_end *end);
void rpc_end_call_ids_begin(void);

/*
 * What is to happen to the call XID at END, which sends REQUEST; the transport
 * has its say.  And tells it that the call was lost, its reply or already its
 * request.
 */
struct fate rpc_end_decide(struct rpc_end *end, const struct rpc_proc *proc,
			   const struct record *request, uint32_t xid);
void rpc_end_lost(struct rpc_end *end, const struct record *request,
		  uint32_t xid, bool replied);

#endif
