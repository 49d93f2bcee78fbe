/*
 * serve.c - the part of a server that is the same over every transport.
 */
#include <assert.h>

#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/server.h"

void server_init(struct rpc_server *server, const struct server_kind *kind,
		 int me)
{
	server->kind = kind;
	server->me = me;
	server->running = false;
	dispatch_init(&server->dispatch, kind->look);
}

void server_deinit(struct rpc_server *server)
{
	dispatch_deinit(&server->dispatch);
}

void rpc_serve(struct rpc_server *server, const struct rpc_proc *proc,
	       rpc_handler *handler, void *context)
{
	if (server == NULL || proc == NULL || handler == NULL)
		lab_fatal("rpc_serve: server=%p proc=%p", (void *)server,
			  (const void *)proc);
	if (server->running)
		lab_fatal("rpc_serve: %s comes too late, the server runs",
			  proc->name);
	dispatch_add(&server->dispatch, proc, handler, context);
}

void rpc_server_run(struct rpc_server *server)
{
	assert(!server->running);
	server->running = true;
	server->kind->run(server);
}

int rpc_server_connections(struct rpc_server *server)
{
	return server->kind->connections(server);
}

void rpc_server_finish(struct rpc_server *server)
{
	server->kind->close(server, true);
}

void rpc_server_close(struct rpc_server *server)
{
	server->kind->close(server, false);
}
