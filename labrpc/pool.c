/*
 * pool.c - a bounded stack of connections.
 *
 * A thread gets the connection that it used last, if that is free: the thread
 * at its other end then runs where it ran before, which under load is worth a
 * third.  Otherwise the connection returned last is taken first.  One that
 * owes a reply, because its caller left early, is set aside.  Before another
 * is opened, which costs both sides far more than a call, all of those are
 * looked at, whether one has paid meanwhile.
 *
 * Invariant: open = in use + idle + set aside <= POOL_CONNECTIONS_MAX.  System
 * calls are made without the lock, but for a poll() that does not wait.
 */
#include "labrpc/pool.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "labrpc/clock.h"
#include "labrpc/log.h"

/* Connections set aside that one call reads from, at most. */
#define LOOKS_MAX 4

void pool_init(struct pool *pool, const struct sockaddr_un *address,
	       int64_t timeout_ms)
{
	pool->address = *address;
	pool->timeout_ms = timeout_ms;
	mutex_init(&pool->mu);
	cond_init(&pool->returned);
	mutex_lock(&pool->mu);
	pool->idle = NULL;
	pool->aside = pool->aside_last = NULL;
	pool->open = 0;
	pool->waiting = 0;
	mutex_unlock(&pool->mu);
}

static struct connection *pop_idle_locked(struct pool *pool)
	REQUIRES(pool->mu)
{
	struct connection **at = &pool->idle, *conn;
	pthread_t self = pthread_self();

	for (conn = pool->idle; conn != NULL; conn = conn->next) {
		if (pthread_equal(conn->user, self))
			break;
		at = &conn->next;
	}
	if (conn == NULL) {
		at = &pool->idle;
		conn = pool->idle;
	}
	if (conn != NULL)
		*at = conn->next;
	return conn;
}

static struct connection *pop_aside_locked(struct pool *pool)
	REQUIRES(pool->mu)
{
	struct connection *conn = pool->aside;

	if (conn != NULL) {
		pool->aside = conn->next;
		if (pool->aside == NULL)
			pool->aside_last = NULL;
	}
	return conn;
}

static void push_aside_locked(struct pool *pool, struct connection *conn)
	REQUIRES(pool->mu)
{
	conn->next = NULL;
	if (pool->aside_last == NULL)
		pool->aside = conn;
	else
		pool->aside_last->next = conn;
	pool->aside_last = conn;
}

static void signal_locked(struct pool *pool) REQUIRES(pool->mu)
{
	if (pool->waiting > 0)
		cond_signal(&pool->returned);
}

void pool_deinit(struct pool *pool)
{
	struct connection *conn;

	mutex_lock(&pool->mu);
	while ((conn = pop_idle_locked(pool)) != NULL ||
	       (conn = pop_aside_locked(pool)) != NULL) {
		connection_close(conn);
		pool->open--;
	}
	assert(pool->open == 0); /* no call may be in progress */
	mutex_unlock(&pool->mu);
	cond_destroy(&pool->returned);
	mutex_destroy(&pool->mu);
}

/*
 * Takes the oldest connection set aside on which something has come, or its
 * end.  Asks under the lock, or somebody might close a connection meanwhile.
 */
static struct connection *pop_readable_locked(struct pool *pool)
	REQUIRES(pool->mu)
{
	struct connection **at = &pool->aside, *before = NULL, *conn;
	struct pollfd fds[POOL_CONNECTIONS_MAX];
	int n = 0, i;

	for (conn = pool->aside; conn != NULL; conn = conn->next) {
		assert(n < POOL_CONNECTIONS_MAX);
		fds[n].fd = conn->fd;
		fds[n++].events = POLLIN;
	}
	if (poll(fds, (nfds_t)n, 0) <= 0)
		return NULL;
	for (i = 0; fds[i].revents == 0; i++) {
		before = *at;
		at = &before->next;
	}
	conn = *at;
	*at = conn->next;
	if (pool->aside_last == conn)
		pool->aside_last = before;
	return conn;
}

/* Puts CONN, from which nothing has come, back in front of its likes. */
static void push_front_locked(struct pool *pool, struct connection *conn)
	REQUIRES(pool->mu)
{
	conn->next = pool->aside;
	pool->aside = conn;
	if (pool->aside_last == NULL)
		pool->aside_last = conn;
}

/*
 * Finds a connection set aside whose reply has come by now.  Most likely the
 * oldest has paid, so that one is read from without asking first.
 */
static struct connection *take_paid(struct pool *pool) EXCLUDES(pool->mu)
{
	struct connection *conn;
	int i;

