/*
 * capture.c - see capture.h.
 *
 * The first half of the bytes that may be kept go to `head`, later ones to
 * the ring `tail`, which holds the most recent.
 *
 * Invariant: only the reader touches head and tail until it has been joined.
 */
#define _GNU_SOURCE /* pipe2(): both ends must not leak into other children */

#include "grader/process/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/process/memory.h"

#define HALF (CAPTURE_BYTES / 2)

/* How much is still read after capture_close(), at most. */
#define DRAIN_BYTES (4 << 20)

struct capture {
	/* Fixed after open. */
	int from, stop[2];
	bool echo;
	pthread_t reader;

	/* The reader's. */
	char head[HALF], tail[HALF];
	size_t in_head;
	size_t passed; /* bytes that went to the tail */
};

static void keep(struct capture *c, const char *bytes, size_t n)
{
	size_t room = HALF - c->in_head;

	if (room > n)
		room = n;
	memcpy(c->head + c->in_head, bytes, room);
	c->in_head += room;
	for (size_t i = room; i < n; i++)
		c->tail[c->passed++ % HALF] = bytes[i];
}

/* Reads once; false at the end, or when nothing is there now. */
static bool take_some(struct capture *c, size_t *drained)
{
	char bytes[8192];
	ssize_t n = read(c->from, bytes, sizeof(bytes));

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (c->echo)
		fwrite(bytes, 1, (size_t)n, stderr);
	keep(c, bytes, (size_t)n);
	*drained += (size_t)n;
	return true;
}

static void *read_all(void *context)
{
	struct capture *c = context;
	struct pollfd fds[2] = {
		{ .fd = c->from, .events = POLLIN },
		{ .fd = c->stop[0], .events = POLLIN },
	};
	size_t drained = 0;

	while (fds[1].revents == 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents & POLLIN)
			take_some(c, &drained);
		else if (fds[0].revents != 0)
			fds[0].fd = -1; /* no writer is left: await the stop */
	}
	drained = 0;
	while (drained < DRAIN_BYTES && take_some(c, &drained))
		;
	return NULL;
}

static void release(struct capture *c)
{
	close(c->from);
	close(c->stop[0]);
	close(c->stop[1]);
	free(c);
}

struct capture *capture_open(int *write_end, bool echo)
{
	struct capture *c = must_calloc(1, sizeof(*c));
	int ends[2];
	int err;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		free(c);
		return NULL;
	}
	if (pipe2(c->stop, O_CLOEXEC) != 0) {
		close(ends[0]);
		close(ends[1]);
		free(c);
		return NULL;
	}
	c->from = ends[0];
	c->echo = echo;
	fcntl(c->from, F_SETFL, O_NONBLOCK);
	err = pthread_create(&c->reader, NULL, read_all, c);
	if (err != 0) {
		close(ends[1]);
		release(c);
		errno = err;
		return NULL;
	}
	*write_end = ends[1];
	return c;
}

/* The text that was kept; bytes of value 0 become dots. */
static char *kept_text(const struct capture *c)
{
	size_t in_tail = c->passed < HALF ? c->passed : HALF;
	char *text = must_calloc(1, c->in_head + in_tail + 64);
	size_t used = c->in_head;

	memcpy(text, c->head, used);
	if (c->passed > HALF)
		used += (size_t)snprintf(text + used, 64,
					 "\n[... %zu bytes left out ...]\n",
					 c->passed - HALF);
	for (size_t i = 0; i < in_tail; i++)
		text[used++] = c->tail[(c->passed - in_tail + i) % HALF];
	for (size_t i = 0; i < used; i++)
		if (text[i] == '\0')
			text[i] = '.';
	return text;
}

char *capture_close(struct capture *c)
{
	char *text;

	while (write(c->stop[1], "", 1) < 0 && errno == EINTR)
		;
	pthread_join(c->reader, NULL);
	text = kept_text(c);
	release(c);
	return text;
}
