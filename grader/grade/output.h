/*
 * output.h - what a judge prints, kept within bounds.
 *
 * The first OUTPUT_HEAD_MAX bytes are kept and the last OUTPUT_TAIL_MAX;
 * what lies between is read and counted, so that nobody who prints too much
 * is held up by a full pipe, or learns of it.
 *
 * Threads: none.  Memory: at most the sum of both bounds.  Errors: none.
 */
#ifndef GRADER_GRADE_OUTPUT_H
#define GRADER_GRADE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OUTPUT_HEAD_MAX (1u << 20)
#define OUTPUT_TAIL_MAX (1u << 20)

struct output {
	char *head;
	size_t head_used, head_room;
	char *tail;      /* a ring */
	uint64_t beyond; /* bytes that came after the head was full */
};

void output_init(struct output *output);
void output_deinit(struct output *output);

enum output_state {
	OUTPUT_TAKEN,   /* there may be more */
	OUTPUT_WAITING, /* nothing for now */
	OUTPUT_ENDED,   /* whoever printed has gone */
};

/* Reads once from FD, which does not block. */
enum output_state output_take(struct output *output, int fd);

/*
 * The first HEAD and the last TAIL bytes, clean, with a line between them
 * that says how many are missing.  To be freed.
 */
char *output_excerpt(const struct output *output, size_t head, size_t tail);

#endif