	for (i = 0; i < LOOKS_MAX; i++) {
		mutex_lock(&pool->mu);
		conn = i == 0 ? pop_aside_locked(pool)
			      : pop_readable_locked(pool);
		mutex_unlock(&pool->mu);
		if (conn == NULL)
			return NULL;
		switch (connection_drain(conn)) {
		case CONNECTION_REPLIED:
			return conn;
		case CONNECTION_BROKEN:
			pool_discard(pool, conn);
			break;
		case CONNECTION_WAITING:
			mutex_lock(&pool->mu);
			if (i == 0)
				push_front_locked(pool, conn);
			else
				push_aside_locked(pool, conn);
			signal_locked(pool);
			mutex_unlock(&pool->mu);
			break;
		}
	}
	return NULL;
}

/*
 * Finds the right to open a connection, closing the oldest one set aside for
 * it if need be; or a connection that was returned meanwhile, in *CONN.  False
 * if all are in use.
 */
static bool take_room(struct pool *pool, struct connection **conn)
	EXCLUDES(pool->mu)
{
	struct connection *oldest = NULL;
	bool room = true;

	mutex_lock(&pool->mu);
	*conn = pop_idle_locked(pool);
	if (*conn == NULL && pool->open < POOL_CONNECTIONS_MAX) {
		pool->open++;
	} else if (*conn == NULL) {
		oldest = pop_aside_locked(pool);
		room = oldest != NULL;
	}
	mutex_unlock(&pool->mu);
	if (oldest != NULL) {
		log_event(LOG_DEBUG, "pool_full", "path=%s",
			  pool->address.sun_path);
		connection_close(oldest);
	}
	return room;
}

/* Takes a connection, or makes one, if that can be done now. */
static struct connection *take_now(struct pool *pool, bool *fresh)
	EXCLUDES(pool->mu)
{
	struct connection *conn;
	int error;
	bool owed;

	*fresh = false;
	mutex_lock(&pool->mu);
	conn = pop_idle_locked(pool);
	owed = pool->aside != NULL;
	mutex_unlock(&pool->mu);
	if (conn == NULL && owed)
		conn = take_paid(pool);
	if (conn != NULL)
		return conn;
	errno = EAGAIN;
	if (!take_room(pool, &conn) || conn != NULL)
		return conn;

	conn = connection_open(&pool->address, pool->timeout_ms);
	if (conn == NULL) {
		error = errno;
		log_event(LOG_DEBUG, "no_server", "path=%s error=%s",
			  pool->address.sun_path, strerror(error));
		mutex_lock(&pool->mu);
		pool->open--;
		signal_locked(pool);
		mutex_unlock(&pool->mu);
		errno = error;
		return NULL;
	}
	*fresh = true;
	return conn;
}

/* Waits until there may be a connection to take; false at UNTIL_US. */
static bool wait_for_one(struct pool *pool, int64_t until_us)
	EXCLUDES(pool->mu)
{
	int64_t left_ms;
	bool crowded;

	if (until_us == 0)
		return false;
	left_ms = clock_ms_until(clock_us(), until_us);
	if (left_ms == 0)
		return false;
	mutex_lock(&pool->mu);
	crowded = pool->open == POOL_CONNECTIONS_MAX;
	/* With room in the pool, it is the server that has none. */
	if (!crowded && left_ms > POOL_RETRY_MS)
		left_ms = POOL_RETRY_MS;
	if (pool->idle == NULL && !(crowded && pool->aside != NULL)) {
		pool->waiting++;
		cond_wait_ms(&pool->returned, &pool->mu, left_ms);
		pool->waiting--;
	}
	mutex_unlock(&pool->mu);
	return true;
}

struct connection *pool_take(struct pool *pool, int64_t until_us, bool *fresh)
{
	/* Each turn takes one, waits, or finds that one has come free. */
	for (;;) {
		struct connection *conn = take_now(pool, fresh);

		if (conn != NULL)
			conn->user = pthread_self();
		if (conn != NULL || errno != EAGAIN)
			return conn;
		if (!wait_for_one(pool, until_us)) {
			errno = EAGAIN;
			return NULL;
		}
	}
}

void pool_return(struct pool *pool, struct connection *conn)
{
	mutex_lock(&pool->mu);
	if (conn->owes) {
		push_aside_locked(pool, conn);
	} else {
		conn->next = pool->idle;
		pool->idle = conn;
	}
	signal_locked(pool);
	mutex_unlock(&pool->mu);
}

void pool_discard(struct pool *pool, struct connection *conn)
{
	connection_close(conn);
	mutex_lock(&pool->mu);
	pool->open--;
	signal_locked(pool);
	mutex_unlock(&pool->mu);
}
