/*
 * link.h - one directed link of the network, as the code that carries calls
 * sees it: what will happen to the next call, and what to count.
 *
 * Private to labrpc.  Data flows one way: an end asks its link, the link
 * knows nothing of ends.
 *
 * Threads: any.
 *
 * Memory: links belong to their network.  A link counts LINK_PROCS_MAX
 * procedures apart and all further ones together, unseen by network_count().
 *
 * Errors: none.
 */
#ifndef LABRPC_LINK_H
#define LABRPC_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/network.h"

struct link;

#define LINK_PROCS_MAX 15

/* What is going to happen to one call, decided as it begins. */
struct fate {
	bool lose_request;   /* the handler never runs */
	bool lose_reply;     /* it runs, the caller does not hear of it */
	bool duplicate;      /* a second copy follows */
	int delay_ms;        /* the request leaves so much later */
	int copy_delay_ms;   /* the copy leaves so much after the original */
	int hold_ms;         /* the reply is seen so much after it came */
	int notice_ms;       /* a loss is seen after so long; -1: time-out */
	int least_ms;        /* of delay_ms, what no chance is in */
	bool certain;        /* some of the above was sure to happen */
	uint64_t nth;        /* which call of its procedure on the link */
};

/*
 * Decides the next call of PROC on LINK; a function of the seed, the link,
 * PROC and how many calls of PROC the link has seen, and of the faults, cuts,
 * deafness and slowness in force.
 */
struct fate link_decide(struct link *link, const struct rpc_proc *proc);

/*
 * The pure rule behind it: the fate of call number NTH under FAULTS.
 */
struct fate fate_draw(const struct faults *faults, uint64_t seed, int from,
		      int to, const struct rpc_proc *proc, uint64_t nth);

/*
 * Tells whether LINK is cut, or its callee deaf, right now: asked again when
 * a reply arrives or a held-back request is due.
 */
bool link_is_cut(struct link *link);

/* Counts a request (or its second COPY) that left, or a reply that arrived,
 * of BYTES bytes. */
void link_count_request(struct link *link, const struct rpc_proc *proc,
			size_t bytes, bool copy);
void link_count_reply(struct link *link, const struct rpc_proc *proc,
		      size_t bytes);

/* The nodes that LINK joins. */
int link_from(const struct link *link);
int link_to(const struct link *link);

/* What follows is for network.c, which makes the links and sets them. */

/* Makes a link without faults; NULL without memory. */
struct link *link_make(int from, int to, uint64_t seed);
void link_free(struct link *link);

/* Set the faults (checked by the caller), or what the functions of network.h
 * of these names set. */
void link_set_faults(struct link *link, const struct faults *faults);
void link_cut(struct link *link, bool cut);
void link_deafen(struct link *link, bool deaf);
void link_slow(struct link *link, int late_ms);

/* Adds what LINK has counted for PROC to *SUM. */
void link_add_count(struct link *link, const struct rpc_proc *proc,
		    struct link_count *sum);

#endif
