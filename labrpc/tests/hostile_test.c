/*
 * hostile_test.c - whatever bytes a connection sends, or does not send, other
 * callers are served.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <criterion/criterion.h>

#include "labrpc/message.h"
#include "labrpc/random.h"
#include "labrpc/tests/echo.h"

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

static void raw_send(int fd, const void *bytes, size_t n)
{
	cr_assert(send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n);
}

/* The server must have closed FD without a word. */
static void expect_closed(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, 0);

	cr_assert(n == 0 || (n < 0 && errno == ECONNRESET), "%zd", n);
	close(fd);
}

Test(hostile, a_huge_claim)
{
	int fd = raw_connect(path);

	raw_send(fd, "\xff\xff\xff\xff", 4);
	expect_closed(fd);
}

Test(hostile, claims_that_add_up)
{
	int fd = raw_connect(path);

	raw_send(fd, "\0\0\0\1x\2\x20\0\0", 9);
	expect_closed(fd);
}

Test(hostile, a_record_that_is_no_call)
{
	int fd = raw_connect(path);

	raw_send(fd, "\x80\0\0\5hello", 9);
	expect_closed(fd);
}

Test(hostile, a_record_of_nothing)
{
	int fd = raw_connect(path);

	raw_send(fd, "\x80\0\0\0", 4);
	expect_closed(fd);
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

Test(hostile, half_a_record_and_silence)
{
	int fd[3], i;

	for (i = 0; i < 3; i++)
		fd[i] = raw_connect(path);
	raw_send(fd[0], "\x80\0", 2);
	raw_send(fd[1], "\x80\1\0\0abc", 7);
	cr_assert(echo_call(end, &PROC_ECHO, 1000, 2));
	/* They stay open; closing the server ends them. */
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
		raw_send(fd, mark + i, 1);
	for (i = 0; i < call->len; i++)
		raw_send(fd, call->bytes + i, 1);
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
	raw_send(fd, bytes, (size_t)(at - bytes));
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
		expect_closed(fd[i]);
	for (; i < IDLERS; i++)
		cr_assert(send(fd[i], "\x80", 1, MSG_NOSIGNAL) == 1, "%d", i);
	cr_assert(echo_call(end, &PROC_ECHO, 10, 1));
	echo_wait_handled(echo, 2);
}
