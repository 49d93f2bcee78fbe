/*
 * hostile.h - what a stranger may send to a server, and what RFC 5531 has the
 * server answer.
 *
 * In one header, because each test is one file.
 *
 * Threads: no state.  Memory: none is kept.  Errors: check() ends the process.
 */
#ifndef LABRPC_TESTS_HOSTILE_H
#define LABRPC_TESTS_HOSTILE_H

#include "labrpc/record.h"
#include "labrpc/tests/echo.h"

/* A call without credentials: ten words, then the arguments. */
#define HOSTILE_HEADER_WORDS 10
#define HOSTILE_WORDS_MAX 64

struct hostile_call {
	uint32_t xid, direction, rpc, program, version, number;
	size_t nargs; /* words of arguments */
	uint32_t args[HOSTILE_WORDS_MAX - HOSTILE_HEADER_WORDS];
};

/* A call of PROC with no arguments. */
static inline struct hostile_call hostile_call(uint32_t xid,
					       const struct rpc_proc *proc)
{
	return (struct hostile_call){
		.xid = xid,
		.rpc = 2,
		.program = proc->program,
		.version = proc->version,
		.number = proc->number,
	};
}

/* Writes the N words at WORDS to AT as they travel. */
static inline size_t hostile_words(unsigned char *at, const uint32_t *words,
				   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*at++ = (unsigned char)(words[i] >> 24);
		*at++ = (unsigned char)(words[i] >> 16);
		*at++ = (unsigned char)(words[i] >> 8);
		*at++ = (unsigned char)words[i];
	}
	return 4 * n;
}

/* Writes CALL as one record to BYTES; returns its length with the mark. */
static inline size_t hostile_record(const struct hostile_call *call,
				    unsigned char bytes[4 * HOSTILE_WORDS_MAX])
{
	const size_t words = HOSTILE_HEADER_WORDS + call->nargs;
	const uint32_t head[] = {
		0x80000000u | (uint32_t)(4 * words),
		call->xid, call->direction, call->rpc, call->program,
		call->version, call->number, 0, 0, 0, 0,
	};
	size_t n = hostile_words(bytes, head, HOSTILE_HEADER_WORDS + 1);

	return n + hostile_words(bytes + n, call->args, call->nargs);
}

static inline void hostile_send(int fd, const void *bytes, size_t n)
{
	check(send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n, "%s",
	      strerror(errno));
}

static inline void hostile_send_call(int fd, const struct hostile_call *call)
{
	unsigned char bytes[4 * HOSTILE_WORDS_MAX];

	hostile_send(fd, bytes, hostile_record(call, bytes));
}

/* The next record that comes on FD must be WORDS[0..N), word for word. */
static inline void hostile_expect(int fd, const uint32_t *words, size_t n)
{
	unsigned char bytes[4 * HOSTILE_WORDS_MAX];
	struct record *record = NULL;
	struct assembler in;

	assembler_init(&in);
	while (assembler_next(&in, &record) == RECORD_PARTIAL)
		check(assembler_read(&in, fd, true) > 0, "no reply");
	hostile_words(bytes, words, n);
	check(record->len == 4 * n && memcmp(record->bytes, bytes, 4 * n) == 0,
	      "%zu bytes, not the %zu that were due", record->len, 4 * n);
	record_drop(record);
	assembler_deinit(&in);
}

/* The server must have closed FD without a word; closes it. */
static inline void hostile_expect_closed(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, 0);

	check(n == 0 || (n < 0 && errno == ECONNRESET), "%zd", n);
	close(fd);
}

/* What is accepted, and why it is not done: RFC 5531, section 9. */
enum { HOSTILE_SUCCESS, HOSTILE_NO_PROGRAM, HOSTILE_NO_VERSION,
       HOSTILE_NO_PROCEDURE, HOSTILE_GARBAGE_ARGS };

/* Sends CALL, to which the answer must be STATUS and no more. */
static inline void hostile_expect_status(int fd,
					 const struct hostile_call *call,
					 uint32_t status)
{
	const uint32_t reply[] = { call->xid, 1, 0, 0, 0, status };

	hostile_send_call(fd, call);
	hostile_expect(fd, reply, sizeof(reply) / sizeof(reply[0]));
}

/*
 * Makes every wrong call there is of PROC, a procedure of the only version of
 * its program at PATH whose arguments end with a value, VALUE_AT words after
 * their begin: all on one connection, which survives them.
 */
