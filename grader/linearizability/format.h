/*
 * format.h - histories as files.
 *
 * One operation a line, in any order; a line that is blank or begins with #
 * says nothing:
 *
 *     CLIENT CALL RETURN put KEY VALUE
 *     CLIENT CALL RETURN append KEY VALUE
 *     CLIENT CALL RETURN get KEY RESULT
 *
 * CLIENT, CALL and RETURN are whole numbers, the last two times of one clock.
 * RETURN is - for an operation that did not return, and so is its RESULT.
 * KEY, VALUE and RESULT are bytes between quotes; \" \\ \n \r \t and \xHH
 * stand for a byte, and other control characters must be written so.
 *
 *     1 100 250 put "x" "a"
 *     2 180 300 get "x" "a"
 *     1 400 - append "x" "b"
 *
 * Also read are the key/value histories that porcupine is tested with, one
 * call (:invoke) or return (:ok) a line, in the order of time, here folded:
 *
 *     {:process 0, :type :invoke, :f :append, :key "x",
 *      :value "a"}
 *
 * Threads: one at a time.  Memory: what is read is the caller's.  Errors: a
 * malformed file is told with line and reason; running out of memory ends the
 * process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_FORMAT_H
#define GRADER_LINEARIZABILITY_FORMAT_H

#include <stdio.h>

#include "grader/linearizability/linearizability.h"

enum lin_format {
	LIN_FORMAT_ANY, /* porcupine's if the first line that counts has { */
	LIN_FORMAT_LINES,
	LIN_FORMAT_PORCUPINE,
};

struct lin_misread {
	size_t line; /* from 1 on; 0: it could not be read to its end */
	char why[200];
};

/*
 * Reads a history, which has no flaw, from FROM.  Returns NULL if it is
 * malformed, and says in *MISREAD where and why.
 */
struct lin_history *lin_history_read(FILE *from, enum lin_format format,
				     struct lin_misread *misread);

/* Writes V to TO as it stands between quotes. */
void lin_write_bytes(FILE *to, struct value v);

/* Writes H to TO, one operation a line. */
void lin_history_write(const struct lin_history *h, FILE *to);

#endif
