/*
 * end.c - the part of an end that is the same over every transport.
 */
#include "labrpc/end.h"

#include "labrpc/lent.h"

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
