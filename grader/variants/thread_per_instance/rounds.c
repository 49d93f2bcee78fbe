/*
 * rounds.c - the thread of one instance, from Start to the decision.
 *
 * Invariant: a ballot is above what its peer's acceptor has promised, and is
 * promised by that acceptor first of all; so none is used twice.
 *
 * Locks: px->mu for a look at the slot, never while waiting for others.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a thread does with a round. */
struct attempt {
	struct paxos *px;
	int64_t seq, n;
	struct value v;
	int64_t adopted; /* the ballot that v comes from */
	int64_t highest; /* the highest ballot that anybody named */
	int yes;
	bool decided;    /* v is the decision, somebody said */
};

static void see_done(struct paxos *px, const int64_t done[PEERS_MAX])
{
	pthread_mutex_lock(&px->mu);
	done_hear(px, done);
	pthread_mutex_unlock(&px->mu);
}

static void tell_done(struct paxos *px, int64_t done[PEERS_MAX])
{
	pthread_mutex_lock(&px->mu);
	memcpy(done, px->done, sizeof(px->done));
	pthread_mutex_unlock(&px->mu);
}

static void take_value(struct attempt *a, struct value v)
{
	value_free(&a->v);
	a->v = value_copy(v);
}

static void hear_promise(struct attempt *a, const struct prepare_reply *reply)
{
	if (reply->promised > a->highest)
		a->highest = reply->promised;
	if (reply->outcome == OUTCOME_DECIDED) {
		take_value(a, reply->val);
		a->decided = true;
	} else if (reply->outcome == OUTCOME_OK) {
		a->yes++;
		if (reply->accepted > a->adopted) {
			a->adopted = reply->accepted;
			take_value(a, reply->val);
		}
	}
}

/* True if a majority has promised, or the decision is known. */
static bool prepare(struct attempt *a)
{
	struct paxos *px = a->px;
	struct prepare_args args = {
		.from = px->me, .seq = a->seq, .n = a->n,
	};
	struct prepare_reply own;
	const struct prepare_reply *reply;
	struct rpc_round *round;
	int from;

	memset(&own, 0, sizeof(own));
	tell_done(px, args.done);
	a->yes = 0;
	answer_prepare(px, &args, &own);
	hear_promise(a, &own);
	value_free(&own.val);
	if (a->yes == 0)
		return a->decided;
	round = rpc_broadcast(px->ends, px->npeers, &PROC_PREPARE, &args);
	while (2 * a->yes <= px->npeers && !a->decided &&
	       (reply = rpc_next(round, &from)) != NULL) {
		see_done(px, reply->done);
		hear_promise(a, reply);
	}
	rpc_round_end(round);
	return a->decided || 2 * a->yes > px->npeers;
}

/* True if a majority has accepted. */
static bool propose(struct attempt *a)
{
	struct paxos *px = a->px;
	struct accept_args args = {
		.from = px->me, .seq = a->seq, .n = a->n, .val = a->v,
	};
	struct accept_reply own = { .promised = 0 };
	const struct accept_reply *reply;
	struct rpc_round *round;
	int from;

	tell_done(px, args.done);
	answer_accept(px, &args, &own);
	if (own.outcome != OUTCOME_OK)
		return false;
	a->yes = 1;
	round = rpc_broadcast(px->ends, px->npeers, &PROC_ACCEPT, &args);
	while (2 * a->yes <= px->npeers &&
	       (reply = rpc_next(round, &from)) != NULL) {
		see_done(px, reply->done);
		if (reply->promised > a->highest)
			a->highest = reply->promised;
		a->yes += reply->outcome == OUTCOME_OK;
	}
	rpc_round_end(round);
	return 2 * a->yes > px->npeers;
}

static void announce(struct attempt *a)
{
	struct paxos *px = a->px;
	struct decided_args args = {
		.from = px->me, .seq = a->seq, .val = a->v,
	};
	const struct decided_reply *reply;
	struct rpc_round *round;
	int from;

	tell_done(px, args.done);
	round = rpc_broadcast(px->ends, px->npeers, &PROC_DECIDED, &args);
	while ((reply = rpc_next(round, &from)) != NULL)
		see_done(px, reply->done);
	rpc_round_end(round);
}

/* With px->mu held: waits up to MS milliseconds, or until PX is killed. */
static void pause_ms(struct paxos *px, uint64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	until.tv_sec += (time_t)(ms / 1000) + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!px->killed && pthread_cond_timedwait(&px->stop, &px->mu,
						     &until) != ETIMEDOUT)
		;
}

/* With px->mu held: a new attempt, false if none is needed. */
static bool next_attempt(struct attempt *a)
{
	struct paxos *px = a->px;
	struct slot *s = slot_find(px, a->seq);

	if (s == NULL || s->decided || px->killed)
		return false;
	if (s->np > a->highest)
		a->highest = s->np;
	a->n = (a->highest / px->npeers + 1) * px->npeers + px->me;
	a->adopted = 0;
	take_value(a, s->mine);
	return true;
}

static void *runner_main(void *arg)
{
	struct runner *self = arg;
	struct attempt a = { .px = self->px, .seq = self->seq };
	struct paxos *px = self->px;
	bool chosen = false;
	uint64_t most_ms = 8;
	struct slot *s;

	pthread_mutex_lock(&px->mu);
	while (next_attempt(&a)) {
		pthread_mutex_unlock(&px->mu);
		chosen = prepare(&a) && !a.decided && propose(&a);
		pthread_mutex_lock(&px->mu);
		if (chosen || a.decided) {
			s = slot_find(px, a.seq);
			if (s != NULL)
				slot_decide(px, s, a.v);
			break;
		}
		pause_ms(px, random_below(&px->random, most_ms));
		if (most_ms < 500)
			most_ms *= 2;
	}
	pthread_mutex_unlock(&px->mu);
	if (chosen)
		announce(&a);
	value_free(&a.v);

	pthread_mutex_lock(&px->mu);
	self->ended = true;
	pthread_mutex_unlock(&px->mu);
	return NULL;
}

void runner_begin(struct paxos *px, struct slot *s)
{
	struct runner *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		fprintf(stderr, "paxos: no memory for a thread\n");
		abort();
	}
	r->px = px;
	r->seq = s->seq;
	if (pthread_create(&r->thread, NULL, runner_main, r) != 0) {
		fprintf(stderr, "paxos: no thread for instance %lld\n",
			(long long)s->seq);
		abort();
	}
	r->next = px->runners;
	px->runners = r;
}

void runners_join(struct paxos *px)
{
	struct runner **link, *r, *out = NULL;

	pthread_mutex_lock(&px->mu);
	link = &px->runners;
	while ((r = *link) != NULL) {
		if (r->ended || px->killed) {
			*link = r->next;
			r->next = out;
			out = r;
		} else {
			link = &r->next;
		}
	}
	pthread_mutex_unlock(&px->mu);
	while ((r = out) != NULL) {
		out = r->next;
		pthread_join(r->thread, NULL);
		free(r);
	}
}
