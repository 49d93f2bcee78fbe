/*
 * peer.c - the interface and the handlers.
 *
 * Locks: px->big around the cells and the queue.  What is known of Done only
 * rises, entry by entry, so it needs no lock; the cells that it frees are cut
 * off by whoever comes by with the lock.
 */
#include "peer.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static void raise_to(_Atomic int64_t *what, int64_t to)
{
	int64_t now = atomic_load(what);

	while (now < to && !atomic_compare_exchange_weak(what, &now, to))
		;
}

void hear_done(struct paxos *px, const int64_t told[PEERS_MAX])
{
	for (int i = 0; i < px->npeers; i++)
		raise_to(&px->done[i], told[i] < INT64_MAX ? told[i]
							   : INT64_MAX - 1);
}

void tell_done(struct paxos *px, int64_t told[PEERS_MAX])
{
	for (int i = 0; i < PEERS_MAX; i++)
		told[i] = atomic_load(&px->done[i]);
}

int64_t paxos_min(struct paxos *px)
{
	int64_t lowest = INT64_MAX - 1;

	for (int i = 0; i < px->npeers; i++) {
		int64_t done = atomic_load(&px->done[i]);

		if (done < lowest)
			lowest = done;
	}
	return lowest + 1;
}

/* With px->big held: the cell of SEQ, NULL if it is below Min(). */
static struct cell *cell_of(struct paxos *px, int64_t seq)
{
	int64_t min = paxos_min(px);

	raise_to(&px->max, seq);
	cells_cut(&px->cells, min);
	return seq < min ? NULL : cells_get(&px->cells, seq);
}

void cell_decide(struct paxos *px, struct cell *cell, struct value v)
{
	struct value copy = value_copy(v);

	if (cell->decided) {
		value_free(&copy);
		return;
	}
	value_free(&cell->value);
	value_free(&cell->proposal);
	cell->value = copy;
	cell->decided = true;
	px->stats.decided++;
}

void on_prepare(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct prepare_args *args = request;
	struct prepare_reply *reply = response;
	struct cell *cell;

	hear_done(px, args->done);
	mutex_lock(&px->big);
	cell = cell_of(px, args->seq);
	if (cell == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
		goto out;
	}
	reply->outcome = cell->decided ? OUTCOME_DECIDED :
		args->n > cell->promised && args->n <= HIGHEST_BALLOT ?
		OUTCOME_OK : OUTCOME_REFUSED;
	if (reply->outcome == OUTCOME_OK) {
		cell->promised = args->n;
		reply->accepted = cell->accepted;
	}
	if (reply->outcome != OUTCOME_REFUSED)
		reply->val = value_copy(cell->value);
	reply->promised = cell->promised;
out:
	tell_done(px, reply->done);
	mutex_unlock(&px->big);
}

void on_accept(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct accept_args *args = request;
	struct accept_reply *reply = response;
	struct cell *cell;

	hear_done(px, args->done);
	mutex_lock(&px->big);
	cell = cell_of(px, args->seq);
	reply->outcome = OUTCOME_REFUSED;
	if (cell == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
	} else if (args->n >= 1 && args->n >= cell->promised &&
		   args->n <= HIGHEST_BALLOT) {
		/* What is decided can only be accepted again. */
		if (!cell->decided) {
			value_free(&cell->value);
			cell->value = value_copy(args->val);
		}
		cell->promised = cell->accepted = args->n;
		reply->outcome = OUTCOME_OK;
	}
	if (cell != NULL)
		reply->promised = cell->promised;
	tell_done(px, reply->done);
	mutex_unlock(&px->big);
}

static void on_decided(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct decided_args *args = request;
	struct decided_reply *reply = response;
	struct cell *cell;

	hear_done(px, args->done);
	mutex_lock(&px->big);
	cell = cell_of(px, args->seq);
	if (cell != NULL)
		cell_decide(px, cell, args->val);
	tell_done(px, reply->done);
	mutex_unlock(&px->big);
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct paxos *px = must_have(calloc(1, sizeof(*px)));

	px->npeers = config->npeers;
	px->me = config->me;
	for (int i = 0; i < PEERS_MAX; i++)
		atomic_init(&px->done[i], -1);
	atomic_init(&px->max, -1);
	for (int i = 0; i < px->npeers; i++)
		if (i != px->me)
			px->ends[i] = config->ends[i];
	random_seed(&px->random, random_mix(config->seed,
					    (uint64_t)px->me + 1));
	mutex_init(&px->big);
	cond_init(&px->change);
	rpc_serve(config->server, &PROC_PREPARE, on_prepare, px);
	rpc_serve(config->server, &PROC_ACCEPT, on_accept, px);
	rpc_serve(config->server, &PROC_DECIDED, on_decided, px);
	return px;
}

void enqueue(struct paxos *px, int64_t seq)
{
	int64_t *ring;

	if (px->length == px->room) {
		ring = must_have(malloc((2 * px->room + 8) * sizeof(*ring)));
		for (size_t i = 0; i < px->length; i++)
			ring[i] = px->queue[(px->first + i) % px->room];
		free(px->queue);
		px->queue = ring;
		px->room = 2 * px->room + 8;
		px->first = 0;
	}
	px->queue[(px->first + px->length++) % px->room] = seq;
	cond_signal(&px->change);
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	struct cell *cell;

	mutex_lock(&px->big);
	cell = seq < paxos_min(px) || px->killed ? NULL : cell_of(px, seq);
	if (cell != NULL && !cell->decided && !cell->queued) {
		cell->proposal = value_copy(v);
		cell->queued = true;
		enqueue(px, seq);
		if (!px->running &&
		    pthread_create(&px->loop, NULL, loop_main, px) != 0) {
			fprintf(stderr, "no thread\n");
			abort();
		}
		px->running = true;
	}
	mutex_unlock(&px->big);
}

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	enum paxos_fate fate = FATE_PENDING;
	struct cell *cell;

	mutex_lock(&px->big);
	if (seq < paxos_min(px)) {
		fate = FATE_FORGOTTEN;
	} else {
		cell = cells_find(&px->cells, seq);
		if (cell != NULL && cell->decided) {
			fate = FATE_DECIDED;
			if (v != NULL)
				*v = value_copy(cell->value);
		}
	}
	mutex_unlock(&px->big);
	return fate;
}

void paxos_done(struct paxos *px, int64_t seq)
{
	raise_to(&px->done[px->me], seq < INT64_MAX ? seq : INT64_MAX - 1);
	mutex_lock(&px->big);
	cells_cut(&px->cells, paxos_min(px));
	mutex_unlock(&px->big);
}

int64_t paxos_max(struct paxos *px)
{
	return atomic_load(&px->max);
}

void paxos_kill(struct paxos *px)
{
	mutex_lock(&px->big);
	px->killed = true;
	cond_broadcast(&px->change);
	mutex_unlock(&px->big);
}

void paxos_free(struct paxos *px)
{
	if (px->running)
		pthread_join(px->loop, NULL);
	cells_free(&px->cells);
	free(px->queue);
	cond_destroy(&px->change);
	mutex_destroy(&px->big);
	free(px);
}

void paxos_stats(struct paxos *px, struct paxos_stats *stats)
{
	mutex_lock(&px->big);
	*stats = px->stats;
	mutex_unlock(&px->big);
}
