/*
 * network.c - a group of nodes: servers, links and ends, and the changes that
 * a test makes to all of them.
 *
 * What happens on one link is link.c's business.
 *
 * A peer lives in the same address space, and through an end it could come to
 * the link, its faults and its counts.  So no end is given out, but a name for
 * it (lent.h).
 *
 * Locks: net->mu makes each change of the network one step for those who
 * change it at the same time, and guards the ends.  Under it a link's own
 * lock may be taken, and an end opened; calls never take it.
 */
#include "labrpc/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "labrpc/courier.h"
#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/lent.h"
#include "labrpc/link.h"
#include "labrpc/medium.h"
#include "labrpc/sync.h"

/* The longest delay of any kind: an hour, far from overflowing an int. */
#define DELAY_MAX_MS 3600000

/* The longest path that a socket may have, with its NUL. */
#define PATH_BYTES sizeof((struct sockaddr_un *)NULL)->sun_path

struct line {
	struct link *link;   /* fixed after make */
	struct rpc_end *end; /* guarded by net->mu; opened when asked for */
	struct rpc_end *lent; /* guarded by net->mu; the name for it */
};

struct network {
	/* fixed after make */
	int nodes;
	struct courier *courier; /* carries what is late for all ends */
	const struct medium *medium;
	void *at; /* the medium's */
	struct mutex mu;
	int64_t timeout_ms; /* guarded by mu; of ends that are yet to open */
	struct line lines[]; /* nodes * nodes, caller by caller */
};

static struct line *line_at(struct network *net, int from, int to)
{
	if (from < 0 || from >= net->nodes || to < 0 || to >= net->nodes)
		lab_fatal("no link from node %d to node %d among %d nodes",
			  from, to, net->nodes);
	return &net->lines[from * net->nodes + to];
}

static struct link *link_at(struct network *net, int from, int to)
{
	return line_at(net, from, to)->link;
}

static int count_of_lines(const struct network *net)
{
	return net->nodes * net->nodes;
}

/* ---- sockets ----------------------------------------------------------- */

/* Writes the path of NODE's socket in the folder DIR. */
static void path_of(const char *dir, int node, char path[PATH_BYTES])
{
	int len = snprintf(path, PATH_BYTES, "%s/p%d", dir, node);

	if (len < 0 || (size_t)len >= PATH_BYTES)
		lab_fatal("node %d has no path in %s", node, dir);
}

static struct rpc_server *socket_serve(void *dir, int node)
{
	char path[PATH_BYTES];

	path_of(dir, node, path);
	return rpc_server_open(path, node);
}

static struct rpc_end *socket_open_end(void *dir, int from, int to,
				       int64_t timeout_ms)
{
	char path[PATH_BYTES];

	path_of(dir, to, path);
	return rpc_end_open(path, from, timeout_ms);
}

static const struct medium sockets = {
	.serve = socket_serve,
	.open_end = socket_open_end,
	.close_end = rpc_end_close,
	.close = free,
};

/* ---- the network ------------------------------------------------------- */

static bool make_links(struct network *net, uint64_t seed)
{
	for (int i = 0; i < count_of_lines(net); i++) {
		net->lines[i].link =
			link_make(i / net->nodes, i % net->nodes, seed);
		if (net->lines[i].link == NULL)
			return false;
	}
	return true;
}

struct network *network_open_over(const struct medium *medium, void *at,
				  int nodes, uint64_t seed)
{
	struct network *net;

	if (nodes < 1 || nodes > NETWORK_NODES_MAX) {
		medium->close(at);
		errno = EINVAL;
		return NULL;
	}
	net = calloc(1, sizeof *net + (size_t)nodes * (size_t)nodes *
					      sizeof net->lines[0]);
	if (net == NULL) {
		medium->close(at);
		return NULL;
	}
	net->nodes = nodes;
	net->timeout_ms = RPC_TIMEOUT_MS;
	net->medium = medium;
	net->at = at;
	mutex_init(&net->mu);
	net->courier = courier_open();
	if (!make_links(net, seed)) {
		network_close(net);
		errno = ENOMEM;
		return NULL;
	}
	return net;
}

struct network *network_open(const char *dir, int nodes, uint64_t seed)
{
	char *copy;

	if (strlen(dir) + sizeof "/p63" > PATH_BYTES) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	copy = strdup(dir);
	if (copy == NULL)
		return NULL;
	return network_open_over(&sockets, copy, nodes, seed);
}

void network_close(struct network *net)
{
	/* First the courier: what it has still to send uses the ends. */
	courier_close(net->courier);
	for (int i = 0; i < count_of_lines(net); i++) {
		if (net->lines[i].end != NULL) {
			lent_back(net->lines[i].lent);
			net->medium->close_end(net->lines[i].end);
		}
		if (net->lines[i].link != NULL)
			link_free(net->lines[i].link);
	}
	net->medium->close(net->at);
	mutex_destroy(&net->mu);
	free(net);
}

