/*
 * medium.h - what a network's nodes are joined by: how servers and ends come
 * to be.
 *
 * Private to labrpc.  network.c has the sockets; another world brings its own
 * medium and leaves all that happens to calls to the network.
 *
 * Threads: as network.h.
 *
 * Memory: the medium's own state, AT, is freed by its close().
 *
 * Errors: as network.h.
 */
#ifndef LABRPC_MEDIUM_H
#define LABRPC_MEDIUM_H

#include <stdint.h>

#include "labrpc/network.h"

struct medium {
	/* Opens the server of NODE; NULL with errno set. */
	struct rpc_server *(*serve)(void *at, int node);
	/* Opens the end with which FROM calls TO, or NULL with errno set. */
	struct rpc_end *(*open_end)(void *at, int from, int to,
				    int64_t timeout_ms);
	void (*close_end)(struct rpc_end *end);
	/* After all ends have been closed. */
	void (*close)(void *at);
};

/*
 * Opens a network as network_open() does, over MEDIUM with its state AT,
 * which it takes over also when it fails.
 */
struct network *network_open_over(const struct medium *medium, void *at,
				  int nodes, uint64_t seed);

#endif
