/*
 * record_test.c - records come out of a stream as they went in, however it is
 * cut up, and a stream cannot claim memory that it does not fill.
 */
#include "labrpc/record.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct assembler as;

static void init(void)
{
	assembler_init(&as);
}

static void fini(void)
{
	assembler_deinit(&as);
}

TestSuite(record, .init = init, .fini = fini);

/* Writes a mark to AT. */
static unsigned char *mark(unsigned char *at, uint32_t len, bool last)
{
	len |= last ? 0x80000000u : 0;
	*at++ = (unsigned char)(len >> 24);
	*at++ = (unsigned char)(len >> 16);
	*at++ = (unsigned char)(len >> 8);
	*at++ = (unsigned char)len;
	return at;
}

/* Puts N bytes into the assembler, as many as fit at a time. */
static enum record_state feed(const void *bytes, size_t n,
			      struct record **record)
{
	const unsigned char *at = bytes;
	enum record_state state = assembler_next(&as, record);

	while (n > 0 && state == RECORD_PARTIAL) {
		size_t room, some;
		unsigned char *to = assembler_room(&as, &room);

		cr_assert(room > 0);
		some = room < n ? room : n;
		memcpy(to, at, some);
		assembler_filled(&as, some);
		at += some;
		n -= some;
		state = assembler_next(&as, record);
	}
	cr_assert(n == 0 || state != RECORD_PARTIAL, "%zu bytes left", n);
	return state;
}

static void expect_record(struct record *record, const void *bytes, size_t n)
{
	cr_assert(record != NULL);
	cr_assert(record->len == n, "%zu bytes, not %zu", record->len, n);
	cr_assert(memcmp(record->bytes, bytes, n) == 0);
	record_drop(record);
}

Test(record, one_fragment)
{
	unsigned char wire[16];
	struct record *record = NULL;

	memcpy(mark(wire, 5, true), "hello", 5);
	cr_assert(feed(wire, 9, &record) == RECORD_WHOLE);
	expect_record(record, "hello", 5);
	cr_assert(assembler_is_empty(&as));
	cr_assert(assembler_next(&as, &record) == RECORD_PARTIAL);
}

Test(record, many_fragments_some_of_nothing)
{
	unsigned char wire[64], *at = wire;
	struct record *record = NULL;

	at = mark(at, 0, false);
	at = mark(at, 2, false);
	*at++ = 'h';
	*at++ = 'e';
	at = mark(at, 0, false);
	at = mark(at, 3, false);
	memcpy(at, "llo", 3);
	at = mark(at + 3, 0, true);
	cr_assert(feed(wire, (size_t)(at - wire), &record) == RECORD_WHOLE);
	expect_record(record, "hello", 5);
}

Test(record, byte_by_byte)
{
	unsigned char wire[64], *at = wire;
	struct record *record = NULL;
	size_t i, n;

	memcpy(mark(at, 3, false), "abc", 3);
	memcpy(mark(at + 7, 4, true), "defg", 4);
	n = 15;
	for (i = 0; i + 1 < n; i++)
		cr_assert(feed(wire + i, 1, &record) == RECORD_PARTIAL);
	cr_assert(feed(wire + i, 1, &record) == RECORD_WHOLE);
	expect_record(record, "abcdefg", 7);
}

Test(record, two_in_one_read)
{
	unsigned char wire[32], *at;
	struct record *record = NULL;

	at = mark(wire, 1, true);
	*at++ = 'x';
	at = mark(at, 1, true);
	*at++ = 'y';
	cr_assert(feed(wire, 10, &record) == RECORD_WHOLE);
	expect_record(record, "x", 1);
	cr_assert(!assembler_is_empty(&as));
	cr_assert(assembler_next(&as, &record) == RECORD_WHOLE);
	expect_record(record, "y", 1);
	cr_assert(assembler_is_empty(&as));
}

Test(record, nothing_is_a_record_too)
{
	unsigned char wire[4];
	struct record *record = NULL;

	mark(wire, 0, true);
	cr_assert(feed(wire, 4, &record) == RECORD_WHOLE);
	cr_assert(record_xid(record) == 0);
	expect_record(record, "", 0);
}

Test(record, too_long_at_once)
{
	unsigned char wire[4];
	struct record *record = NULL;

	mark(wire, (uint32_t)RECORD_MAX_BYTES + 1, true);
	cr_assert(feed(wire, 4, &record) == RECORD_BAD);
	cr_assert(record == NULL);
}

Test(record, too_long_by_fragments)
{
	unsigned char wire[16], *at;
	struct record *record = NULL;

	at = mark(wire, 4, false);
	memcpy(at, "abcd", 4);
	mark(at + 4, (uint32_t)RECORD_MAX_BYTES - 3, false);
	cr_assert(feed(wire, 12, &record) == RECORD_BAD);
	cr_assert(record == NULL);
}

Test(record, memory_follows_what_came)
{
	static unsigned char wire[100000];
	struct record *record = NULL;
	size_t came;

	mark(wire, (uint32_t)RECORD_MAX_BYTES, true);
	for (came = 4; came < sizeof(wire); came += 1000) {
		size_t at = came == 4 ? 0 : came - 1000;

		cr_assert(feed(wire + at, came - at, &record) ==
			  RECORD_PARTIAL);
		cr_assert(as.record->room <= 2 * came + READ_AHEAD_BYTES,
			  "room for %zu when %zu came", as.record->room, came);
	}
}

/* Sends LEN bytes through a socket pair, a little at a time. */
static void through_socket(size_t len)
{
	struct record *sent = record_make(len), *got = NULL;
	struct outgoing out;
	int fd[2];
	size_t i;

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	for (i = 0; i < len; i++)
		sent->bytes[i] = (unsigned char)(i * 7 + (i >> 9));
	sent->len = len;
	outgoing_init(&out, sent, 0x01020304);
	while (got == NULL) {
		cr_assert(outgoing_send(&out, fd[0], false));
		cr_assert(assembler_read(&as, fd[1], true) > 0);
		cr_assert(assembler_next(&as, &got) != RECORD_BAD);
	}
	cr_assert(outgoing_done(&out));
	cr_assert(record_xid(got) == 0x01020304);
	expect_record(got, memcpy(sent->bytes, "\1\2\3\4", 4), len);
	record_drop(sent);
	close(fd[0]);
	close(fd[1]);
}

Test(record, through_a_socket)
{
	static const size_t sizes[] = { 4, 5, 4092, 4096, 4097, 100000,
					3 << 20 };
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		through_socket(sizes[i]);
}

Test(record, sending_to_nobody_is_no_signal)
{
	struct record *record = record_make(8);
	struct outgoing out;
	int fd[2];

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	close(fd[1]);
	memset(record->bytes, 0, 8);
	record->len = 8;
	outgoing_init(&out, record, 1);
	cr_assert(!outgoing_send(&out, fd[0], false));
	cr_assert(out.sent == 0);
	record_drop(record);
	close(fd[0]);
}
