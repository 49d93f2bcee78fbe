/*
 * server.c - a server: a listening Unix socket, and a thread that accepts
 * connections and hands each to a thread of its own (inlet.c).
 *
 * At the bound on connections, and when there is no descriptor left, the one
 * that has idled the longest has to go.
 */
#define _GNU_SOURCE 1 /* for accept4() */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/held.h"
#include "labrpc/inlet.h"
#include "labrpc/log.h"

/* Opens the socket of SERVER; -1 with errno set. */
static int open_listener(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)address,
		 sizeof(*address)) == 0) {
		if (listen(fd, SOMAXCONN) == 0)
			return fd;
		saved = errno;
		unlink(address->sun_path);
		errno = saved;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static const struct server_kind socket_server_kind;

static struct socket_server *socket_server(struct rpc_server *server)
{
	return (struct socket_server *)server;
}

struct rpc_server *rpc_server_open(const char *path, int me)
{
	struct socket_server *server = calloc(1, sizeof(*server));
	int saved;

	if (server == NULL)
		return NULL;
	server->address.sun_family = AF_UNIX;
	errno = ENAMETOOLONG;
	server->listener = -1;
	if (strlen(path) < sizeof(server->address.sun_path)) {
		strcpy(server->address.sun_path, path);
		server->listener = open_listener(&server->address);
	}
	if (server->listener < 0) {
		saved = errno;
		free(server);
		errno = saved;
		return NULL;
	}
	server_init(&server->base, &socket_server_kind, me);
	mutex_init(&server->mu);
	cond_init(&server->freed);
	mutex_lock(&server->mu);
	server->cut = SHUT_RDWR;
	mutex_unlock(&server->mu);
	return &server->base;
}

/*
 * Waits until there is room for one more connection, making some; false when
 * the server closes.
 */
static bool make_room(struct socket_server *server) EXCLUDES(server->mu)
{
	bool closing, room;

	for (;;) {
		inlets_reap(server);
		mutex_lock(&server->mu);
		room = server->count < RPC_CONNECTIONS_MAX;
		closing = server->closing;
		if (!room && !closing && server->ended == NULL) {
			atomic_store(&server->crowded, true);
			inlets_evict_one_locked(server, false);
			cond_wait(&server->freed, &server->mu);
			atomic_store(&server->crowded, false);
		}
		mutex_unlock(&server->mu);
		if (closing || room)
			return !closing;
	}
}

/*
 * Waits for a connection: -1 when the server closes, -2 when this one could
 * not be had.
 */
static int accept_one(struct socket_server *server) EXCLUDES(server->mu)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
	bool closing;

	mutex_lock(&server->mu);
	closing = server->closing;
	if (fd < 0 && !closing && errno != EINTR && errno != ECONNABORTED) {
		/* No descriptor or no memory: give one up, wait for it. */
		log_event(LOG_ERROR, "accept", "error=%s", strerror(errno));
		inlets_evict_one_locked(server, false);
		cond_wait_ms(&server->freed, &server->mu, 100);
		closing = server->closing;
	}
	mutex_unlock(&server->mu);
	if (closing && fd >= 0)
		close(fd);
	return closing ? -1 : fd < 0 ? -2 : fd;
}

static void *run_acceptor(void *arg)
{
	struct socket_server *server = arg;
	int fd;

	log_peer(server->base.me);
	while ((fd = accept_one(server)) != -1) {
		inlets_reap(server);
		if (fd < 0)
			continue;
		if (!make_room(server) || !inlet_start(server, fd))
			close(fd);
	}
	return NULL;
}

static void run(struct rpc_server *base)
{
	struct socket_server *server = socket_server(base);
	int error = pthread_create(&server->acceptor, NULL, run_acceptor,
				   server);

	if (error != 0)
		lab_fatal("no thread for a server: %s", strerror(error));
}

static int count_connections(struct rpc_server *base)
{
	struct socket_server *server = socket_server(base);
	struct inlet *inlet;
	int n = 0;

	mutex_lock(&server->mu);
	for (inlet = server->live; inlet != NULL; inlet = inlet->next)
		n++;
	mutex_unlock(&server->mu);
	return n;
}

static void end(struct rpc_server *base, bool finish)
{
	struct socket_server *server = socket_server(base);

	unlink(server->address.sun_path);
	mutex_lock(&server->mu);
	if (finish)
		server->cut = SHUT_RD;
	server->closing = true;
	cond_broadcast(&server->freed);
	mutex_unlock(&server->mu);
	shutdown(server->listener, SHUT_RDWR);
	if (base->running)
		pthread_join(server->acceptor, NULL);
	close(server->listener);
	inlets_end(server);
	server_deinit(base);
	cond_destroy(&server->freed);
	mutex_destroy(&server->mu);
	free(server);
}

/* Nobody but its thread could unlock it, and that serves others now. */
static void look_for_locks(const struct rpc_proc *proc)
{
	if (mutexes_held() > 0)
		lab_fatal("the handler of \"%s\" has returned without "
			  "unlocking a mutex that it had locked", proc->name);
}

static const struct server_kind socket_server_kind = {
	.run = run,
	.connections = count_connections,
	.close = end,
	.look = look_for_locks,
};
