/*
 * record.c - records, and the two ways between them and a stream.
 *
 * Invariant of an assembler: `record` holds exactly the bytes received of the
 * current record; `left` more belong to the current fragment; the bytes
 * ahead[start..end) have been read and not looked at.  A long fragment is read
 * straight into its record, a short one through `ahead`, so that mark and
 * message take one system call together.
 */
#include "labrpc/record.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "labrpc/fatal.h"
#include "labrpc/scribble.h"

#define MARK_BYTES 4
#define MARK_LAST 0x80000000u

/* How much of a record is overwritten when it goes: enough to be seen. */
#define SCRIBBLE_BYTES ((size_t)64 << 10)

struct record *record_make(size_t room)
{
	struct record *record = malloc(sizeof(*record) + room);

	if (record == NULL)
		lab_fatal("no memory for a record of %zu bytes", room);
	atomic_init(&record->shares, 1);
	record->len = 0;
	record->room = room;
	return record;
}

struct record *record_share(struct record *record)
{
	atomic_fetch_add_explicit(&record->shares, 1, memory_order_relaxed);
	return record;
}

void record_drop(struct record *record)
{
	size_t n;

	if (record == NULL || atomic_fetch_sub(&record->shares, 1) > 1)
		return;
	n = record->len < SCRIBBLE_BYTES ? record->len : SCRIBBLE_BYTES;
	scribble(record->bytes, n);
	free(record);
}

static uint32_t get_u32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static void put_u32(unsigned char *at, uint32_t x)
{
	at[0] = (unsigned char)(x >> 24);
	at[1] = (unsigned char)(x >> 16);
	at[2] = (unsigned char)(x >> 8);
	at[3] = (unsigned char)x;
}

uint32_t record_xid(const struct record *record)
{
	return record->len < 4 ? 0 : get_u32(record->bytes);
}

/* RECORD with its mark in front, as it travels. */
static unsigned char *whole(struct record *record)
{
	return (unsigned char *)record + offsetof(struct record, bytes) -
	       MARK_BYTES;
}

void outgoing_init(struct outgoing *out, struct record *record, uint32_t xid)
{
	unsigned char *head = out->head;

	assert(record->len >= 4 && record->len <= RECORD_MAX_BYTES);
	/* A record that is all ours leaves as one run of bytes. */
	out->in_place = atomic_load(&record->shares) == 1;
	if (out->in_place)
		head = whole(record);
	put_u32(head, MARK_LAST | (uint32_t)record->len);
	put_u32(head + MARK_BYTES, xid);
	out->record = record;
	out->sent = 0;
}

bool outgoing_done(const struct outgoing *out)
{
	return out->sent == MARK_BYTES + out->record->len;
}

/* Points IOV at what is left of OUT; returns how many parts that is. */
static int outgoing_parts(const struct outgoing *out, struct iovec iov[2])
{
	const size_t head = sizeof(out->head);
	size_t at = out->sent > head ? out->sent - head : 0;
	int n = 0;

	if (out->sent < head) {
		iov[n].iov_base = (void *)(out->head + out->sent);
		iov[n++].iov_len = head - out->sent;
	}
	/* The record's own first four bytes stay behind: head has them. */
	iov[n].iov_base = out->record->bytes + 4 + at;
	iov[n++].iov_len = out->record->len - 4 - at;
	return n;
}

static ssize_t send_some(struct outgoing *out, int fd, int flags)
{
	struct iovec iov[2];
	struct msghdr msg = { .msg_iov = iov };

	if (out->in_place)
		return send(fd, whole(out->record) + out->sent,
			    MARK_BYTES + out->record->len - out->sent, flags);
	msg.msg_iovlen = (size_t)outgoing_parts(out, iov);
	return sendmsg(fd, &msg, flags);
}

bool outgoing_send(struct outgoing *out, int fd, bool wait)
{
	int flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);

	while (!outgoing_done(out)) {
		ssize_t n = send_some(out, fd, flags);

		if (n >= 0)
			out->sent += (size_t)n;
		else if (errno != EINTR)
			return !wait && (errno == EAGAIN ||
					 errno == EWOULDBLOCK);
	}
	return true;
}

