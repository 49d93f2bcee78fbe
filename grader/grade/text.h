/*
 * text.h - strings for the runner: made, made safe to show, and wrapped.
 *
 * Whatever comes from a submission (values, reports, output) passes through
 * text_clean() before it is kept, so that no later writer (terminal, JSON,
 * XML) meets a control character, an escape sequence or broken UTF-8.
 *
 * Threads: the runner has one per process.
 *
 * Memory: what these functions return is the caller's, to be given to free().
 *
 * Errors: usage_error() and machine_error() print "grade: ..." to stderr and
 * end the process with the status 2 or 3.  No memory left is a machine error.
 */
#ifndef GRADER_GRADE_TEXT_H
#define GRADER_GRADE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How grade ends. */
enum grade_exit {
	EXIT_FULL = 0,    /* the full score of what was asked for */
	EXIT_LOST = 1,    /* points were lost */
	EXIT_USAGE = 2,   /* grade was called wrongly */
	EXIT_MACHINE = 3, /* the grader or the machine failed */
};

_Noreturn void usage_error(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
_Noreturn void machine_error(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* An array of COUNT zeroed elements of SIZE bytes. */
void *room_make(size_t count, size_t size);

/* Makes OLD an array of COUNT elements of SIZE bytes; new ones are not set. */
void *room_grow(void *old, size_t count, size_t size);

/* A new string made as by printf. */
char *text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A copy of S; of "" if S is NULL. */
char *text_copy(const char *s);

/*
 * A copy of the LEN bytes at DATA that is valid UTF-8 and holds no control
 * character but newline and tab: others become U+FFFD, carriage returns go.
 */
char *text_clean(const char *data, size_t len);

/*
 * A copy of the string S of at most MAX bytes.  If it is longer, the copy
 * ends at a whole character and in a line that says so and names WHERE the
 * rest is.  MAX must leave room for that line.
 */
char *text_cut(const char *s, size_t max, const char *where);

/* How a block of lines is set. */
struct layout {
	const char *label; /* before the first line, e.g. "expected" */
	int indent;        /* columns before the label */
	int label_width;   /* columns of the label; later lines are indented */
	int hang;          /* columns by which later lines begin further */
	int width;         /* of the page; 0: lines are not wrapped */
	int max_lines;     /* further ones are counted; 0: no bound */
};

/* Prints the string S as LAYOUT says; nothing at all if it is empty. */
void text_print(FILE *to, const struct layout *layout, const char *s);

/* Tells whether S is a number of decimal digits that fits, and stores it. */
bool text_number(const char *s, uint64_t *number);

/* Milliseconds of a clock that only goes forward. */
int64_t clock_ms(void);

#endif
