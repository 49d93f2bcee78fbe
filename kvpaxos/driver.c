/*
 * driver.c - the thread that brings a server's operations into the log, and
 * executes the log.
 *
 * It works on one instance at a time: kv->next, the first that it has not
 * executed.  If operations wait, it proposes all of them together for that
 * instance.  Whatever is then decided, its own entry or another server's, it
 * executes, and goes on to the next.  So a server that lags behind learns
 * what it missed before anything of its own can be executed.  If nothing
 * waits, it looks now and then for what the others have decided.
 *
 * Invariant: every instance below kv->next has been executed, once, in order.
 *
 * Locks: kv->mu for the queue alone, never while Paxos is at work.
 */
#include "kvpaxos/server.h"

#include <inttypes.h>

#include "kvpaxos/entry.h"
#include "labrpc/log.h"
#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/*
 * How long to wait before asking Paxos again whether an instance is decided:
 * the first time, and at most; each time by a quarter longer.
 */
#define ASK_FIRST_US 20
#define ASK_MAX_US 10000

/* How often to look when there is nothing to do: at first, and at most. */
#define LOOK_FIRST_MS 5
#define LOOK_MAX_MS 80

/*
 * An instance that others have begun is left to them for so long, and up to as
 * long again, before we propose it; twice as long after each time that nobody
 * had anything for it, up to the most.
 */
#define HOLE_FIRST_MS 400
#define HOLE_MAX_MS 6400

/* ---- agreeing ---------------------------------------------------------- */

/*
 * Proposes PROPOSAL for the instance kv->next and waits until it is decided.
 * *DECIDED is then the decision, which is the caller's to free.  Returns
 * false, without one, if KV is killed first (server_is_killed()).
 *
 * Paxos has to be asked (paxos_status()).  To ask without a pause would take
 * its processor away from those who are to answer; to pause for long would
 * make every operation late.  So the pauses (server_pause_us()) grow, from
 * ASK_FIRST_US up to ASK_MAX_US.
 */
static bool agree(struct kv_server *kv, struct value proposal,
		  struct value *decided) EXCLUDES(kv->mu)
{
#if LAB_SOLVED >= 14
	int64_t us = ASK_FIRST_US;

	paxos_start(kv->px, kv->next, proposal);
	while (paxos_status(kv->px, kv->next, decided) != FATE_DECIDED) {
		if (server_is_killed(kv))
			return false;
		server_pause_us(us);
		us += us / 4;
		if (us > ASK_MAX_US)
			us = ASK_MAX_US;
	}
	return true;
#else
	(void)kv;
	(void)proposal;
	(void)decided;
	lab_todo(14, "agree");
#endif
}

/* ---- executing --------------------------------------------------------- */

/*
 * Executes DECIDED, the decision of kv->next, which is then one more.
 * Each operation of the entry (entry_open(), entry_next()) is executed in
 * order (store_apply()).  If the entry is ours, the one that we have made
 * last, then the i-th result, counted from 0, is given to whoever waits for
 * it (server_answer()).  Bytes that are no entry do nothing.  Returns whether
 * the entry is ours.
 */
static bool execute(struct kv_server *kv, struct value decided)
	EXCLUDES(kv->mu)
{
#if LAB_SOLVED >= 15
	struct entry_reader reader;
	struct kv_op op;
	bool own = false;
	int at;

	if (entry_open(&reader, decided)) {
		own = reader.server == kv->me && reader.number == kv->entries;
		for (at = 0; entry_next(&reader, &op); at++) {
			struct kv_result result = store_apply(&kv->store, &op);

			if (own)
				server_answer(kv, at, result);
		}
	}
	kv->next++;
	return own;
#else
	(void)kv;
	(void)decided;
	lab_todo(15, "execute");
#endif
}

/*
 * All that was executed will never be asked about again: Paxos may forget it,
 * once all servers have come so far.  Not earlier, or a server that lags
 * behind could never catch up.
 */
static void done(struct kv_server *kv)
{
#if LAB_SOLVED >= 17
	paxos_done(kv->px, kv->next - 1);
#else
	(void)kv; /* Until TODO 17 nothing is ever forgotten. */
#endif
}

/*
 * Proposes PROPOSAL for the next instance, and executes what is decided.
 * Returns whether that is PROPOSAL.
 */
static bool advance(struct kv_server *kv, struct value proposal)
	EXCLUDES(kv->mu)
{
	struct value decided = VALUE_EMPTY;
	bool own;

	if (!agree(kv, proposal, &decided))
		return false;
	log_event(LOG_DEBUG, "execute", "seq=%" PRId64 " bytes=%zu", kv->next,
		  decided.len);
	own = execute(kv, decided);
	done(kv);
	value_free(&decided);
	return own;
}

