/*
 * inlet.c - a thread for each connection of a server: it reads calls, runs
 * their handlers, and replies, one call after the other.
 *
 * The persistent connection with a thread at its end is the shortest way: no
 * queue, no second wake-up between the bytes and the handler.
 *
 * Invariant: an inlet is on the list `live` exactly while its descriptor is
 * open, and the lock is held to put it there, to take it off, and to shut its
 * descriptor down.  count = live + ended <= RPC_CONNECTIONS_MAX.
 *
 * Lock rules: mu is not held while reading, handling or sending.
 */
#include "labrpc/inlet.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "labrpc/clock.h"
#include "labrpc/endpoint.h"
#include "labrpc/log.h"

/*
 * The stack of a connection's thread, on which handlers run.  Sanitizers need
 * several times as much.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES ((size_t)4 << 20)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STACK_BYTES ((size_t)4 << 20)
#endif
#endif
#ifndef STACK_BYTES
#define STACK_BYTES ((size_t)512 << 10)
#endif

/* How long a reply may wait for a caller that does not read, in seconds. */
#define REPLY_PATIENCE_S 10

static void link_in(struct inlet **list, struct inlet *inlet)
{
	inlet->next = *list;
	inlet->link = list;
	if (*list != NULL)
		(*list)->link = &inlet->next;
	*list = inlet;
}

static void link_out(struct inlet *inlet)
{
	*inlet->link = inlet->next;
	if (inlet->next != NULL)
		inlet->next->link = inlet->link;
}

/* Sends ANSWER to XID's caller; false: the connection is broken. */
static bool send_answer(struct inlet *inlet, struct record *answer)
{
	struct outgoing out;

	outgoing_init(&out, answer, record_xid(answer));
	return outgoing_send(&out, inlet->fd, true);
}

/* Says that INLET idles from now on, also to who waits for that. */
static void now_idle(struct inlet *inlet)
{
	struct socket_server *server = inlet->server;

	atomic_store_explicit(&inlet->idle_since_us, clock_us(),
			      memory_order_relaxed);
	/* Either we see `crowded`, or the acceptor that set it sees us. */
	atomic_store(&inlet->handling, false);
	if (!atomic_load(&server->crowded))
		return;
	mutex_lock(&server->mu);
	cond_broadcast(&server->freed);
	mutex_unlock(&server->mu);
}

/* Waits until what is unfinished fits; false: INLET itself has to go. */
static bool wait_to_fit(struct inlet *inlet)
{
	struct socket_server *server = inlet->server;
	bool evicted;

	mutex_lock(&server->mu);
	while (!inlet->evicted &&
	       atomic_load(&server->unfinished) > RPC_UNFINISHED_BYTES) {
		inlets_evict_one_locked(server, true);
		if (!inlet->evicted)
			cond_wait(&server->freed, &server->mu);
	}
	evicted = inlet->evicted;
	mutex_unlock(&server->mu);
	return !evicted;
}

/* Counts what INLET holds of a record that is not whole; false: end it. */
static bool count_unfinished(struct inlet *inlet)
{
	struct socket_server *server = inlet->server;
	size_t now = inlet->in.record == NULL ? 0 : inlet->in.record->len;
	size_t before = atomic_load(&inlet->unfinished), all;

	if (now == before)
		return true;
	atomic_store(&inlet->unfinished, now);
	all = atomic_fetch_add(&server->unfinished, now - before);
	if (now > before)
		return all + (now - before) <= RPC_UNFINISHED_BYTES ||
		       wait_to_fit(inlet);
	if (all > RPC_UNFINISHED_BYTES) {
		mutex_lock(&server->mu);
		cond_broadcast(&server->freed);
		mutex_unlock(&server->mu);
	}
	return true;
}

/* Answers the calls that have come in whole; false: end the connection. */
static bool answer_all(struct inlet *inlet)
{
	/* Each turn takes one of the records that were read ahead. */
	for (;;) {
		struct record *request = NULL;
		struct record *answer;
		bool sent;

		switch (assembler_next(&inlet->in, &request)) {
		case RECORD_PARTIAL:
			return true;
		case RECORD_BAD:
			log_event(LOG_ERROR, "record_too_long", "max=%zu",
				  RECORD_MAX_BYTES);
			return false;
		case RECORD_WHOLE:
			break;
		}
		atomic_store_explicit(&inlet->handling, true,
				      memory_order_relaxed);
		answer = dispatch_answer(&inlet->server->base.dispatch,
					 request);
		now_idle(inlet);
		if (answer == NULL)
			return false;
		sent = send_answer(inlet, answer);
		record_drop(answer);
		if (!sent)
			return false;
		atomic_store_explicit(&inlet->useful, true,
				      memory_order_relaxed);
	}
}

