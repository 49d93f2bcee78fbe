/*
 * peer.c - instances in a list, and what a peer answers.
 *
 * Invariant: no slot is below px->min, which is one more than the lowest of
 * px->done.
 *
 * Locks: px->mu, taken by every function that is not called with it.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must_calloc(size_t size)
{
	void *mem = calloc(1, size);

	if (mem == NULL) {
		fprintf(stderr, "paxos: no memory\n");
		abort();
	}
	return mem;
}

/* ---- the list ----------------------------------------------------------- */

struct slot *slot_find(struct paxos *px, int64_t seq)
{
	struct slot *s = px->slots;

	while (s != NULL && s->seq != seq)
		s = s->next;
	return s;
}

struct slot *slot_get(struct paxos *px, int64_t seq)
{
	struct slot *s;

	if (seq > px->max)
		px->max = seq;
	if (seq < px->min)
		return NULL;
	s = slot_find(px, seq);
	if (s == NULL) {
		s = must_calloc(sizeof(*s));
		s->seq = seq;
		s->next = px->slots;
		px->slots = s;
	}
	return s;
}

static void slot_free(struct slot *s)
{
	value_free(&s->va);
	value_free(&s->chosen);
	value_free(&s->mine);
	free(s);
}

static void forget_below(struct paxos *px, int64_t min)
{
	struct slot **link = &px->slots;

	px->min = min;
	while (*link != NULL) {
		struct slot *s = *link;

		if (s->seq >= min) {
			link = &s->next;
		} else {
			*link = s->next;
			slot_free(s);
		}
	}
}

void slot_decide(struct paxos *px, struct slot *s, struct value v)
{
	if (s->decided)
		return;
	s->decided = true;
	s->chosen = value_copy(v);
	px->stats.decided++;
}

void done_hear(struct paxos *px, const int64_t done[PEERS_MAX])
{
	int64_t lowest = INT64_MAX - 1;

	for (int i = 0; i < px->npeers; i++) {
		if (done[i] > px->done[i])
			px->done[i] = done[i];
		if (px->done[i] < lowest)
			lowest = px->done[i];
	}
	if (lowest + 1 > px->min)
		forget_below(px, lowest + 1);
}

/* ---- handlers ----------------------------------------------------------- */

void answer_prepare(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct prepare_args *args = request;
	struct prepare_reply *reply = response;
	struct slot *s;

	pthread_mutex_lock(&px->mu);
	done_hear(px, args->done);
	s = slot_get(px, args->seq);
	if (s == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
	} else if (s->decided) {
		reply->outcome = OUTCOME_DECIDED;
		reply->promised = s->np;
		reply->val = value_copy(s->chosen);
	} else if (args->n <= s->np) {
		reply->outcome = OUTCOME_REFUSED;
		reply->promised = s->np;
	} else {
		s->np = args->n;
		reply->outcome = OUTCOME_OK;
		reply->promised = s->np;
		reply->accepted = s->na;
		reply->val = value_copy(s->va);
	}
	memcpy(reply->done, px->done, sizeof(px->done));
	pthread_mutex_unlock(&px->mu);
}

void answer_accept(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct accept_args *args = request;
	struct accept_reply *reply = response;
	struct slot *s;

	pthread_mutex_lock(&px->mu);
	done_hear(px, args->done);
	s = slot_get(px, args->seq);
	if (s == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
	} else if (args->n < 1 || args->n < s->np) {
		reply->outcome = OUTCOME_REFUSED;
		reply->promised = s->np;
	} else {
		s->np = s->na = args->n;
		value_free(&s->va);
		s->va = value_copy(args->val);
		reply->outcome = OUTCOME_OK;
		reply->promised = s->np;
	}
	memcpy(reply->done, px->done, sizeof(px->done));
	pthread_mutex_unlock(&px->mu);
}

static void answer_decided(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct decided_args *args = request;
	struct decided_reply *reply = response;
	struct slot *s;

	pthread_mutex_lock(&px->mu);
	done_hear(px, args->done);
	s = slot_get(px, args->seq);
	if (s != NULL)
		slot_decide(px, s, args->val);
	memcpy(reply->done, px->done, sizeof(px->done));
	pthread_mutex_unlock(&px->mu);
}

/* ---- the interface ------------------------------------------------------ */

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct paxos *px = must_calloc(sizeof(*px));

	px->npeers = config->npeers;
	px->me = config->me;
	px->max = -1;
	for (int i = 0; i < PEERS_MAX; i++)
		px->done[i] = -1;
	for (int i = 0; i < px->npeers; i++)
		px->ends[i] = i == px->me ? NULL : config->ends[i];
	random_seed(&px->random, config->seed + (uint64_t)px->me);
	pthread_mutex_init(&px->mu, NULL);
	pthread_cond_init(&px->stop, NULL);
	rpc_serve(config->server, &PROC_PREPARE, answer_prepare, px);
	rpc_serve(config->server, &PROC_ACCEPT, answer_accept, px);
	rpc_serve(config->server, &PROC_DECIDED, answer_decided, px);
	return px;
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	struct slot *s;

	runners_join(px);
	pthread_mutex_lock(&px->mu);
	if (!px->killed && seq >= px->min) {
		s = slot_get(px, seq);
		if (!s->decided && !s->proposing) {
			s->proposing = true;
			s->mine = value_copy(v);
			runner_begin(px, s);
		}
	}
	pthread_mutex_unlock(&px->mu);
}

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	enum paxos_fate fate = FATE_PENDING;
	struct slot *s;

	pthread_mutex_lock(&px->mu);
	if (seq < px->min) {
		fate = FATE_FORGOTTEN;
	} else if ((s = slot_find(px, seq)) != NULL && s->decided) {
		fate = FATE_DECIDED;
		if (v != NULL)
			*v = value_copy(s->chosen);
	}
	pthread_mutex_unlock(&px->mu);
	return fate;
}

void paxos_done(struct paxos *px, int64_t seq)
{
	int64_t done[PEERS_MAX];

	for (int i = 0; i < PEERS_MAX; i++)
		done[i] = -1;
	done[px->me] = seq < INT64_MAX ? seq : INT64_MAX - 1;
	pthread_mutex_lock(&px->mu);
	done_hear(px, done);
	pthread_mutex_unlock(&px->mu);
}

int64_t paxos_max(struct paxos *px)
{
	int64_t max;

	pthread_mutex_lock(&px->mu);
	max = px->max;
	pthread_mutex_unlock(&px->mu);
	return max;
}

int64_t paxos_min(struct paxos *px)
{
	int64_t min;

	pthread_mutex_lock(&px->mu);
	min = px->min;
	pthread_mutex_unlock(&px->mu);
	return min;
}

void paxos_kill(struct paxos *px)
{
	pthread_mutex_lock(&px->mu);
	px->killed = true;
	pthread_cond_broadcast(&px->stop);
	pthread_mutex_unlock(&px->mu);
}

void paxos_free(struct paxos *px)
{
	runners_join(px);
	forget_below(px, INT64_MAX);
	pthread_cond_destroy(&px->stop);
	pthread_mutex_destroy(&px->mu);
	free(px);
}

void paxos_stats(struct paxos *px, struct paxos_stats *stats)
{
	pthread_mutex_lock(&px->mu);
	*stats = px->stats;
	pthread_mutex_unlock(&px->mu);
}
