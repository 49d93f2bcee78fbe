/*
 * peer.c - the interface of paxos.h, and what a peer answers to the others.
 *
 * Invariant: px->instances.min is Min(), the table has no instance below it,
 * and px->max is at least the highest instance of any message that came in.
 *
 * Locks: px->mu around every look and every change; a handler checks and
 * updates under one section of it.  Nothing here waits for another peer.
 */
#include "paxos/peer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labrpc/log.h"
#include "labrpc/todo.h"
#include "paxos/proposer.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/* ---- what a peer knows ------------------------------------------------- */

/*
 * px->done has changed: Min() may have risen.  If it has, the table forgets
 * all instances below it, for good (instances_forget()).
 */
static void forget_locked(struct paxos *px) REQUIRES(px->mu)
{
#if LAB_SOLVED >= 10
	int64_t min = done_min(&px->done);

	if (min == px->instances.min)
		return;
	instances_forget(&px->instances, min);
	log_event(LOG_DEBUG, "forget", "min=%" PRId64, min);
#else
	(void)px;
	lab_todo(10, "forget_locked");
#endif
}

static void merge_done_locked(struct paxos *px, const int64_t of[PEERS_MAX])
	REQUIRES(px->mu)
{
	if (done_merge(&px->done, of))
		forget_locked(px);
}

void peer_merge_done(struct paxos *px, const int64_t of[PEERS_MAX])
{
	mutex_lock(&px->mu);
	merge_done_locked(px, of);
	mutex_unlock(&px->mu);
}

static void copy_done_locked(struct paxos *px, int64_t of[PEERS_MAX])
	REQUIRES(px->mu)
{
	memcpy(of, px->done.of, sizeof(px->done.of));
}

void peer_copy_done(struct paxos *px, int64_t of[PEERS_MAX])
{
	mutex_lock(&px->mu);
	copy_done_locked(px, of);
	mutex_unlock(&px->mu);
}

/* The instance SEQ, made if need be; NULL if it is forgotten. */
static struct instance *instance_locked(struct paxos *px, int64_t seq)
	REQUIRES(px->mu)
{
	if (seq > px->max)
		px->max = seq;
	if (seq < px->instances.min)
		return NULL;
	return instances_get(&px->instances, seq);
}

bool peer_learn_locked(struct paxos *px, struct instance *inst,
		       struct value v)
{
	if (!instance_decide(inst, v)) {
		if (!value_equal(inst->learner.value, v))
			log_event(LOG_ERROR, "contradiction",
				  "seq=%" PRId64 " bytes=%zu value=#%08"
				  PRIx64, inst->seq, v.len,
				  value_fingerprint(v) & 0xffffffff);
		return false;
	}
	px->stats.decided++;
	log_event(LOG_INFO, "decide", "seq=%" PRId64 " bytes=%zu value=#%08"
		  PRIx64, inst->seq, v.len, value_fingerprint(v) & 0xffffffff);
	return true;
}

int64_t peer_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- handlers ---------------------------------------------------------- */

/*
 * Takes over what every request carries.  False if it makes no sense: then
 * nothing of it is believed.
 */
static bool receive_locked(struct paxos *px, int from,
			   const int64_t done[PEERS_MAX]) REQUIRES(px->mu)
{
	if (from < 0 || from >= px->npeers)
		return false;
	merge_done_locked(px, done);
	return true;
}

static bool is_ballot(int64_t n)
{
	return 1 <= n && n <= BALLOT_MAX;
}

static void prepare_locked(struct paxos *px, const struct prepare_args *args,
			   struct prepare_reply *reply) REQUIRES(px->mu)
{
	struct instance *inst;

	reply->outcome = OUTCOME_REFUSED;
	if (!receive_locked(px, args->from, args->done) || !is_ballot(args->n))
		return;
	inst = instance_locked(px, args->seq);
	if (inst == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
	} else if (inst->learner.decided) {
		reply->outcome = OUTCOME_DECIDED;
		reply->promised = inst->acceptor.promised;
		reply->val = value_copy(inst->learner.value);
	} else {
		acceptor_prepare(&inst->acceptor, args->n, reply);
	}
}

void peer_prepare(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct prepare_args *args = request;
	struct prepare_reply *reply = response;

	mutex_lock(&px->mu);
	prepare_locked(px, args, reply);
	copy_done_locked(px, reply->done);
	mutex_unlock(&px->mu);

	log_event(LOG_DEBUG,
		  reply->outcome == OUTCOME_OK ? "promise" : "refuse",
		  "seq=%" PRId64 " n=%" PRId64 " from=%d promised=%" PRId64
		  " accepted=%" PRId64 " outcome=%d", args->seq, args->n,
		  (int)args->from, reply->promised, reply->accepted,
		  (int)reply->outcome);
}

static void accept_locked(struct paxos *px, const struct accept_args *args,
			  struct accept_reply *reply) REQUIRES(px->mu)
{
	struct value v = args->val;
	struct instance *inst;

	reply->outcome = OUTCOME_REFUSED;
	if (!receive_locked(px, args->from, args->done) || !is_ballot(args->n))
		return;
	inst = instance_locked(px, args->seq);
	if (inst == NULL) {
		reply->outcome = OUTCOME_FORGOTTEN;
		return;
	}
	if (inst->learner.decided) /* kept already: whoever asks is told it */
		v = VALUE_EMPTY;
	acceptor_accept(&inst->acceptor, args->n, v, reply);
}

