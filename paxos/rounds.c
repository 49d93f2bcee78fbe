/*
 * rounds.c - one round of one instance: a ballot, its two phases, and what
 * comes of it.
 *
 * A round that comes to nothing is followed by another one, later; until then
 * its thread (workers.c) is free for other instances.
 *
 * Invariant: an active instance is either on the agenda or in the hands of
 * one worker, so there is at most one round of it at a time.
 *
 * Locks: px->mu for the agenda and the table, never across a broadcast.
 * Between two sections the instance may be decided, or forgotten and freed;
 * so it is looked up anew by its number each time.
 */
#include "paxos/peer.h"

#include <assert.h>
#include <inttypes.h>

#include "labrpc/log.h"
#include "labrpc/todo.h"
#include "paxos/proposer.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/* ---- one round --------------------------------------------------------- */

/* The instance SEQ if it still needs a round, else NULL. */
static struct instance *undecided_locked(struct paxos *px, int64_t seq)
	REQUIRES(px->mu)
{
	struct instance *inst = instances_find(&px->instances, seq);

	if (inst == NULL || px->killed)
		return NULL;
	if (!inst->learner.decided)
		return inst;
	inst->proposer.active = false;
	return NULL;
}

/*
 * Begins a round of SEQ in P under a ballot of this peer's (ballot_next())
 * that is above all that were seen: what our own acceptor has promised, and
 * what refused an earlier round (proposer.to_beat).  It proposes what
 * paxos_start() was given, and counts in px->stats.rounds.  Returns false,
 * and leaves P alone, if the instance needs no round (undecided_locked()).
 */
static bool open_round(struct paxos *px, int64_t seq, struct proposal *p)
	EXCLUDES(px->mu)
{
#if LAB_SOLVED >= 7
	struct instance *inst;
	int64_t seen;

	mutex_lock(&px->mu);
	inst = undecided_locked(px, seq);
	if (inst != NULL) {
		seen = inst->acceptor.promised;
		if (inst->proposer.to_beat > seen)
			seen = inst->proposer.to_beat;
		proposal_open(p, px->npeers,
			      ballot_next(seen, px->npeers, px->me),
			      inst->proposer.value);
		px->stats.rounds++;
	}
	mutex_unlock(&px->mu);
	return inst != NULL;
#else
	(void)px;
	(void)seq;
	(void)p;
	lab_todo(7, "open_round");
#endif
}

/*
 * Phase 1.  Our own acceptor answers first, by a function call to
 * peer_prepare(), and unless it promises the others need not be asked.  (That
 * it promises a ballot only once also keeps us from ever using one twice.)
 * Then the prepare goes to all at once, and P counts the answers until the
 * phase is over or no further one will come.  What each reply says of Done is
 * taken over (peer_merge_done()), what the request says is filled in by
 * peer_copy_done().  No lock is held meanwhile.
 */
static enum tally ask_promises(struct paxos *px, int64_t seq,
			       struct proposal *p) EXCLUDES(px->mu)
{
#if LAB_SOLVED >= 7
	struct prepare_args args = { .from = px->me, .seq = seq, .n = p->n };
	struct prepare_reply own = { .promised = 0 };
	const struct prepare_reply *reply;
	struct rpc_round *round;
	enum tally tally;
	int from;

	peer_copy_done(px, args.done);
	peer_prepare(px, &args, &own);
	tally = proposal_promise(p, px->me, &own);
	value_free(&own.val);
	if (own.outcome != OUTCOME_OK)
		return tally;

	round = peer_broadcast(px, &PROC_PREPARE, &args);
	while (tally == TALLY_OPEN &&
	       (reply = rpc_next(round, &from)) != NULL) {
		peer_merge_done(px, reply->done);
		tally = proposal_promise(p, from, reply);
	}
	rpc_round_end(round);
	return tally;
#else
	(void)px;
	(void)seq;
	(void)p;
	lab_todo(7, "ask_promises");
#endif
}

/*
 * Phase 2: asks all to accept P->value, in the same way, our own acceptor
 * first (peer_accept()).
 */
static enum tally ask_accepts(struct paxos *px, int64_t seq,
			      struct proposal *p) EXCLUDES(px->mu)
{
#if LAB_SOLVED >= 9
	struct accept_args args = {
		.from = px->me, .seq = seq, .n = p->n, .val = p->value,
	};
	struct accept_reply own = { .promised = 0 };
	const struct accept_reply *reply;
	struct rpc_round *round;
	enum tally tally;
	int from;

	peer_copy_done(px, args.done);
	peer_accept(px, &args, &own);
	tally = proposal_accept(p, px->me, &own);
	if (own.outcome != OUTCOME_OK)
		return tally;

	round = peer_broadcast(px, &PROC_ACCEPT, &args);
	while (tally == TALLY_OPEN &&
	       (reply = rpc_next(round, &from)) != NULL) {
		peer_merge_done(px, reply->done);
		tally = proposal_accept(p, from, reply);
	}
	rpc_round_end(round);
	return tally;
#else
	(void)px;
	(void)seq;
	(void)p;
	lab_todo(9, "ask_accepts");
#endif
}

/* How often a group is heard out, at most. */
#define LISTEN_EVERY_US 10000

/*
 * Tells the others, once, that V is decided.  Whoever misses it learns by
 * asking.  The replies matter only for what they say of Done: the two phases
 * before this end with a majority, and a peer that is always among the last
 * would never be heard.  For that it is enough that now and then one worker
 * stays to hear all.  px->listen_us is the time from which on one is to: who
 * finds it past puts it off under px->mu, until all have been heard, and then
 * sets it to LISTEN_EVERY_US later.  So a dead peer keeps one worker waiting
 * at most, and a busy group does not wake its workers for old news.
 */
