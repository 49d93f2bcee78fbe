/*
 * end.c - the part of an end that is the same over every transport.
 */
#include "labrpc/end.h"

#include <stdatomic.h>

#include "labrpc/call_id.h"
#include "labrpc/lent.h"

static atomic_uint calls; /* numbered so far, by this process */

struct rpc_end *rpc_end_behind(struct rpc_end *end)
{
	return lent_is_name(end) ? lent_object(end) : end;
}

void rpc_end_set_link(struct rpc_end *end, struct link *link,
		      struct courier *courier)
{
	end->link = link;
	end->courier = courier;
}

bool rpc_end_passes(struct rpc_end *end)
{
	return end->link == NULL || !link_is_cut(end->link);
}

void rpc_end_count(struct rpc_end *end, const struct rpc_proc *proc,
		   size_t bytes, bool copy)
{
	if (end->link != NULL)
		link_count_request(end->link, proc, bytes, copy);
}

uint32_t rpc_end_call_id(const struct rpc_end *end)
{
	return call_id(end->from, atomic_fetch_add_explicit(
					  &calls, 1, memory_order_relaxed));
}

void rpc_end_call_ids_begin(void)
{
	atomic_store(&calls, 0);
}

struct fate rpc_end_decide(struct rpc_end *end, const struct rpc_proc *proc,
			   const struct record *request, uint32_t xid)
{
	struct fate fate = { .notice_ms = 0 };

	if (end->link == NULL)
		return fate;
	fate = link_decide(end->link, proc);
	if (end->transport->decided != NULL)
		end->transport->decided(end, proc, request, xid, &fate);
	return fate;
}

void rpc_end_lost(struct rpc_end *end, const struct record *request,
		  uint32_t xid, bool replied)
{
	if (end->transport->lost != NULL)
		end->transport->lost(end, request, xid, replied);
}
