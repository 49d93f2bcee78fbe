/*
 * unreachable_test.c - broadcasts to a peer that cannot be reached just now:
 * it lets nobody in, or all connections to it are in use, or it does not read.
 * The others are asked and heard all the same, and no round outlives its time.
 *
 * The time of a round here is far longer than any test may take: whoever waits
 * for such a peer before the others does not come back.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>

#include "labrpc/courier.h"
#include "labrpc/end.h"
#include "labrpc/link.h"
#include "labrpc/pool.h"
#include "labrpc/record.h"
#include "labrpc/tests/echo.h"

#define PEERS 3
#define HASTY_MS 50

static struct sockdir *dir;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static struct echo *peers[PEERS];
static struct rpc_end *ends[PEERS];
static struct value sent;

/* Peer 1 is there for those tests that want it. */
static void init(void)
{
	dir = sockdir_make();
	cr_assert(dir != NULL);
	for (int i = 0; i < PEERS; i++) {
		snprintf(address.sun_path, sizeof(address.sun_path), "%s/%d",
			 sockdir_path(dir), (i + 2) % PEERS);
		if (i != 2)
			peers[(i + 2) % PEERS] = echo_open(address.sun_path);
		ends[(i + 2) % PEERS] = rpc_end_open(address.sun_path, -1,
						     ECHO_DEADLINE_MS);
	}
	sent = echo_value(10, 1);
}

static void fini(void)
{
	for (int i = 0; i < PEERS; i++) {
		rpc_end_close(ends[i]);
		if (peers[i] != NULL)
			echo_close(peers[i]);
	}
	value_free(&sent);
	sockdir_remove(dir);
}

TestSuite(unreachable, .init = init, .fini = fini);

/* Peer 1 listens, and has room for BACKLOG + 1 who wait. */
static int listen_as_peer_1(int backlog)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	cr_assert(bind(fd, (struct sockaddr *)&address,
		       sizeof(address)) == 0);
	cr_assert(listen(fd, backlog) == 0);
	return fd;
}

/* The next reply of ROUND comes from one of the peers in FROM, a bit each;
 * returns the others. */
static int hear(struct rpc_round *round, int from)
{
	const struct value *got;
	int i = -1;

	got = rpc_next(round, &i);
	cr_assert(got != NULL && value_equal(*got, sent));
	cr_assert(i >= 0 && (from & 1 << i) != 0, "%d", i);
	return from & ~(1 << i);
}

/* Reads one request, of LEN bytes and more, from the next to come in at FD. */
static void expect_request(int fd, size_t len)
{
	struct record *record = NULL;
	struct assembler in;
	int conn = accept(fd, NULL, NULL);

	cr_assert(conn >= 0);
	assembler_init(&in);
	while (assembler_next(&in, &record) == RECORD_PARTIAL)
		cr_assert(assembler_read(&in, conn, true) > 0);
	cr_assert(record->len > len, "%zu bytes", record->len);
	record_drop(record);
	assembler_deinit(&in);
	close(conn);
}

Test(unreachable, lets_nobody_in)
{
	int listener = listen_as_peer_1(0);
	int first = raw_connect(address.sun_path);
	struct rpc_round *round;

	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	cr_assert(hear(round, hear(round, 1 | 4)) == 0);
	/* Then it does: the request still gets there. */
	close(accept(listener, NULL, NULL));
	rpc_round_end(round);
	expect_request(listener, sent.len);
	close(first);
	close(listener);
}

Test(unreachable, never_lets_anybody_in)
{
	int listener = listen_as_peer_1(0);
	int first = raw_connect(address.sun_path), from;
	struct rpc_end *hasty = rpc_end_open(address.sun_path, -1, HASTY_MS);
	struct rpc_round *round;
	struct value reply;

	cr_assert(!rpc_call(hasty, &PROC_ECHO, &sent, &reply));
	round = rpc_broadcast(&hasty, 1, &PROC_ECHO, &sent);
	cr_assert(rpc_next(round, &from) == NULL);
	rpc_round_end(round);
	rpc_round_end(rpc_broadcast(&hasty, 1, &PROC_ECHO, &sent));
	rpc_end_close(hasty);
	close(first);
	close(listener);
}

static void *wait_at_gate(void *arg)
{
	(void)arg;
	check(echo_call(ends[1], &PROC_WAIT, 10, 1), "no reply");
	return NULL;
}

Test(unreachable, all_connections_are_in_use)
{
	pthread_t callers[POOL_CONNECTIONS_MAX];
	struct rpc_round *round;
	int i;

	peers[1] = echo_open(address.sun_path);
	for (i = 0; i < POOL_CONNECTIONS_MAX; i++)
		cr_assert(pthread_create(&callers[i], NULL, wait_at_gate,
					 NULL) == 0);
	echo_wait_waiting(peers[1], POOL_CONNECTIONS_MAX);
	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	cr_assert(hear(round, hear(round, 1 | 4)) == 0);
	echo_gate(peers[1], true);
	cr_assert(hear(round, 2) == 0);
	rpc_round_end(round);
	for (i = 0; i < POOL_CONNECTIONS_MAX; i++)
		cr_assert(pthread_join(callers[i], NULL) == 0);
}

/* Asks END to echo V, and does not wait for the reply. */
static void post_late(struct rpc_end *end, const struct value *v)
{
	rpc_round_end(rpc_broadcast(&end, 1, &PROC_ECHO, v));
}

/* What leaves late for who does not read holds up nothing else. */
Test(unreachable, does_not_read_what_is_late)
{
	int listener = listen_as_peer_1(9);
	struct rpc_end *hasty = rpc_end_open(address.sun_path, -1, HASTY_MS);
	struct value much = echo_value(VALUE_MAX_BYTES, 1);
	struct courier *courier = courier_open();
	struct link *line = link_make(0, 1, 42);
	struct pollfd gone = { .fd = -1 };

	rpc_end_set_link(hasty, line, courier);
	rpc_end_set_link(ends[0], line, courier);
	rpc_end_set_link(ends[1], line, courier);
	link_slow(line, 1);
	post_late(ends[1], &much);
	post_late(ends[0], &sent);
	echo_wait_handled(peers[0], 1);
	/* Then it does read: all of it still gets there. */
	expect_request(listener, much.len);
	/* What never gets read is given up when the time of a call is over. */
	post_late(hasty, &much);
	gone.fd = accept(listener, NULL, NULL);
	cr_assert(poll(&gone, 1, ECHO_DEADLINE_MS) == 1);
	cr_assert(gone.revents & POLLHUP);
	close(gone.fd);
	courier_close(courier);
	rpc_end_close(hasty);
	link_free(line);
	close(listener);
	value_free(&much);
}

/* Half a request is finished when its round ends, but only within its time. */
Test(unreachable, does_not_read)
{
	int listener = listen_as_peer_1(9);
	struct rpc_end *hasty = rpc_end_open(address.sun_path, -1, HASTY_MS);
	struct value much = echo_value(VALUE_MAX_BYTES, 1), reply;

	rpc_round_end(rpc_broadcast(&hasty, 1, &PROC_ECHO, &much));
	cr_assert(!rpc_call(hasty, &PROC_ECHO, &much, &reply));
	rpc_end_close(hasty);
	close(listener);
	value_free(&much);
}
