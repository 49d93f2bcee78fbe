/*
 * hostile_test.c - whatever bytes a connection sends, or does not send, other
 * callers are served.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

#include "labrpc/message.h"
#include "labrpc/random.h"
#include "labrpc/tests/hostile.h"

static struct sockdir *dir;
static char path[108];
static struct echo *echo;
static struct rpc_end *end;

static void init(void)
{
	dir = sockdir_make();
	echo = echo_open(echo_path(dir, path));
	end = rpc_end_open(path, 3, ECHO_DEADLINE_MS);
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
}

/* In the end, every time: who behaves is served. */
static void fini(void)
{
	struct rpc_end *other = rpc_end_open(path, 4, ECHO_DEADLINE_MS);

	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	cr_assert(echo_call(other, &PROC_ECHO, 100000, 1));
	rpc_end_close(other);
	rpc_end_close(end);
	echo_close(echo);
	sockdir_remove(dir);
}

TestSuite(hostile, .init = init, .fini = fini);

Test(hostile, wrong_calls)
{
	hostile_wrong_calls(path, &PROC_ECHO, 0);
}

Test(hostile, broken_streams)
{
	hostile_broken_streams(path);
}

Test(hostile, records_cut_off)
{
	hostile_cut_off(path, &PROC_ECHO);
}

Test(hostile, random_bytes)
{
	struct random rng;
	int i, k;

	random_seed(&rng, 7);
	for (i = 0; i < 200; i++) {
		unsigned char bytes[64];
		int fd = raw_connect(path);

		for (k = 0; k < 64; k++)
			bytes[k] = (unsigned char)random_next(&rng);
		send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL);
		close(fd);
	}
}

Test(hostile, a_call_byte_by_byte)
{
	struct record *call = message_call(&PROC_VOID, NULL), *reply = NULL;
	static const char mark[] = "\x80\0\0\x28";
	struct assembler in;
	int fd = raw_connect(path);
	size_t i;

	call->bytes[3] = 9; /* the transaction id */
	for (i = 0; i < 4; i++)
		hostile_send(fd, mark + i, 1);
	for (i = 0; i < call->len; i++)
		hostile_send(fd, call->bytes + i, 1);
	assembler_init(&in);
	while (assembler_next(&in, &reply) == RECORD_PARTIAL)
		cr_assert(assembler_read(&in, fd, true) > 0);
	cr_assert(record_xid(reply) == 9);
	cr_assert(message_read_reply(reply, &PROC_VOID, NULL, true) ==
		  REPLY_SUCCESS);
	record_drop(reply);
	record_drop(call);
	close(fd);
}

Test(hostile, many_calls_in_one_write)
{
	struct record *call = message_call(&PROC_VOID, NULL), *reply;
	unsigned char bytes[4096], *at = bytes;
	struct assembler in;
	int fd = raw_connect(path), i;

	for (i = 0; i < 50; i++) {
		memcpy(at, "\x80\0\0\x28", 4);
		memcpy(at + 4, call->bytes, call->len);
		at[7] = (unsigned char)i;
		at += 4 + call->len;
	}
	hostile_send(fd, bytes, (size_t)(at - bytes));
	assembler_init(&in);
	for (i = 0; i < 50; i++) {
		reply = NULL;
		while (assembler_next(&in, &reply) == RECORD_PARTIAL)
			cr_assert(assembler_read(&in, fd, true) > 0);
		cr_assert(record_xid(reply) == (uint32_t)i);
		record_drop(reply);
	}
	record_drop(call);
	close(fd);
	echo_wait_handled(echo, 51);
}

Test(hostile, a_caller_that_does_not_read)
{
	struct value v = echo_value(VALUE_MAX_BYTES, 1);
	struct record *call = message_call(&PROC_ECHO, &v);
	struct outgoing out;
	int fd = raw_connect(path);

	outgoing_init(&out, call, 9);
	cr_assert(outgoing_send(&out, fd, true));
	echo_wait_handled(echo, 2);
	record_drop(call);
	value_free(&v);
	/* The reply does not fit the socket; the server can close all the
	 * same, and others are served. */
}

