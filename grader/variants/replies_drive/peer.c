/*
 * peer.c - the items, the handlers, the interface.
 *
 * Invariant: there is no item below px->min.
 *
 * Locks: px->mu.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct item **list_of(struct paxos *px, int64_t seq)
{
	return &px->lists[(uint64_t)seq % LISTS];
}

struct item *item_find(struct paxos *px, int64_t seq)
{
	struct item *item = *list_of(px, seq);

	while (item != NULL && item->seq != seq)
		item = item->next;
	return item;
}

static void *zeroed(size_t size)
{
	void *mem = calloc(1, size);

	if (mem == NULL) {
		fprintf(stderr, "no memory\n");
		abort();
	}
	return mem;
}

struct item *item_get(struct paxos *px, int64_t seq)
{
	struct item *item;

	if (seq > px->max)
		px->max = seq;
	if (seq < px->min)
		return NULL;
	item = item_find(px, seq);
	if (item == NULL) {
		item = zeroed(sizeof(*item));
		item->seq = seq;
		item->next = *list_of(px, seq);
		*list_of(px, seq) = item;
	}
	return item;
}

/* The first decision stays; what led to it is freed. */
void item_decide(struct paxos *px, struct item *item, struct value v)
{
	if (item->decided)
		return;
	item->decision = value_copy(v);
	item->decided = true;
	item->phase = QUIET;
	value_free(&item->value);
	value_free(&item->own);
	value_free(&item->pick);
	px->stats.decided++;
}

static void forget(struct paxos *px, int64_t min)
{
	px->min = min;
	for (int i = 0; i < LISTS; i++) {
		struct item **link = &px->lists[i], *item;

		while ((item = *link) != NULL) {
			if (item->seq >= min) {
				link = &item->next;
				continue;
			}
			*link = item->next;
			value_free(&item->value);
			value_free(&item->own);
			value_free(&item->pick);
			value_free(&item->decision);
			free(item);
		}
	}
}

void hear(struct paxos *px, const int64_t done[PEERS_MAX])
{
	int64_t lowest = INT64_MAX - 1;

	for (int i = 0; i < px->npeers; i++) {
		if (done[i] > px->done[i])
			px->done[i] = done[i];
		if (px->done[i] < lowest)
			lowest = px->done[i];
	}
	if (lowest >= px->min)
		forget(px, lowest + 1);
}

void prepare_item(struct item *item, int64_t n, struct prepare_reply *reply)
{
	if (n > item->promised && n <= TOP) {
		item->promised = n;
		reply->accepted = item->accepted;
		reply->val = value_copy(item->value);
		reply->outcome = OUTCOME_OK;
	} else {
		reply->outcome = OUTCOME_REFUSED;
	}
	reply->promised = item->promised;
}

void accept_item(struct item *item, int64_t n, struct value v,
		 struct accept_reply *reply)
{
	if (n < 1 || n > TOP || n < item->promised) {
		reply->outcome = OUTCOME_REFUSED;
	} else {
		item->promised = item->accepted = n;
		if (!item->decided) {
			value_free(&item->value);
			item->value = value_copy(v);
		}
		reply->outcome = OUTCOME_OK;
	}
	reply->promised = item->promised;
}

static void serve_prepare(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct prepare_args *args = request;
	struct prepare_reply *reply = response;
	struct item *item;

	mutex_lock(&px->mu);
	hear(px, args->done);
	item = item_get(px, args->seq);
	if (item == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
	} else if (item->decided) {
		reply->outcome = OUTCOME_DECIDED;
		reply->val = value_copy(item->decision);
	} else {
		prepare_item(item, args->n, reply);
	}
	memcpy(reply->done, px->done, sizeof(px->done));
	mutex_unlock(&px->mu);
}

