/*
 * connection.h - a caller's connection to a server, for one request at a time.
 *
 * Private to labrpc.
 *
 * Threads: a connection belongs to one thread at a time.  Memory: made by
 * open, freed by close.  Errors: NULL, or a state.
 */
#ifndef LABRPC_CONNECTION_H
#define LABRPC_CONNECTION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

#include "labrpc/record.h"

struct connection {
	int fd;
	int64_t patience_us;     /* how long a read waits for at most; or 0 */
	bool owes;               /* the reply to request xid is to come */
	uint32_t xid;
	struct connection *next; /* in the list of its end */
	pthread_t user;          /* the thread that used it last */
	struct assembler in;
};

/*
 * Connects to ADDRESS, without waiting.  A read that waits will do so for a
 * little less than TIMEOUT_MS.  NULL with errno set on failure: EAGAIN if the
 * server has too many callers to let in and this one has to come again.
 */
struct connection *connection_open(const struct sockaddr_un *address,
				   int64_t timeout_ms);
void connection_close(struct connection *conn);

enum connection_state {
	CONNECTION_WAITING, /* the reply has not come */
	CONNECTION_REPLIED, /* it has */
	CONNECTION_BROKEN,  /* it never will */
};

/*
 * Reads from CONN, which owes a reply, and stores that in *REPLY when it has
 * come whole.  With WAIT, waits for up to patience_us.
 */
enum connection_state connection_read(struct connection *conn, bool wait,
				      struct record **reply);

/* Reads on, without waiting, the reply that CONN owes, and drops it. */
enum connection_state connection_drain(struct connection *conn);

#endif