/*
 * Reads what comes next; 0 or less: nothing will.  Waits in poll(), as a
 * reader that sleeps in recv() is also woken when the other side takes our
 * last reply out of the socket, which is twice as many wake-ups as calls.
 */
static ssize_t read_next(struct inlet *inlet)
{
	struct pollfd fd = { .fd = inlet->fd, .events = POLLIN };

	while (poll(&fd, 1, -1) < 0)
		if (errno != EINTR)
			return -1;
	return assembler_read(&inlet->in, inlet->fd, true);
}

/* The thread of one connection. */
static void *run_inlet(void *arg)
{
	struct inlet *inlet = arg;
	struct socket_server *server = inlet->server;

	log_peer(server->base.me);
	while (read_next(inlet) > 0)
		if (!answer_all(inlet) || !count_unfinished(inlet))
			break;
	assembler_deinit(&inlet->in);
	atomic_fetch_sub(&server->unfinished,
			 atomic_load(&inlet->unfinished));

	mutex_lock(&server->mu);
	close(inlet->fd);
	link_out(inlet);
	link_in(&server->ended, inlet);
	cond_broadcast(&server->freed);
	mutex_unlock(&server->mu);
	return NULL;
}

bool inlet_start(struct socket_server *server, int fd)
{
	struct timeval patience = { .tv_sec = REPLY_PATIENCE_S };
	struct inlet *inlet = malloc(sizeof(*inlet));
	pthread_attr_t attr;
	int error;

	if (inlet == NULL)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	inlet->server = server;
	inlet->fd = fd;
	atomic_init(&inlet->handling, false);
	atomic_init(&inlet->useful, false);
	atomic_init(&inlet->idle_since_us, clock_us());
	atomic_init(&inlet->unfinished, 0);
	inlet->evicted = false;
	assembler_init(&inlet->in);

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	/* Under the lock, so that it is on the list before it ends. */
	mutex_lock(&server->mu);
	error = pthread_create(&inlet->thread, &attr, run_inlet, inlet);
	if (error == 0) {
		link_in(&server->live, inlet);
		server->count++;
	}
	mutex_unlock(&server->mu);
	pthread_attr_destroy(&attr);
	if (error == 0)
		return true;
	log_event(LOG_ERROR, "no_thread", "for=connection error=%s",
		  strerror(error));
	free(inlet);
	return false;
}

void inlets_reap(struct socket_server *server)
{
	struct inlet *ended;

	mutex_lock(&server->mu);
	ended = server->ended;
	server->ended = NULL;
	mutex_unlock(&server->mu);
	while (ended != NULL) {
		struct inlet *next = ended->next;

		pthread_join(ended->thread, NULL);
		free(ended);
		mutex_lock(&server->mu);
		server->count--;
		mutex_unlock(&server->mu);
		ended = next;
	}
}

/* Cuts INLET off: its thread will find out and end. */
static void evict_locked(struct socket_server *server, struct inlet *inlet)
	REQUIRES(server->mu)
{
	inlet->evicted = true;
	shutdown(inlet->fd, server->cut);
	cond_broadcast(&server->freed);
}

void inlets_evict_one_locked(struct socket_server *server, bool unfinished)
{
	struct inlet *victim = NULL, *inlet;
	bool victim_useful = true;
	int64_t victim_since = INT64_MAX;

	for (inlet = server->live; inlet != NULL; inlet = inlet->next) {
		bool useful = atomic_load(&inlet->useful);
		int64_t since = atomic_load(&inlet->idle_since_us);

		if (atomic_load(&inlet->handling) ||
		    (unfinished && atomic_load(&inlet->unfinished) == 0))
			continue;
		if (inlet->evicted)
			return; /* room is on its way */
		if (useful != victim_useful ? useful : since >= victim_since)
			continue;
		victim = inlet;
		victim_useful = useful;
		victim_since = since;
	}
	if (victim == NULL)
		return;
	log_event(LOG_INFO, "evicted", "connections=%d useful=%d",
		  server->count, victim_useful);
	evict_locked(server, victim);
}

void inlets_end(struct socket_server *server)
{
	struct inlet *inlet;
	int count;

	do {
		mutex_lock(&server->mu);
		for (inlet = server->live; inlet != NULL; inlet = inlet->next)
			evict_locked(server, inlet);
		while (server->live != NULL)
			cond_wait(&server->freed, &server->mu);
		mutex_unlock(&server->mu);
		inlets_reap(server);
		mutex_lock(&server->mu);
		count = server->count;
		mutex_unlock(&server->mu);
	} while (count > 0);
}
