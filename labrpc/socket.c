/*
 * socket.c - calls carried over Unix sockets: ends as endpoint.h opens them,
 * and the transport under them.
 *
 * A request goes out on a connection of the end's pool.  A persistent
 * connection may have been closed by a server that has ended since; a request
 * of which nothing has left is then sent again on a fresh one.  Once a byte
 * has left nobody can tell whether it was handled, and the call fails.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "labrpc/call_id.h"
#include "labrpc/clock.h"
#include "labrpc/end.h"
#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/pool.h"
#include "labrpc/transport.h"

struct socket_end {
	struct rpc_end end; /* first, so that one is the other */
	struct pool pool;
};

static struct socket_end *socket_end(struct rpc_end *end)
{
	return (struct socket_end *)end;
}

static int64_t socket_now_us(struct rpc_end *end)
{
	(void)end;
	return clock_us();
}

/*
 * Gives WIRE a connection and sends what that takes of its request.  While all
 * are in use, or the server lets nobody in, waits until UNTIL_US, with 0 not
 * at all; it stays without one if that was in vain.  False: nothing will come.
 */
static bool launch(struct wire *wire, int64_t until_us)
{
	struct pool *pool = &socket_end(wire->end)->pool;
	bool fresh = false;
	int i;

	for (i = 0; i <= POOL_CONNECTIONS_MAX && !fresh; i++) {
		struct connection *conn = pool_take(pool, until_us, &fresh);

		if (conn == NULL)
			return errno == EAGAIN;
		if (outgoing_send(&wire->out, conn->fd, false)) {
			conn->owes = true;
			conn->xid = wire->xid;
			wire->carrier = conn;
			return true;
		}
		pool_discard(pool, conn);
		if (wire->out.sent > 0)
			return false;
	}
	return false;
}

static bool socket_send(struct rpc_end *end, struct wire *wire,
			struct record *request, uint32_t xid,
			int64_t deadline_us)
{
	wire->state = WIRE_WAITING;
	wire->end = end;
	wire->reply = NULL;
	wire->deadline_us = deadline_us;
	wire->xid = xid;
	wire->carrier = NULL;
	outgoing_init(&wire->out, request, xid);
	/* One peer that cannot be reached now must not hold up the others. */
	if (!launch(wire, 0))
		return false;
	record_share(request);
	return true;
}

/* Looks whether the reply to WIRE has come. */
static void look(struct wire *wire, bool wait)
{
	struct connection *conn = wire->carrier;

	switch (connection_read(conn, wait, &wire->reply)) {
	case CONNECTION_WAITING:
		return;
	case CONNECTION_REPLIED:
		wire->state = WIRE_REPLIED;
		return;
	case CONNECTION_BROKEN:
		wire->state = WIRE_FAILED;
		return;
	}
}

/* Waits for what poll() can tell of WIRES until UNTIL_US, and looks at it. */
static void wait_many(struct wire *const wires[], int n, int64_t now_us,
		      int64_t until_us)
{
	struct pollfd fds[RPC_ENDS_MAX];
	int64_t ms = clock_ms_until(now_us, until_us);
	int i;

	assert(n <= RPC_ENDS_MAX);
	for (i = 0; i < n; i++) {
		struct connection *conn = wires[i]->carrier;

		fds[i] = (struct pollfd){ .fd = -1 };
		if (conn == NULL) {
			ms = ms < POOL_RETRY_MS ? ms : POOL_RETRY_MS;
			continue;
		}
		fds[i].fd = conn->fd;
		fds[i].events = POLLIN;
		if (!outgoing_done(&wires[i]->out))
			fds[i].events |= POLLOUT;
	}
	if (poll(fds, (nfds_t)n, ms > INT32_MAX ? INT32_MAX : (int)ms) <= 0)
		return;
	for (i = 0; i < n; i++) {
		if (fds[i].revents & POLLOUT &&
		    !outgoing_send(&wires[i]->out, fds[i].fd, false))
			wires[i]->state = WIRE_FAILED;
		else if (fds[i].revents & ~POLLOUT)
			look(wires[i], false);
	}
}