static void tell_decision(struct paxos *px, int64_t seq, struct value v)
	EXCLUDES(px->mu)
{
#if LAB_SOLVED >= 9
	struct decided_args args = { .from = px->me, .seq = seq, .val = v };
	const struct decided_reply *reply;
	struct rpc_round *round;
	bool listen;
	int from;

	peer_copy_done(px, args.done);
	round = peer_broadcast(px, &PROC_DECIDED, &args);

	mutex_lock(&px->mu);
	listen = px->listen_us <= peer_now_us();
	if (listen)
		px->listen_us = INT64_MAX;
	mutex_unlock(&px->mu);

	while (listen && (reply = rpc_next(round, &from)) != NULL)
		peer_merge_done(px, reply->done);
	rpc_round_end(round);

	if (listen) {
		mutex_lock(&px->mu);
		px->listen_us = peer_now_us() + LISTEN_EVERY_US;
		mutex_unlock(&px->mu);
	}
#else
	(void)px;
	(void)seq;
	(void)v;
	lab_todo(9, "tell_decision");
#endif
}

/* ---- what comes of a round --------------------------------------------- */

static void count_win_locked(struct paxos *px, const struct instance *inst)
	REQUIRES(px->mu)
{
	int64_t took_us = peer_now_us() - inst->proposer.start_us;
	int bucket = 0;

	while (bucket < PAXOS_LATENCY_BUCKETS - 1 && took_us >> (bucket + 1))
		bucket++;
	px->stats.won++;
	px->stats.latency[bucket]++;
}

#if LAB_SOLVED >= 6
/*
 * After its b-th defeat by a higher ballot a round waits up to FIRST << b, so
 * that of several proposers one gets far enough ahead.
 */
#define BACKOFF_FIRST_US 4000
#define BACKOFF_DOUBLINGS 8

/* What a round waits at most that heard too little. */
#define RETRY_US 100000

/* Enters INST for another round, some random time from now. */
static void retry_locked(struct paxos *px, struct instance *inst,
			 const struct proposal *p, enum tally tally)
	REQUIRES(px->mu)
{
	uint64_t pause_us = RETRY_US;

	if (tally == TALLY_BEATEN) {
		pause_us = BACKOFF_FIRST_US << inst->proposer.beaten;
		if (inst->proposer.beaten < BACKOFF_DOUBLINGS)
			inst->proposer.beaten++;
		if (p->to_beat > inst->proposer.to_beat)
			inst->proposer.to_beat = p->to_beat;
	}
	pause_us = random_below(&px->random, pause_us);
	agenda_add(&px->agenda, peer_now_us() + (int64_t)pause_us, inst->seq);
	log_event(LOG_DEBUG, "back-off", "seq=%" PRId64 " n=%" PRId64
		  " to_beat=%" PRId64 " us=%" PRIu64, inst->seq, p->n,
		  inst->proposer.to_beat, pause_us);
}
#else
#endif

/*
 * The round P of INST has ended with TALLY.  With a quorum (of phase 2: phase
 * 1 does not end a round that has one) P->value is decided by us, with
 * TALLY_DECIDED it was decided before: in both cases this peer learns it
 * (peer_learn_locked()) and INST is active no longer.  With anything else
 * INST is entered on the agenda for another round, some random time from now:
 * up to a tenth of a second, unless it was beaten.  A beaten round waits up to
 * a time that doubles with each defeat, within a bound, so that of several
 * proposers one gets far enough ahead; and the ballot to beat is kept for
 * open_round().  Returns true if we have decided INST.
 */
static bool settle_locked(struct paxos *px, struct instance *inst,
			  const struct proposal *p, enum tally tally)
	REQUIRES(px->mu)
{
#if LAB_SOLVED >= 6
	if (tally != TALLY_QUORUM && tally != TALLY_DECIDED) {
		retry_locked(px, inst, p, tally);
		return false;
	}
	peer_learn_locked(px, inst, p->value);
	inst->proposer.active = false;
	return tally == TALLY_QUORUM;
#else
	(void)px;
	(void)inst;
	(void)p;
	(void)tally;
	lab_todo(6, "settle_locked");
#endif
}

/*
 * Ends the round P of SEQ with TALLY.  True if it has decided the instance
 * and the others should know.
 */
static bool close_round(struct paxos *px, int64_t seq,
			const struct proposal *p, enum tally tally)
	EXCLUDES(px->mu)
{
	struct instance *inst;
	bool won = false;

	mutex_lock(&px->mu);
	inst = undecided_locked(px, seq);
	if (inst != NULL && settle_locked(px, inst, p, tally)) {
		won = true;
		count_win_locked(px, inst);
	}
	mutex_unlock(&px->mu);
	return won;
}

void rounds_run(struct paxos *px, int64_t seq)
{
	struct proposal p;
	enum tally tally;

	if (!open_round(px, seq, &p))
		return;
	log_event(LOG_DEBUG, "round", "seq=%" PRId64 " n=%" PRId64, seq, p.n);
	tally = ask_promises(px, seq, &p);
	if (tally == TALLY_QUORUM)
		tally = ask_accepts(px, seq, &p);
	if (close_round(px, seq, &p, tally))
		tell_decision(px, seq, p.value);
	proposal_close(&p);
}