Test(hostile, more_idlers_than_there_is_room_for)
{
	enum { IDLERS = 600, ROOM = RPC_CONNECTIONS_MAX };
	int fd[IDLERS], i;

	raise_descriptors();
	for (i = 0; i < IDLERS; i++)
		fd[i] = raw_connect(path);
	/* The end's connection counts, and is not the one to go. */
	for (i = 0; i < IDLERS + 1 - ROOM; i++)
		hostile_expect_closed(fd[i]);
	for (; i < IDLERS; i++)
		cr_assert(send(fd[i], "\x80", 1, MSG_NOSIGNAL) == 1, "%d", i);
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	echo_wait_handled(echo, 2);
}

/* They come by a byte at a time for ever and hold all places: whoever makes a
 * call that is whole gets one of theirs. */
Test(hostile, a_byte_now_and_then)
{
	enum { TRICKLERS = RPC_CONNECTIONS_MAX, NEWCOMERS = 20 };
	int fd[TRICKLERS], i;

	raise_descriptors();
	for (i = 0; i < TRICKLERS; i++)
		fd[i] = raw_connect(path);
	for (i = 0; i < NEWCOMERS; i++) {
		struct rpc_end *other;

		hostile_trickle(fd, TRICKLERS);
		other = rpc_end_open(path, 5, ECHO_DEADLINE_MS);
		cr_assert(echo_call(other, &PROC_ECHO, 100, 1));
		rpc_end_close(other);
		cr_assert(echo_call(end, &PROC_ECHO, 100, 1));
	}
	hostile_close(fd, TRICKLERS);
}

/* Long records that never come to an end, more than the server holds: those
 * that began first have to go; a long one that is whole is served. */
Test(hostile, much_that_is_unfinished)
{
	enum { SENDERS = 20 };
	const size_t bytes = (size_t)16 << 20;
	struct record *record = record_make(bytes);
	const uint32_t mark = 0x80000000u | (uint32_t)RECORD_MAX_BYTES;
	int fd[SENDERS], i;

	cr_assert(SENDERS * bytes > RPC_UNFINISHED_BYTES);
	memset(record->bytes, 0, bytes);
	hostile_words(record->bytes, &mark, 1);
	for (i = 0; i < SENDERS; i++) {
		fd[i] = raw_connect(path);
		hostile_send(fd[i], record->bytes, bytes);
		cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	}
	cr_assert(echo_call(end, &PROC_ECHO, VALUE_MAX_BYTES, 1));
	hostile_expect_closed(fd[0]);
	/* The last is not among those that had to go. */
	hostile_send(fd[SENDERS - 1], record->bytes, 1);
	cr_assert(recv(fd[SENDERS - 1], record->bytes, 1, MSG_DONTWAIT) < 0);
	cr_assert(errno == EAGAIN, "%s", strerror(errno));
	hostile_close(fd + 1, SENDERS - 1);
	record_drop(record);
}

static atomic_bool crowd_gone;

/* Calls all the time; each call must come back. */
static void *keep_calling(void *arg)
{
	unsigned i = 0;

	(void)arg;
	do
		check(echo_call(end, &PROC_ECHO, 500, i), "call %u", i);
	while (i++ < 20 || !atomic_load(&crowd_gone));
	return NULL;
}

Test(hostile, a_thousand_at_once)
{
	enum { CALLERS = 4, CROWD = 1000 };
	pthread_t callers[CALLERS];
	int fd[CROWD], i;

	raise_descriptors();
	for (i = 0; i < CALLERS; i++)
		cr_assert(pthread_create(&callers[i], NULL, keep_calling,
					 NULL) == 0);
	hostile_crowd(path, &PROC_ECHO, fd, CROWD);
	for (i = 0; i < 3; i++)
		hostile_trickle(fd, CROWD);
	cr_assert(rpc_server_connections(echo->server) <=
		  RPC_CONNECTIONS_MAX);
	hostile_close(fd, CROWD);
	atomic_store(&crowd_gone, true);
	for (i = 0; i < CALLERS; i++)
		cr_assert(pthread_join(callers[i], NULL) == 0);
}