struct rpc_server *network_serve(struct network *net, int node)
{
	return net->medium->serve(net->at, link_to(link_at(net, node, node)));
}

void network_wait_for(struct network *net, int64_t ms)
{
	mutex_lock(&net->mu);
	net->timeout_ms = ms;
	mutex_unlock(&net->mu);
}

struct rpc_end *network_end(struct network *net, int from, int to)
{
	struct line *line = line_at(net, from, to);
	struct rpc_end *end;

	mutex_lock(&net->mu);
	if (line->end == NULL) {
		line->end = net->medium->open_end(net->at, from, to,
						  net->timeout_ms);
		if (line->end == NULL)
			lab_fatal("no end from node %d to node %d: %s", from,
				  to, strerror(errno));
		rpc_end_set_link(line->end, line->link, net->courier);
		line->lent = lend(line->end);
	}
	end = line->lent;
	mutex_unlock(&net->mu);
	return end;
}

static bool is_probability(double p)
{
	return p >= 0 && p <= 1;
}

static bool is_range(int min_ms, int max_ms)
{
	return 0 <= min_ms && min_ms <= max_ms && max_ms <= DELAY_MAX_MS;
}

static void check_faults(const struct faults *f)
{
	if (!is_probability(f->lose_request) ||
	    !is_probability(f->lose_reply) || !is_probability(f->duplicate) ||
	    !is_probability(f->hold_reply))
		lab_fatal("faults: probabilities %g %g %g %g, not all in 0..1",
			  f->lose_request, f->lose_reply, f->duplicate,
			  f->hold_reply);
	if (!is_range(f->hold_min_ms, f->hold_max_ms) ||
	    !is_range(f->delay_min_ms, f->delay_max_ms))
		lab_fatal("faults: held %d..%d ms, delayed %d..%d ms",
			  f->hold_min_ms, f->hold_max_ms, f->delay_min_ms,
			  f->delay_max_ms);
}

void network_set_faults(struct network *net, const struct faults *faults)
{
	check_faults(faults);
	mutex_lock(&net->mu);
	for (int i = 0; i < count_of_lines(net); i++)
		link_set_faults(net->lines[i].link, faults);
	mutex_unlock(&net->mu);
}

void network_set_link_faults(struct network *net, int from, int to,
			     const struct faults *faults)
{
	check_faults(faults);
	mutex_lock(&net->mu);
	link_set_faults(link_at(net, from, to), faults);
	mutex_unlock(&net->mu);
}

void network_cut(struct network *net, int from, int to, bool cut)
{
	mutex_lock(&net->mu);
	link_cut(link_at(net, from, to), cut);
	mutex_unlock(&net->mu);
}

void network_partition(struct network *net, const int group_of[], int n)
{
	if (n < 0 || n > net->nodes)
		lab_fatal("partition of %d nodes, there are %d", n,
			  net->nodes);
	mutex_lock(&net->mu);
	for (int from = 0; from < n; from++) {
		for (int to = 0; to < n; to++) {
			if (group_of[from] == -1 || group_of[to] == -1)
				continue;
			link_cut(link_at(net, from, to),
				 group_of[from] != group_of[to]);
		}
	}
	mutex_unlock(&net->mu);
}

void network_deafen(struct network *net, int node, bool deaf)
{
	mutex_lock(&net->mu);
	for (int from = 0; from < net->nodes; from++)
		link_deafen(link_at(net, from, node), deaf);
	mutex_unlock(&net->mu);
}

void network_slow(struct network *net, int node, int late_ms)
{
	if (late_ms < 0 || late_ms > DELAY_MAX_MS)
		lab_fatal("node %d late by %d ms", node, late_ms);
	mutex_lock(&net->mu);
	for (int from = 0; from < net->nodes; from++)
		link_slow(link_at(net, from, node), late_ms);
	mutex_unlock(&net->mu);
}

void network_heal(struct network *net)
{
	mutex_lock(&net->mu);
	for (int i = 0; i < count_of_lines(net); i++) {
		link_cut(net->lines[i].link, false);
		link_deafen(net->lines[i].link, false);
		link_slow(net->lines[i].link, 0);
	}
	mutex_unlock(&net->mu);
}

struct link_count network_count(struct network *net, int from, int to,
				const struct rpc_proc *proc)
{
	struct link_count sum = { .calls = 0 };

	/* -1 stands for all; anything else must be a node. */
	line_at(net, from == -1 ? 0 : from, to == -1 ? 0 : to);
	for (int i = 0; i < count_of_lines(net); i++) {
		struct link *link = net->lines[i].link;

		if ((from == -1 || link_from(link) == from) &&
		    (to == -1 || link_to(link) == to))
			link_add_count(link, proc, &sum);
	}
	return sum;
}
