/*
 * record.h - messages on a stream of bytes: record marking (RFC 5531,
 * section 11).
 *
 * A record travels in fragments, each with four bytes in front: the length of
 * the fragment and, in the top bit, whether it is the last.  We send every
 * record as one fragment and accept any.
 *
 * Threads: a record may be shared and is not changed then; an assembler
 * belongs to one thread.
 *
 * Memory: a record is dropped by each who holds a share; the last one
 * overwrites it, so that pointers kept into it show.  What an assembler holds
 * grows with the bytes received, never with a length that was only claimed.
 *
 * Errors: a stream that breaks the rules is RECORD_BAD for good.
 */
#ifndef LABRPC_RECORD_H
#define LABRPC_RECORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The longest record: two values of VALUE_MAX_BYTES and what goes with it. */
#define RECORD_MAX_BYTES ((size_t)34 << 20)

/* One message: the bytes of all its fragments, without their marks. */
struct record {
	atomic_int shares;
	size_t len, room;
	unsigned char front[8]; /* its last four bytes: a mark, for sending */
	unsigned char bytes[];
};

/* Makes an empty record with room for ROOM bytes and one share. */
struct record *record_make(size_t room);

/* Takes another share in RECORD; returns it. */
struct record *record_share(struct record *record);

/* Gives a share back; NULL is allowed. */
void record_drop(struct record *record);

/* The transaction id that RECORD begins with; 0 if it is too short. */
uint32_t record_xid(const struct record *record);

/* A record on its way out, under a transaction id of its own. */
struct outgoing {
	unsigned char head[8]; /* the mark and the transaction id ... */
	bool in_place;         /* ... or else they stand in the record */
	struct record *record;
	size_t sent;           /* of the mark and the record */
};

/* Prepares RECORD, whose first four bytes are replaced by XID, for sending. */
void outgoing_init(struct outgoing *out, struct record *record, uint32_t xid);

/* Tells whether all of OUT has been sent. */
bool outgoing_done(const struct outgoing *out);

/*
 * Sends what it can of OUT to the socket FD.  With WAIT, waits until all of it
 * has gone.  False: the stream is broken.
 */
bool outgoing_send(struct outgoing *out, int fd, bool wait);

/* Bytes that are read from a stream at once, beyond what is asked for. */
#define READ_AHEAD_BYTES 4096

enum record_state {
	RECORD_PARTIAL, /* more bytes must come first */
	RECORD_WHOLE,
	RECORD_BAD,     /* longer than RECORD_MAX_BYTES */
};

/* Makes records of a stream's bytes, in whatever portions they come. */
struct assembler {
	struct record *record; /* what has come of the current one, or NULL */
	bool in_fragment;
	bool last;             /* the current fragment is */
	size_t left;           /* bytes of it still to come */
	size_t start, end;     /* of the bytes of `ahead` not yet looked at */
	unsigned char ahead[READ_AHEAD_BYTES];
};

void assembler_init(struct assembler *as);
void assembler_deinit(struct assembler *as);

/* Where the next bytes of the stream are to go; stores how many fit. */
unsigned char *assembler_room(struct assembler *as, size_t *room);

/* Says that N bytes have been put there. */
void assembler_filled(struct assembler *as, size_t n);

/*
 * Takes the next record out of the bytes that have come.  If it is whole the
 * caller gets its share in *RECORD.
 */
enum record_state assembler_next(struct assembler *as, struct record **record);

/* Tells whether a record has begun to come, or bytes beyond a whole one. */
bool assembler_is_empty(const struct assembler *as);

/*
 * Reads once from the socket FD; with WAIT, until there is something or the
 * socket's own time-out.  Returns as read() does, and -1 with errno EAGAIN
 * when nothing has come.
 */
ssize_t assembler_read(struct assembler *as, int fd, bool wait);

#endif
