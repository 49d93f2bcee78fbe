/*
 * courier.c - a heap of requests by the time at which they are due, and the
 * thread that sends them.
 *
 * Invariant: items[0..n) is a binary heap, earliest first; those due at the
 * same time leave in the order in which they were handed over.
 *
 * Lock rules: mu guards the heap and is not held while sending.
 */
#include "labrpc/courier.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/call_id.h"
#include "labrpc/clock.h"
#include "labrpc/end.h"
#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/sync.h"
#include "labrpc/transport.h"

struct item {
	struct posting posting;
	uint64_t turn;
};

struct courier {
	struct mutex mu;
	struct cond changed;
	/* Guarded by mu. */
	struct item *items GUARDED;
	int n GUARDED;
	int room GUARDED;
	size_t bytes GUARDED;   /* of the records in the heap */
	uint64_t turns GUARDED;
	bool started GUARDED;
	bool closing GUARDED;
	pthread_t thread GUARDED;
};

struct courier *courier_open(void)
{
	struct courier *courier = calloc(1, sizeof(*courier));

	if (courier == NULL)
		lab_fatal("no memory for a courier");
	mutex_init(&courier->mu);
	cond_init(&courier->changed);
	return courier;
}

static bool earlier(const struct item *a, const struct item *b)
{
	if (a->posting.due_us != b->posting.due_us)
		return a->posting.due_us < b->posting.due_us;
	return a->turn < b->turn;
}

static void swap(struct item *a, struct item *b)
{
	struct item c = *a;

	*a = *b;
	*b = c;
}

static void push_locked(struct courier *courier, const struct item *item)
	REQUIRES(courier->mu)
{
	struct item *items;
	int at = courier->n++;

	if (courier->n > courier->room) {
		courier->room = courier->room == 0 ? 64 : 2 * courier->room;
		courier->items = realloc(courier->items,
					 (size_t)courier->room *
						 sizeof(*courier->items));
		if (courier->items == NULL)
			lab_fatal("no memory for %d requests", courier->room);
	}
	items = courier->items;
	items[at] = *item;
	while (at > 0 && earlier(&items[at], &items[(at - 1) / 2])) {
		swap(&items[at], &items[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	courier->bytes += item->posting.record->len;
}

static struct posting pop_locked(struct courier *courier)
	REQUIRES(courier->mu)
{
	struct item *items = courier->items;
	struct posting first = items[0].posting;
	int at = 0;

	assert(courier->n > 0);
	items[0] = items[--courier->n];
	for (;;) {
		int least = at, child;

		for (child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < courier->n &&
			    earlier(&items[child], &items[least]))
				least = child;
		if (least == at)
			break;
		swap(&items[at], &items[least]);
		at = least;
	}
	courier->bytes -= first.record->len;
	return first;
}

/* Sends POSTING unless its link is cut by now. */
static void deliver(const struct posting *posting)
{
	struct rpc_end *end = posting->end;
	int64_t deadline_us = clock_us() + end->timeout_ms * 1000;
	size_t bytes = posting->record->len;
	struct wire wire;

	if (rpc_end_passes(end) &&
	    end->transport->send(end, &wire, posting->record, posting->xid,
				 deadline_us)) {
		rpc_end_count(end, posting->proc, bytes, posting->copy);
		log_event(LOG_DEBUG, posting->copy ? "copy" : "request",
			  "proc=%s call=" CALL_ID " bytes=%zu late=1",
			  posting->proc->name, CALL_ID_ARGS(posting->xid),
			  bytes);
		end->transport->finish(&wire);
	}
	record_drop(posting->record);
}

/* Waits until a request is due and takes it; false when closing. */
static bool next_due(struct courier *courier, struct posting *posting)
	EXCLUDES(courier->mu)
{
	bool due = false;

	mutex_lock(&courier->mu);
	while (!due && !courier->closing) {
		int64_t left_ms;

		if (courier->n == 0) {
			cond_wait(&courier->changed, &courier->mu);
			continue;
		}
		left_ms = clock_ms_until(clock_us(),
					 courier->items[0].posting.due_us);
		if (left_ms > 0) {
			cond_wait_ms(&courier->changed, &courier->mu, left_ms);
			continue;
		}
		*posting = pop_locked(courier);
		due = true;
	}
	mutex_unlock(&courier->mu);
	return due;
}

static void *run(void *arg)
{
	struct courier *courier = arg;
	struct posting posting;

	while (next_due(courier, &posting))
		deliver(&posting);
	return NULL;
}

/* Makes sure that the thread runs. */
static bool start_locked(struct courier *courier) REQUIRES(courier->mu)
{
	int error;

	if (courier->started)
		return true;
	error = pthread_create(&courier->thread, NULL, run, courier);
	if (error != 0) {
		log_event(LOG_ERROR, "no_thread", "for=courier error=%s",
			  strerror(error));
		return false;
	}
	courier->started = true;
	return true;
}

void courier_send(struct courier *courier, const struct posting *posting)
{
	struct item item = { .posting = *posting };
	bool taken = false;

	mutex_lock(&courier->mu);
	if (courier->n < COURIER_REQUESTS_MAX &&
	    courier->bytes + posting->record->len <= COURIER_BYTES_MAX &&
	    start_locked(courier)) {
		item.turn = courier->turns++;
		push_locked(courier, &item);
		cond_signal(&courier->changed);
		taken = true;
	}
	mutex_unlock(&courier->mu);
	if (taken)
		return;
	log_event(LOG_ERROR, "courier_full", "proc=%s call=" CALL_ID,
		  posting->proc->name, CALL_ID_ARGS(posting->xid));
	record_drop(posting->record);
}

void courier_close(struct courier *courier)
{
	pthread_t thread;
	bool started;

	mutex_lock(&courier->mu);
	courier->closing = true;
	started = courier->started;
	thread = courier->thread;
	cond_signal(&courier->changed);
	mutex_unlock(&courier->mu);
	if (started)
		pthread_join(thread, NULL);

	mutex_lock(&courier->mu);
	while (courier->n > 0)
		record_drop(pop_locked(courier).record);
	free(courier->items);
	mutex_unlock(&courier->mu);
	cond_destroy(&courier->changed);
	mutex_destroy(&courier->mu);
	free(courier);
}
