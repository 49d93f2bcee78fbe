/*
 * output.c - what a judge prints, kept within bounds.
 */
#include "grader/grade/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/grade/text.h"

void output_init(struct output *output)
{
	*output = (struct output){ .head = NULL };
}

void output_deinit(struct output *output)
{
	free(output->head);
	free(output->tail);
	output_init(output);
}

/* Keeps what fits into the head; returns how much that was. */
static size_t keep_head(struct output *output, const char *data, size_t len)
{
	size_t fits = OUTPUT_HEAD_MAX - output->head_used;

	if (len > fits)
		len = fits;
	if (output->head_used + len > output->head_room) {
		output->head_room = 2 * (output->head_used + len);
		output->head = room_grow(output->head, output->head_room, 1);
	}
	if (len > 0)
		memcpy(output->head + output->head_used, data, len);
	output->head_used += len;
	return len;
}

static void keep_tail(struct output *output, const char *data, size_t len)
{
	if (len > 0 && output->tail == NULL)
		output->tail = room_make(OUTPUT_TAIL_MAX, 1);
	while (len > 0) {
		size_t at = output->beyond % OUTPUT_TAIL_MAX;
		size_t n = OUTPUT_TAIL_MAX - at;

		n = n < len ? n : len;
		memcpy(output->tail + at, data, n);
		output->beyond += n;
		data += n;
		len -= n;
	}
}

enum output_state output_take(struct output *output, int fd)
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof buf);
	size_t kept;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return OUTPUT_WAITING;
	if (n <= 0)
		return OUTPUT_ENDED;
	kept = keep_head(output, buf, (size_t)n);
	keep_tail(output, buf + kept, (size_t)n - kept);
	return OUTPUT_TAKEN;
}

/* Copies up to MAX bytes of the end to TO; returns how many. */
static size_t copy_end(const struct output *output, char *to, size_t max,
		       size_t head)
{
	size_t ring = output->beyond < OUTPUT_TAIL_MAX
			      ? (size_t)output->beyond : OUTPUT_TAIL_MAX;
	size_t from_ring = ring < max ? ring : max;
	size_t rest = output->beyond > ring ? 0 : output->head_used - head;
	size_t from_head = max - from_ring < rest ? max - from_ring : rest;

	if (from_head > 0)
		memcpy(to, output->head + output->head_used - from_head,
		       from_head);
	for (size_t i = 0; i < from_ring; i++)
		to[from_head + i] =
			output->tail[(output->beyond - from_ring + i) %
				     OUTPUT_TAIL_MAX];
	return from_head + from_ring;
}

char *output_excerpt(const struct output *output, size_t head, size_t tail)
{
	char *end = room_make(tail, 1), *start, *clean_end, *all;
	uint64_t missing;
	size_t len;

	head = head < output->head_used ? head : output->head_used;
	len = copy_end(output, end, tail, head);
	missing = output->head_used + output->beyond - head - len;
	start = text_clean(head > 0 ? output->head : "", head);
	clean_end = text_clean(end, len);
	if (missing > 0)
		all = text_format("%s\n[%ju bytes are left out here]\n%s",
				  start, (uintmax_t)missing, clean_end);
	else
		all = text_format("%s%s", start, clean_end);
	free(start);
	free(clean_end);
	free(end);
	return all;
}