/* Tries to launch those of WIRES that wait for that; true if one failed. */
static bool launch_late(struct wire *const wires[], int n, int64_t until_us)
{
	bool failed = false;
	int i;

	for (i = 0; i < n; i++) {
		if (wires[i]->carrier != NULL)
			continue;
		/* One alone can wait for its turn. */
		if (!launch(wires[i], n == 1 ? until_us : 0)) {
			wires[i]->state = WIRE_FAILED;
			failed = true;
		}
	}
	return failed;
}

static void socket_wait(struct rpc_end *end, struct wire *const wires[], int n,
			int64_t until_us)
{
	int64_t now_us;

	(void)end;
	if (launch_late(wires, n, until_us))
		return;
	now_us = clock_us();
	if (n == 1 && outgoing_done(&wires[0]->out)) {
		struct connection *conn = wires[0]->carrier;

		/* One read that waits by itself, but not for too long. */
		if (conn->patience_us > 0 &&
		    conn->patience_us <= until_us - now_us) {
			look(wires[0], true);
			return;
		}
	}
	wait_many(wires, n, now_us, until_us);
}

/*
 * Sends the rest of a request whose caller will not wait for the reply.  False
 * if that fails or takes until the round's deadline.
 */
static bool send_rest(struct wire *wire)
{
	struct connection *conn;

	if (wire->carrier == NULL && !launch(wire, wire->deadline_us))
		return false;
	conn = wire->carrier;
	while (conn != NULL && !outgoing_done(&wire->out)) {
		struct pollfd fd = { .fd = conn->fd, .events = POLLOUT };
		int64_t ms = clock_ms_until(clock_us(), wire->deadline_us);

		if (ms == 0)
			return false;
		if (poll(&fd, 1, (int)ms) < 0 && errno != EINTR)
			return false;
		if (!outgoing_send(&wire->out, conn->fd, false))
			return false;
	}
	return conn != NULL;
}

static void socket_finish(struct wire *wire)
{
	struct pool *pool = &socket_end(wire->end)->pool;
	struct connection *conn;
	bool usable = false;

	if (wire->state == WIRE_WAITING)
		usable = send_rest(wire);
	conn = wire->carrier;
	/* A reply before the whole request is no reply to it. */
	if (wire->state == WIRE_REPLIED)
		usable = outgoing_done(&wire->out) &&
			 assembler_is_empty(&conn->in);
	if (conn != NULL && usable)
		pool_return(pool, conn);
	else if (conn != NULL)
		pool_discard(pool, conn);
	record_drop(wire->out.record);
	record_drop(wire->reply);
	wire->reply = NULL;
	wire->carrier = NULL;
}

static void socket_post(const struct posting *posting)
{
	assert(posting->end->courier != NULL);
	courier_send(posting->end->courier, posting);
}

static const struct transport socket_transport = {
	.now_us = socket_now_us,
	.send = socket_send,
	.wait = socket_wait,
	.finish = socket_finish,
	.post = socket_post,
};

struct rpc_end *rpc_end_open(const char *path, int from, int64_t timeout_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct socket_end *end;

	assert(from >= -1 && from < RPC_FROM_MAX && timeout_ms > 0);
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	strcpy(address.sun_path, path);
	end = malloc(sizeof(*end));
	if (end == NULL)
		return NULL;
	end->end.transport = &socket_transport;
	end->end.from = from;
	end->end.timeout_ms = timeout_ms;
	rpc_end_set_link(&end->end, NULL, NULL);
	pool_init(&end->pool, &address, timeout_ms);
	return &end->end;
}

void rpc_end_close(struct rpc_end *end)
{
	pool_deinit(&socket_end(end)->pool);
	free(end);
}