static void serve_accept(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct accept_args *args = request;
	struct accept_reply *reply = response;
	struct item *item;

	mutex_lock(&px->mu);
	hear(px, args->done);
	item = item_get(px, args->seq);
	if (item == NULL)
		reply->outcome = OUTCOME_FORGOTTEN;
	else
		accept_item(item, args->n, args->val, reply);
	memcpy(reply->done, px->done, sizeof(px->done));
	mutex_unlock(&px->mu);
}

static void serve_decided(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct decided_args *args = request;
	struct decided_reply *reply = response;
	struct item *item;

	mutex_lock(&px->mu);
	hear(px, args->done);
	item = item_get(px, args->seq);
	if (item != NULL)
		item_decide(px, item, args->val);
	memcpy(reply->done, px->done, sizeof(px->done));
	mutex_unlock(&px->mu);
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct paxos *px = zeroed(sizeof(*px));

	px->npeers = config->npeers;
	px->me = config->me;
	px->max = -1;
	for (int i = 0; i < PEERS_MAX; i++) {
		px->done[i] = -1;
		px->lines[i].px = px;
		px->lines[i].to = i;
		px->lines[i].end = &px->lines[i].first;
		cond_init(&px->lines[i].filled);
	}
	for (int i = 0; i < px->npeers; i++)
		px->ends[i] = i == px->me ? NULL : config->ends[i];
	mutex_init(&px->mu);
	cond_init(&px->clock);
	random_seed(&px->random, config->seed ^ (uint64_t)(px->me * 77));
	rpc_serve(config->server, &PROC_PREPARE, serve_prepare, px);
	rpc_serve(config->server, &PROC_ACCEPT, serve_accept, px);
	rpc_serve(config->server, &PROC_DECIDED, serve_decided, px);
	return px;
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	struct item *item;

	mutex_lock(&px->mu);
	if (!px->killed && seq >= px->min) {
		item = item_get(px, seq);
		if (!item->decided && item->phase == QUIET) {
			workers_run(px);
			item->own = value_copy(v);
			round_begin(px, item);
		}
	}
	mutex_unlock(&px->mu);
}

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	enum paxos_fate fate = FATE_PENDING;
	struct item *item;

	mutex_lock(&px->mu);
	item = item_find(px, seq);
	if (seq < px->min) {
		fate = FATE_FORGOTTEN;
	} else if (item != NULL && item->decided) {
		fate = FATE_DECIDED;
		if (v != NULL)
			*v = value_copy(item->decision);
	}
	mutex_unlock(&px->mu);
	return fate;
}

void paxos_done(struct paxos *px, int64_t seq)
{
	int64_t done[PEERS_MAX];

	mutex_lock(&px->mu);
	memcpy(done, px->done, sizeof(done));
	done[px->me] = seq < INT64_MAX ? seq : INT64_MAX - 1;
	hear(px, done);
	mutex_unlock(&px->mu);
}

int64_t paxos_max(struct paxos *px)
{
	int64_t max;

	mutex_lock(&px->mu);
	max = px->max;
	mutex_unlock(&px->mu);
	return max;
}

int64_t paxos_min(struct paxos *px)
{
	int64_t min;

	mutex_lock(&px->mu);
	min = px->min;
	mutex_unlock(&px->mu);
	return min;
}

void paxos_kill(struct paxos *px)
{
	mutex_lock(&px->mu);
	px->killed = true;
	cond_broadcast(&px->clock);
	for (int i = 0; i < PEERS_MAX; i++)
		cond_broadcast(&px->lines[i].filled);
	mutex_unlock(&px->mu);
}

void paxos_free(struct paxos *px)
{
	workers_end(px);
	forget(px, INT64_MAX);
	for (int i = 0; i < PEERS_MAX; i++)
		cond_destroy(&px->lines[i].filled);
	cond_destroy(&px->clock);
	mutex_destroy(&px->mu);
	free(px);
}

void paxos_stats(struct paxos *px, struct paxos_stats *stats)
{
	mutex_lock(&px->mu);
	*stats = px->stats;
	mutex_unlock(&px->mu);
}
