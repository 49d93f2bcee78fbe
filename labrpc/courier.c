/*
 * courier.c - a heap of requests by the time at which they are due, and the
 * thread that sends them.
 *
 * A callee may be slow to read, or not read at all.  What cannot leave at once
 * is stuck: the thread keeps it aside, among others of its kind, and sends the
 * rest when there is room, while it goes on with what is due.
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

/* Requests that have left in part, or not at all; the thread's own. */
struct stuck {
	struct wire wires[COURIER_STUCK_MAX];
	int n;
	size_t bytes; /* of their records */
};

/* How soon it is seen that another request is due while some are stuck. */
#define STUCK_LOOK_US 2000

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

/* ---- what is stuck ----------------------------------------------------- */

/* Ends WIRE: what has not left by now never will. */
static void let_go(struct wire *wire)
{
	wire->deadline_us = 0;
	wire->end->transport->finish(wire);
}

/* Sends on what is STUCK; waits until UNTIL_US at most for room. */
static void send_stuck(struct stuck *stuck, int64_t until_us)
{
	struct wire *wires[COURIER_STUCK_MAX];
	struct rpc_end *end;
	int n = stuck->n, i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
		wires[i] = &stuck->wires[i];
	end = wires[0]->end; /* any: they all have one transport */
	end->transport->wait(end, wires, n, until_us);
	stuck->n = 0;
	stuck->bytes = 0;
	for (i = 0; i < n; i++) {
		struct wire *wire = wires[i];

		if (wire->state != WIRE_WAITING || outgoing_done(&wire->out) ||
		    clock_us() >= wire->deadline_us) {
			let_go(wire);
		} else {
			stuck->bytes += wire->out.record->len;
			stuck->wires[stuck->n++] = *wire;
		}
	}
}

/* ---- what is due ------------------------------------------------------- */

/* Sends POSTING, or what can be sent of it, unless its link is cut by now. */
static void deliver(struct stuck *stuck, const struct posting *posting)
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
		if (!outgoing_done(&wire.out) &&
		    stuck->n < COURIER_STUCK_MAX &&
		    stuck->bytes + bytes <= COURIER_STUCK_BYTES_MAX) {
			stuck->wires[stuck->n++] = wire;
			stuck->bytes += bytes;
		} else {
			let_go(&wire);
		}
	}
	record_drop(posting->record);
}

enum next { NEXT_IS_DUE, NEXT_IS_LATER, NEXT_IS_NONE };

/*
 * Takes the request that is due.  If there is none yet, waits for it, or
 * says so, if not to WAIT.  NEXT_IS_NONE when closing.
 */
static enum next next_due(struct courier *courier, bool wait,
			  struct posting *posting) EXCLUDES(courier->mu)
{
	enum next next = NEXT_IS_LATER;

	mutex_lock(&courier->mu);
	while (!courier->closing) {
		int64_t left_ms = INT64_MAX;

		if (courier->n > 0)
			left_ms = clock_ms_until(
				clock_us(), courier->items[0].posting.due_us);
		if (left_ms == 0) {
			*posting = pop_locked(courier);
			next = NEXT_IS_DUE;
			break;
		}
		if (!wait)
			break;
		if (courier->n > 0)
			cond_wait_ms(&courier->changed, &courier->mu, left_ms);
		else
			cond_wait(&courier->changed, &courier->mu);
	}
	if (courier->closing)
		next = NEXT_IS_NONE;
	mutex_unlock(&courier->mu);
	return next;
}

static void *run(void *arg)
{
	struct courier *courier = arg;
	struct stuck stuck = { .n = 0 };
	struct posting posting;
	enum next next;

	while ((next = next_due(courier, stuck.n == 0, &posting)) !=
	       NEXT_IS_NONE) {
		if (next == NEXT_IS_DUE)
			deliver(&stuck, &posting);
		send_stuck(&stuck, next == NEXT_IS_DUE ? 0
				: clock_us() + STUCK_LOOK_US);
	}
	while (stuck.n > 0)
		let_go(&stuck.wires[--stuck.n]);
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