/* ---- what there is to do ----------------------------------------------- */

/*
 * Waits for an operation, for at most MS milliseconds.  If there is any, or
 * EMPTY is asked for, *ENTRY is what to propose.  False once KV is killed.
 */
static bool wait_for_work(struct kv_server *kv, int64_t ms, bool empty,
			  struct value *entry) EXCLUDES(kv->mu)
{
	bool killed;

	mutex_lock(&kv->mu);
	if (kv->queue.first == NULL && !kv->killed && ms > 0)
		cond_wait_ms(&kv->work, &kv->mu, ms);
	killed = kv->killed;
	if (!killed && (empty || kv->queue.first != NULL))
		*entry = queue_entry(&kv->queue, kv->me, ++kv->entries);
	mutex_unlock(&kv->mu);
	return !killed;
}

/*
 * How the driver looks around while it has nothing to propose.  An instance
 * that others have begun is a hole until it is decided: its proposer may be
 * gone, or we have missed the decision.  It is left to others for a while.
 */
struct lookout {
	enum {
		LOOK_FOR_MORE, /* no hole is known */
		LOOK_AT_HOLE,  /* the next instance is one, until fill_at_ms */
		LOOK_BEHIND,   /* the last hole was none: we miss more */
	} state;
	int64_t pause_ms;      /* until the next look */
	int64_t hole_ms;       /* so long at least a hole is left alone */
	int64_t fill_at_ms;
};

static int64_t twice_up_to(int64_t ms, int64_t most_ms)
{
	return ms * 2 > most_ms ? most_ms : ms * 2;
}

/* The end of the log was seen: there is less and less to look for. */
static void see_end(struct lookout *l)
{
	l->state = LOOK_FOR_MORE;
	l->pause_ms = l->pause_ms == 0 ? LOOK_FIRST_MS :
		      twice_up_to(l->pause_ms, LOOK_MAX_MS);
}

/* A decision was seen: there may be more. */
static void see_decision(struct lookout *l)
{
	l->state = LOOK_FOR_MORE;
	l->pause_ms = 0;
}

/*
 * The next instance was seen to be a hole.  Returns true if we should propose
 * it, with an entry that does nothing: that brings to light what was decided,
 * or fills the hole.
 */
static bool see_hole(struct lookout *l, struct random *random)
{
	int64_t now_ms = server_now_ms();

	l->pause_ms = LOOK_FIRST_MS;
	if (l->state == LOOK_FOR_MORE) {
		l->state = LOOK_AT_HOLE;
		l->fill_at_ms = now_ms + l->hole_ms +
				(int64_t)random_below(random, HOLE_FIRST_MS);
	}
	return l->state == LOOK_BEHIND || now_ms >= l->fill_at_ms;
}

/* The hole was proposed by us, and filled by us, if OWN. */
static void see_filled(struct lookout *l, bool own)
{
	l->pause_ms = 0;
	if (own) {
		l->state = LOOK_FOR_MORE;
		l->hole_ms = twice_up_to(l->hole_ms, HOLE_MAX_MS);
	} else {
		l->state = LOOK_BEHIND;
		l->hole_ms = HOLE_FIRST_MS;
	}
}

/*
 * Looks whether the next instance was decided without us, and executes it.
 * Returns true if it is a hole that we should fill.
 */
static bool look(struct kv_server *kv, struct lookout *l) EXCLUDES(kv->mu)
{
	struct value decided = VALUE_EMPTY;

	if (paxos_max(kv->px) < kv->next) {
		see_end(l);
		return false;
	}
	if (paxos_status(kv->px, kv->next, &decided) != FATE_DECIDED)
		return see_hole(l, &kv->random);
	execute(kv, decided);
	done(kv);
	value_free(&decided);
	see_decision(l);
	return false;
}

void *driver_main(void *arg)
{
	struct kv_server *kv = arg;
	struct value entry = VALUE_EMPTY;
	struct lookout lookout = { .pause_ms = LOOK_FIRST_MS,
				   .hole_ms = HOLE_FIRST_MS };
	bool hole = false, own;

	log_peer(kv->me);
	while (wait_for_work(kv, hole ? 0 : lookout.pause_ms, hole, &entry)) {
		if (entry.len == 0) {
			hole = look(kv, &lookout);
			continue;
		}
		own = advance(kv, entry);
		value_free(&entry);
		if (hole)
			see_filled(&lookout, own);
		else
			lookout.pause_ms = LOOK_FIRST_MS;
		hole = false;
	}
	return NULL;
}
