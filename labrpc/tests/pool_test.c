/*
 * pool_test.c - which connection a caller gets; the test plays the server.
 *
 * What fails ends the process at once: a pool that is in use cannot be taken
 * down.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/pool.h"

#include <criterion/criterion.h>

#include "labrpc/clock.h"
#include "labrpc/tests/echo.h"

#define AWAITED 7 /* the transaction id of every call here */

static struct sockdir *dir;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static int listener;
static struct pool pool;

static void init(void)
{
	dir = sockdir_make();
	echo_path(dir, address.sun_path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	check(bind(listener, (struct sockaddr *)&address,
		   sizeof(address)) == 0, "%s", strerror(errno));
	check(listen(listener, SOMAXCONN) == 0, "%s", strerror(errno));
	pool_init(&pool, &address, ECHO_DEADLINE_MS);
}

static void fini(void)
{
	pool_deinit(&pool);
	close(listener);
	sockdir_remove(dir);
}

TestSuite(pool, .init = init, .fini = fini);

/* Takes a connection that must be FRESH or not. */
static struct connection *take(bool fresh)
{
	int64_t deadline_us = clock_us() + ECHO_DEADLINE_MS * INT64_C(1000);
	bool is_fresh;
	struct connection *conn = pool_take(&pool, deadline_us, &is_fresh);

	check(conn != NULL && is_fresh == fresh, "fresh=%d", is_fresh);
	return conn;
}

/* The next connection that is taken must be WHICH. */
static void expect_taken(const struct connection *which)
{
	struct connection *conn = take(false);

	check(conn == which, "%p, not %p", (void *)conn, (const void *)which);
}

/* Opens N connections and gives them back owing a reply, in this order; the
 * server's ends of them are in FDS. */
static void set_aside(struct connection *conns[], int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++) {
		conns[i] = take(true);
		fds[i] = accept(listener, NULL, NULL);
		check(fds[i] >= 0, "%s", strerror(errno));
	}
	for (i = 0; i < n; i++) {
		conns[i]->owes = true;
		conns[i]->xid = AWAITED;
		pool_return(&pool, conns[i]);
	}
}

static void close_all(const int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++)
		close(fds[i]);
}

static void send_all(int fd, const char *bytes, ssize_t n)
{
	check(send(fd, bytes, (size_t)n, MSG_NOSIGNAL) == n, "%s",
	      strerror(errno));
}

/* The server at FD replies, with a record of which the id alone matters. */
static void reply(int fd)
{
	send_all(fd, "\x80\0\0\4\0\0\0\7", 8);
}

Test(pool, what_is_idle_comes_first)
{
	struct connection *a = take(true), *b = take(true);

	pool_return(&pool, a);
	expect_taken(a);
	pool_return(&pool, b);
	expect_taken(b);
	pool_discard(&pool, a);
	pool_discard(&pool, b);
}

/* However many others still owe, one that has paid is found: to open another
 * instead costs both sides more than ten calls. */
Test(pool, one_that_has_paid_is_found_among_many)
{
	enum { N = 20 };
	struct connection *conns[N];
	int fds[N];

	set_aside(conns, fds, N);
	reply(fds[N - 1]);
	expect_taken(conns[N - 1]);
	reply(fds[N / 2]);
	expect_taken(conns[N / 2]);
	pool_return(&pool, conns[N / 2]);
	pool_return(&pool, conns[N - 1]);
	close_all(fds, N);
}

Test(pool, half_a_reply_does_not_pay)
{
	struct connection *conns[2], *other;
	int fds[2];

	set_aside(conns, fds, 2);
	send_all(fds[0], "\x80\0\0\4\0", 5);
	other = take(true);
	pool_discard(&pool, other);
	send_all(fds[0], "\0\0\7", 3);
	expect_taken(conns[0]);
	pool_return(&pool, conns[0]);
	close_all(fds, 2);
}

Test(pool, those_that_the_server_closed_are_dropped)
{
	struct connection *conns[3];
	int fds[3];

	set_aside(conns, fds, 3);
	close(fds[0]);
	close(fds[1]);
	reply(fds[2]);
	expect_taken(conns[2]);
	pool_return(&pool, conns[2]);
	close(fds[2]);
}

Test(pool, full_of_debtors_the_oldest_goes)
{
	struct connection *conns[POOL_CONNECTIONS_MAX], *other;
	int fds[POOL_CONNECTIONS_MAX];
	char c;

	set_aside(conns, fds, POOL_CONNECTIONS_MAX);
	other = take(true);
	check(recv(fds[0], &c, 1, 0) == 0, "the oldest is still open");
	check(recv(fds[1], &c, 1, MSG_DONTWAIT) < 0, "and the next is not");
	pool_return(&pool, other);
	close_all(fds, POOL_CONNECTIONS_MAX);
}

Test(pool, full_of_callers_there_is_none)
{
	struct connection *conns[POOL_CONNECTIONS_MAX];
	bool fresh;
	int i;

	for (i = 0; i < POOL_CONNECTIONS_MAX; i++)
		conns[i] = take(true);
	check(pool_take(&pool, clock_us() + 1000, &fresh) == NULL,
	      "more than there may be");
	for (i = 0; i < POOL_CONNECTIONS_MAX; i++)
		pool_return(&pool, conns[i]);
}