static inline void hostile_wrong_calls(const char *path,
				       const struct rpc_proc *proc,
				       size_t value_at)
{
	const uint32_t version = proc->version;
	const uint32_t mismatch[] = { 2, 1, 0, 0, 0, HOSTILE_NO_VERSION,
				      version, version };
	const uint32_t denied[] = { 4, 1, 1, 0, 2, 2 };
	struct hostile_call call = hostile_call(1, proc);
	int fd = raw_connect(path);

	call.program ^= 1;
	hostile_expect_status(fd, &call, HOSTILE_NO_PROGRAM);
	call = hostile_call(2, proc);
	call.version++;
	hostile_send_call(fd, &call);
	hostile_expect(fd, mismatch, 8);
	call = hostile_call(3, proc);
	call.number = 99;
	hostile_expect_status(fd, &call, HOSTILE_NO_PROCEDURE);
	call = hostile_call(4, proc);
	call.rpc = 3;
	hostile_send_call(fd, &call);
	hostile_expect(fd, denied, 6);

	/* Arguments cut off before the value's length and behind it, and a
	 * value longer than any. */
	call = hostile_call(5, proc);
	call.nargs = value_at;
	hostile_expect_status(fd, &call, HOSTILE_GARBAGE_ARGS);
	call.args[call.nargs++] = 5;
	hostile_expect_status(fd, &call, HOSTILE_GARBAGE_ARGS);
	call.args[value_at] = VALUE_MAX_BYTES + 1;
	hostile_expect_status(fd, &call, HOSTILE_GARBAGE_ARGS);
	call.args[value_at] = 0xffffffff;
	hostile_expect_status(fd, &call, HOSTILE_GARBAGE_ARGS);

	call = hostile_call(6, proc);
	call.number = 0;
	hostile_expect_status(fd, &call, HOSTILE_SUCCESS);
	close(fd);
}

/* Streams at which the server at PATH must hang up, without a word. */
static inline void hostile_broken_streams(const char *path)
{
	static const struct {
		const char *bytes;
		size_t n;
	} streams[] = {
		{ "\xff\xff\xff\xff", 4 },          /* a huge claim */
		{ "\0\0\0\1x\2\x20\0\0", 9 },       /* claims that add up */
		{ "\x80\0\0\5hello", 9 },           /* not even a header */
		{ "\x80\0\0\0", 4 },                /* a record of nothing */
		{ "\0\0\0\0\0\0\0\0\x80\0\0\0", 12 },
		{ "\x80\0\0\xcxxxx\0\0\0\1\0\0\0", 16 }, /* a reply */
		{ "\x80\0\0\xcxxxx\xff\xff\xff\xff\0\0\0\2", 16 },
		{ "\x80\0\0\x14xxxx\0\0\0\0\0\0\0\2yyyyzzzz", 24 },
		{ "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 35 },
	};

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		int fd = raw_connect(path);

		hostile_send(fd, streams[i].bytes, streams[i].n);
		hostile_expect_closed(fd);
	}
}

/* Records that end too early: with the stream.  Nobody answers those. */
static inline void hostile_cut_off(const char *path,
				   const struct rpc_proc *proc)
{
	struct hostile_call call = hostile_call(1, proc);
	unsigned char bytes[4 * HOSTILE_WORDS_MAX];
	size_t n;

	call.nargs = 2;
	n = hostile_record(&call, bytes);
	for (size_t cut = 1; cut < n; cut++) {
		int fd = raw_connect(path);

		hostile_send(fd, bytes, cut);
		check(shutdown(fd, SHUT_WR) == 0, "%s", strerror(errno));
		hostile_expect_closed(fd);
	}
}

/* How connection I of a crowd behaves: each in one of these ways. */
enum { HOSTILE_SILENT, HOSTILE_ONE_BYTE, HOSTILE_HALF_A_RECORD,
       HOSTILE_GARBAGE, HOSTILE_DEAF, HOSTILE_WAYS };

/* Opens N connections to PATH, all at once, that behave badly. */
static inline void hostile_crowd(const char *path,
				 const struct rpc_proc *proc, int fds[], int n)
{
	struct hostile_call null = hostile_call(1, proc);
	unsigned char bytes[4 * HOSTILE_WORDS_MAX];
	size_t len;
	int i;

	null.number = 0;
	len = hostile_record(&null, bytes);
	for (i = 0; i < n; i++) {
		int flags = MSG_NOSIGNAL | MSG_DONTWAIT;

		fds[i] = raw_connect(path);
		/* Those that came before may be hung up on at any time. */
		switch (i % HOSTILE_WAYS) {
		case HOSTILE_ONE_BYTE:
			send(fds[i], "\x80", 1, flags);
			break;
		case HOSTILE_HALF_A_RECORD:
			send(fds[i], "\x82\0\0\0half", 8, flags);
			break;
		case HOSTILE_GARBAGE:
			send(fds[i], "\x80\0\0\6garbage", 11, flags);
			break;
		case HOSTILE_DEAF: /* a call; its reply is never read */
			send(fds[i], bytes, len, flags);
			break;
		}
	}
}

/* One more byte on each of the N connections that are still open. */
static inline void hostile_trickle(const int fds[], int n)
{
	for (int i = 0; i < n; i++)
		send(fds[i], "\0", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static inline void hostile_close(const int fds[], int n)
{
	for (int i = 0; i < n; i++)
		close(fds[i]);
}

#endif
