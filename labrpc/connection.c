/*
 * connection.c - connecting, and reading the reply that is owed.
 *
 * Invariant: one request at most is out on a connection, and the next one is
 * sent only when its reply has been read.  So a late reply is never even
 * looked at by the next call; a server that sends what nobody asked for is
 * caught by the transaction id.
 */
#include "labrpc/connection.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "labrpc/fatal.h"
#include "labrpc/log.h"

/* Reads that one look at a connection makes at most. */
#define READS_MAX 64

/*
 * Makes reads of FD wait a little less than TIMEOUT_MS, so that a call can
 * read straight away and the rest of its time needs a poll() only when it
 * has come to that.
 */
static int64_t set_patience(int fd, int64_t timeout_ms)
{
	int64_t us = timeout_ms * 1000 - timeout_ms * 1000 / 64;
	struct timeval tv = {
		.tv_sec = (time_t)(us / 1000000),
		.tv_usec = (suseconds_t)(us % 1000000),
	};

	if (us < 1000 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv,
				    sizeof(tv)) != 0)
		return 0;
	return us;
}

/* Opens a socket that is connected to ADDRESS; -1 with errno set. */
static int connect_now(const struct sockaddr_un *address)
{
	/* A full backlog is waited for elsewhere, with what else is due. */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	int saved;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address,
		    sizeof(*address)) == 0 &&
	    fcntl(fd, F_SETFL, 0) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

struct connection *connection_open(const struct sockaddr_un *address,
				   int64_t timeout_ms)
{
	struct connection *conn;
	int fd = connect_now(address);

	if (fd < 0)
		return NULL;
	conn = malloc(sizeof(*conn));
	if (conn == NULL)
		lab_fatal("no memory for a connection");
	conn->fd = fd;
	conn->patience_us = set_patience(fd, timeout_ms);
	conn->owes = false;
	conn->xid = 0;
	conn->next = NULL;
	assembler_init(&conn->in);
	return conn;
}

void connection_close(struct connection *conn)
{
	close(conn->fd);
	assembler_deinit(&conn->in);
	free(conn);
}

/* Takes the reply that CONN owes out of the bytes that have come. */
static enum connection_state take_reply(struct connection *conn,
					struct record **reply)
{
	for (;;) {
		struct record *record = NULL;
		uint32_t xid;

		switch (assembler_next(&conn->in, &record)) {
		case RECORD_PARTIAL:
			return CONNECTION_WAITING;
		case RECORD_BAD:
			return CONNECTION_BROKEN;
		case RECORD_WHOLE:
			break;
		}
		xid = record_xid(record);
		if (xid == conn->xid) {
			conn->owes = false;
			*reply = record;
			return CONNECTION_REPLIED;
		}
		record_drop(record);
		log_event(LOG_ERROR, "stray_reply",
			  "xid=%" PRIu32 " awaited=%" PRIu32, xid, conn->xid);
	}
}

enum connection_state connection_read(struct connection *conn, bool wait,
				      struct record **reply)
{
	int i;

	assert(conn->owes);
	for (i = 0; i < READS_MAX; i++) {
		ssize_t n = assembler_read(&conn->in, conn->fd,
					   wait && i == 0);
		enum connection_state state;

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return CONNECTION_WAITING;
		if (n <= 0)
			return CONNECTION_BROKEN;
		state = take_reply(conn, reply);
		if (state != CONNECTION_WAITING)
			return state;
	}
	return CONNECTION_WAITING;
}

enum connection_state connection_drain(struct connection *conn)
{
	struct record *reply = NULL;
	enum connection_state state = connection_read(conn, false, &reply);

	record_drop(reply);
	return state;
}
