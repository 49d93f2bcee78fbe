/*
 * server.h - what every server has, whatever carries the calls to it.
 *
 * Private to labrpc: the counterpart of end.h.
 *
 * Threads: fixed before the first call.  Memory: a server is freed by the
 * close() of its kind.  Errors: none.
 */
#ifndef LABRPC_SERVER_H
#define LABRPC_SERVER_H

#include <stdbool.h>

#include "labrpc/dispatch.h"
#include "labrpc/labrpc.h"

struct server_kind {
	void (*run)(struct rpc_server *server);
	int (*connections)(struct rpc_server *server);
	/* With FINISH, what is being handled is still answered. */
	void (*close)(struct rpc_server *server, bool finish);
	/* Looks for what a handler that has returned still holds. */
	dispatch_look *look;
};

struct rpc_server {
	const struct server_kind *kind;
	struct dispatch dispatch;
	int me;           /* the peer that it logs as, -1 for none */
	bool running;
};

void server_init(struct rpc_server *server, const struct server_kind *kind,
		 int me);
void server_deinit(struct rpc_server *server);

#endif