void peer_accept(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct accept_args *args = request;
	struct accept_reply *reply = response;

	mutex_lock(&px->mu);
	accept_locked(px, args, reply);
	copy_done_locked(px, reply->done);
	mutex_unlock(&px->mu);

	log_event(LOG_DEBUG,
		  reply->outcome == OUTCOME_OK ? "accept" : "refuse",
		  "seq=%" PRId64 " n=%" PRId64 " from=%d promised=%" PRId64
		  " outcome=%d", args->seq, args->n, (int)args->from,
		  reply->promised, (int)reply->outcome);
}

void peer_decided(void *context, const void *request, void *response)
{
	struct paxos *px = context;
	const struct decided_args *args = request;
	struct decided_reply *reply = response;
	struct instance *inst;

	mutex_lock(&px->mu);
	if (receive_locked(px, args->from, args->done)) {
		inst = instance_locked(px, args->seq);
		if (inst != NULL)
			peer_learn_locked(px, inst, args->val);
	}
	copy_done_locked(px, reply->done);
	mutex_unlock(&px->mu);
}

/* ---- the interface ----------------------------------------------------- */

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct paxos *px = calloc(1, sizeof(*px));
	int i;

	assert(1 <= config->npeers && config->npeers <= PEERS_MAX);
	assert(0 <= config->me && config->me < config->npeers);
	if (px == NULL) {
		fprintf(stderr, "paxos: out of memory for a peer\n");
		abort();
	}

	px->npeers = config->npeers;
	px->me = config->me;
	for (i = 0; i < config->npeers; i++)
		px->ends[i] = i == config->me ? NULL : config->ends[i];
	mutex_init(&px->mu);
	cond_init(&px->work);

	mutex_lock(&px->mu);
	done_init(&px->done, px->npeers);
	px->max = -1;
	random_seed(&px->random,
		    random_mix(config->seed, (uint64_t)config->me));
	mutex_unlock(&px->mu);

	rpc_serve(config->server, &PROC_PREPARE, peer_prepare, px);
	rpc_serve(config->server, &PROC_ACCEPT, peer_accept, px);
	rpc_serve(config->server, &PROC_DECIDED, peer_decided, px);
	return px;
}

/*
 * If INST is decided, or proposed by this peer already, nothing is to be
 * done.  Otherwise it becomes active, the proposer keeps a copy of V, and
 * it is entered for its first round (workers_begin_locked()).
 */
static void start_locked(struct paxos *px, struct instance *inst,
			 struct value v) REQUIRES(px->mu)
{
#if LAB_SOLVED >= 6
	if (inst->learner.decided || inst->proposer.active)
		return;
	inst->proposer.active = true;
	inst->proposer.value = value_copy(v);
	workers_begin_locked(px, inst);
#else
	(void)px;
	(void)inst;
	(void)v;
	lab_todo(6, "start_locked");
#endif
}

void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	mutex_lock(&px->mu);
	if (!px->killed && seq >= px->instances.min)
		start_locked(px, instance_locked(px, seq), v);
	mutex_unlock(&px->mu);
	workers_wake(px);
}

/*
 * Below px->instances.min an instance is forgotten; decided is what its
 * learner knows to be decided, of which the caller gets a copy if he asks for
 * it; all else is pending, also what is not in the table.  To look must not
 * make an instance (instances_find()).
 */
enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
#if LAB_SOLVED >= 1
	enum paxos_fate fate = FATE_PENDING;
	struct instance *inst;

	mutex_lock(&px->mu);
	inst = instances_find(&px->instances, seq);
	if (seq < px->instances.min) {
		fate = FATE_FORGOTTEN;
	} else if (inst != NULL && inst->learner.decided) {
		fate = FATE_DECIDED;
		if (v != NULL)
			*v = value_copy(inst->learner.value);
	}
	mutex_unlock(&px->mu);
	return fate;
#else
	(void)px;
	(void)seq;
	(void)v;
	lab_todo(1, "paxos_status");
#endif
}

/*
 * Raises this peer's own entry of px->done, and forgets if that lets it.  The
 * others hear of it with the next message, which all carry px->done.
 */
void paxos_done(struct paxos *px, int64_t seq)
{
#if LAB_SOLVED >= 10
	mutex_lock(&px->mu);
	if (done_raise(&px->done, px->me, seq))
		forget_locked(px);
	mutex_unlock(&px->mu);
#else
	(void)px;
	(void)seq;
	lab_todo(10, "paxos_done");
#endif
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
	min = px->instances.min;
	mutex_unlock(&px->mu);
	return min;
}

void paxos_kill(struct paxos *px)
{
	mutex_lock(&px->mu);
	px->killed = true;
	cond_broadcast(&px->work);
	mutex_unlock(&px->mu);
}

void paxos_free(struct paxos *px)
{
	workers_join(px);

	mutex_lock(&px->mu);
	instances_deinit(&px->instances);
	agenda_deinit(&px->agenda);
	mutex_unlock(&px->mu);

	cond_destroy(&px->work);
	mutex_destroy(&px->mu);
	free(px);
}

void paxos_stats(struct paxos *px, struct paxos_stats *stats)
{
	mutex_lock(&px->mu);
	*stats = px->stats;
	mutex_unlock(&px->mu);
}
