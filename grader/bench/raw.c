/*
 * raw.c - the yardstick: a ping-pong over a connected pair of Unix stream
 * sockets, one thread at each end, with messages as long as those of a
 * prepare and nothing done to them.
 */
#include "grader/bench/bench.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "labrpc/message.h"
#include "paxos/protocol.h"

/* Longer than any of the messages here. */
#define MESSAGE_MAX_BYTES 1024

struct pairs {
	int (*fds)[2];
	int callers;
	int trips;     /* of each caller */
	size_t request, reply; /* bytes */
};

/* The bytes of RECORD as it travels, mark and all; drops it. */
static size_t bytes_of(struct record *record)
{
	size_t n = 4 + record->len;

	must(n <= MESSAGE_MAX_BYTES, "raw ping-pong: a short message");
	record_drop(record);
	return n;
}

static void transfer(ssize_t got, size_t want)
{
	must(got == (ssize_t)want, "raw ping-pong: a message in one piece");
}

/* The first half of the threads call, the other half answer. */
static void play(void *context, int i)
{
	const struct pairs *pairs = context;
	bool calls = i < pairs->callers;
	int fd = calls ? pairs->fds[i][0] : pairs->fds[i - pairs->callers][1];
	size_t out = calls ? pairs->request : pairs->reply;
	size_t in = calls ? pairs->reply : pairs->request;
	char buf[MESSAGE_MAX_BYTES] = { 0 };

	for (int trip = 0; trip < pairs->trips; trip++) {
		if (calls)
			transfer(send(fd, buf, out, 0), out);
		transfer(recv(fd, buf, in, 0), in);
		if (!calls)
			transfer(send(fd, buf, out, 0), out);
	}
}

struct reading raw_ping_pong(const struct contest *contest)
{
	static const struct prepare_args args;
	static const struct prepare_reply reply;
	int n = contest->callers;
	struct pairs pairs = {
		.callers = n,
		.trips = contest->operations / n,
		.request = bytes_of(message_call(&PROC_PREPARE, &args)),
		.reply = bytes_of(message_reply(0, &PROC_PREPARE, &reply)),
	};
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