void assembler_init(struct assembler *as)
{
	as->record = NULL;
	as->in_fragment = false;
	as->last = false;
	as->left = 0;
	as->start = as->end = 0;
}

void assembler_deinit(struct assembler *as)
{
	record_drop(as->record);
	as->record = NULL;
}

/*
 * Makes room in AS's record for WANTED more bytes, or for as many as it has
 * and a buffer more, if that is less.
 */
static void grow(struct assembler *as, size_t wanted)
{
	struct record *record = as->record;
	size_t most = 2 * record->len + READ_AHEAD_BYTES;
	size_t room = record->len + wanted;

	if (room > most)
		room = most;
	if (room <= record->room)
		return;
	record = realloc(record, sizeof(*record) + room);
	if (record == NULL)
		lab_fatal("no memory for a record of %zu bytes", room);
	record->room = room;
	as->record = record;
}

unsigned char *assembler_room(struct assembler *as, size_t *room)
{
	if (as->start == as->end) {
		as->start = as->end = 0;
		if (as->in_fragment && as->left >= READ_AHEAD_BYTES) {
			if (as->record->len == as->record->room)
				grow(as, as->left);
			*room = as->record->room - as->record->len;
			if (*room > as->left)
				*room = as->left;
			return as->record->bytes + as->record->len;
		}
	}
	/* At most a part of a mark is left over from before. */
	if (as->start > 0) {
		as->end -= as->start;
		memmove(as->ahead, as->ahead + as->start, as->end);
		as->start = 0;
	}
	*room = READ_AHEAD_BYTES - as->end;
	assert(*room > 0);
	return as->ahead + as->end;
}

void assembler_filled(struct assembler *as, size_t n)
{
	if (as->start == as->end && as->in_fragment &&
	    as->left >= READ_AHEAD_BYTES) {
		assert(n <= as->left && n <= as->record->room -
						     as->record->len);
		as->record->len += n;
		as->left -= n;
		return;
	}
	assert(n <= READ_AHEAD_BYTES - as->end);
	as->end += n;
}

/* Reads the mark of the next fragment. */
static enum record_state begin_fragment(struct assembler *as)
{
	size_t had = as->record == NULL ? 0 : as->record->len;
	uint32_t mark;

	if (as->end - as->start < MARK_BYTES)
		return RECORD_PARTIAL;
	mark = get_u32(as->ahead + as->start);
	as->left = mark & ~MARK_LAST;
	if (as->left > RECORD_MAX_BYTES - had)
		return RECORD_BAD;
	as->last = (mark & MARK_LAST) != 0;
	as->in_fragment = true;
	as->start += MARK_BYTES;
	if (as->record == NULL)
		as->record = record_make(as->left < READ_AHEAD_BYTES
						 ? as->left
						 : READ_AHEAD_BYTES);
	return RECORD_WHOLE;
}

/* Moves what has been read ahead of the current fragment to its record. */
static void take_ahead(struct assembler *as)
{
	size_t n = as->end - as->start;

	if (n > as->left)
		n = as->left;
	if (n == 0)
		return;
	if (as->record->room - as->record->len < n)
		grow(as, as->left);
	memcpy(as->record->bytes + as->record->len, as->ahead + as->start, n);
	as->record->len += n;
	as->start += n;
	as->left -= n;
}

enum record_state assembler_next(struct assembler *as, struct record **record)
{
	/* Each turn takes a mark of four bytes or returns. */
	for (;;) {
		if (!as->in_fragment) {
			enum record_state state = begin_fragment(as);

			if (state != RECORD_WHOLE)
				return state;
		}
		take_ahead(as);
		if (as->left > 0)
			return RECORD_PARTIAL;
		as->in_fragment = false;
		if (as->last) {
			*record = as->record;
			as->record = NULL;
			return RECORD_WHOLE;
		}
	}
}

bool assembler_is_empty(const struct assembler *as)
{
	return as->record == NULL && as->start == as->end;
}

ssize_t assembler_read(struct assembler *as, int fd, bool wait)
{
	size_t room;
	unsigned char *at = assembler_room(as, &room);
	ssize_t n;

	do {
		n = recv(fd, at, room, wait ? 0 : MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		assembler_filled(as, (size_t)n);
	return n;
}
