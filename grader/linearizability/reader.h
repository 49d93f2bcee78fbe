/*
 * reader.h - reading a history line by line.
 *
 * Threads: one at a time.  Memory: all is the reader's.  Errors: functions
 * that return bool return false after saying why in the reader's misread.
 */
#ifndef GRADER_LINEARIZABILITY_READER_H
#define GRADER_LINEARIZABILITY_READER_H

#include "grader/linearizability/format.h"

struct lin_reader {
	struct lin_history *history;
	size_t *lines; /* by operation: where it stands */
	size_t lines_room;
	size_t line; /* that which is read */
	const char *at, *end;
	struct value key, value; /* rooms for what is read of an operation */
	size_t key_room, value_room;
	struct lin_pending *pending; /* porcupine: those not returned */
	size_t npending, pending_room;
	struct lin_misread *misread;
};

/* Says why the line is malformed; returns false. */
bool lin_reader_refuse(struct lin_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Skips blanks; tells whether the line ends there. */
bool lin_reader_at_end(struct lin_reader *r);

/* Takes WORD, which no letter or digit follows, if it is next. */
bool lin_reader_takes(struct lin_reader *r, const char *word);

/* Reads a whole number; WHAT is its name. */
bool lin_reader_number(struct lin_reader *r, const char *what, int64_t *n);

/* Reads bytes between quotes into *V, with room for *ROOM. */
bool lin_reader_bytes(struct lin_reader *r, const char *what,
		      struct value *v, size_t *room);

/* Adds OP, which stands on LINE. */
void lin_reader_add(struct lin_reader *r, const struct lin_op *op,
		    size_t line);

/* Reads a line of porcupine's; at the end, adds what did not return. */
bool lin_porcupine_line(struct lin_reader *r);
void lin_porcupine_end(struct lin_reader *r);

#endif
