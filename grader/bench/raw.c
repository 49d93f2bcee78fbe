/*
 * raw.c - the yardstick: a ping-pong over a connected pair of Unix stream
 * sockets, one thread at each end, with messages as large as those of a
 * prepare.  Nothing that goes over such sockets between two threads that wait
 * for each other can be faster.
 */
#include "grader/bench/bench.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES 192
#define REPLY_BYTES 180

struct pairs {
	int (*fds)[2];
	int callers;
	int trips; /* of each caller */
};

static void transfer(ssize_t got, ssize_t want)
{
	must(got == want, "raw ping-pong: a message came in pieces");
}

static void play(void *context, int i)
{
	struct pairs *pairs = context;
	char buf[REQUEST_BYTES] = { 0 };

	for (int trip = 0; trip < pairs->trips; trip++) {
		if (i < pairs->callers) {
			int fd = pairs->fds[i][0];

			transfer(send(fd, buf, REQUEST_BYTES, 0),
				 REQUEST_BYTES);
			transfer(recv(fd, buf, REPLY_BYTES, 0), REPLY_BYTES);
		} else {
			int fd = pairs->fds[i - pairs->callers][1];

			transfer(recv(fd, buf, REQUEST_BYTES, 0),
				 REQUEST_BYTES);
			transfer(send(fd, buf, REPLY_BYTES, 0), REPLY_BYTES);
		}
	}
}

struct reading raw_ping_pong(const struct contest *contest)
{
	int n = contest->callers;
	struct pairs pairs = { .callers = n,
			       .trips = contest->operations / n };
	struct reading reading;
	struct watch watch;

	pairs.fds = calloc((size_t)n, sizeof pairs.fds[0]);
	must(pairs.fds != NULL, "memory");
	for (int i = 0; i < n; i++)
		must(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs.fds[i]) == 0,
		     "socketpair");

	watch = watch_start();
	on_threads(2 * n, play, &pairs);
	reading = watch_read(watch, n * pairs.trips);

	for (int i = 0; i < n; i++) {
		close(pairs.fds[i][0]);
		close(pairs.fds[i][1]);
	}
	free(pairs.fds);
	return reading;
}
