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

/* How the driver looks around while it has nothing to propose. */
struct lookout {
	int64_t ms;        /* until the next look */
	int64_t hole_ms;   /* how long a hole is left to others, at least */
	int64_t fill_at_ms;/* when to fill the one that we see; 0: none */
};

/*
 * Looks whether the next instance was decided without us, and executes it.
 * If others have begun it, or a later one, and there is no decision for long,
 * then its proposer may be gone, or we have missed it.  Returns true if it
 * should be proposed by us, with an entry that does nothing: that brings to
 * light what was decided, or fills the hole.
 */
static bool look(struct kv_server *kv, struct lookout *l) EXCLUDES(kv->mu)
{
	struct value decided = VALUE_EMPTY;
	int64_t now_ms = server_now_ms();

	if (paxos_max(kv->px) < kv->next) {
		l->ms = l->ms * 2 > LOOK_MAX_MS ? LOOK_MAX_MS : l->ms * 2 + 1;
		l->fill_at_ms = 0;
		return false;
	}
	if (paxos_status(kv->px, kv->next, &decided) == FATE_DECIDED) {
		execute(kv, decided);
		done(kv);
		value_free(&decided);
		l->fill_at_ms = 0;
		l->ms = 0; /* there may be more */
		return false;
	}
	l->ms = LOOK_FIRST_MS;
	if (l->fill_at_ms == 0)
		l->fill_at_ms = now_ms + l->hole_ms +
				(int64_t)random_below(&kv->random,
						      HOLE_FIRST_MS);
	return now_ms >= l->fill_at_ms;
}

/* The hole was proposed by us, and filled by us, if OWN. */
static void filled(struct lookout *l, bool own)
{
	l->ms = 0;
	l->fill_at_ms = 0;
	if (own) {
		l->hole_ms = l->hole_ms * 2 > HOLE_MAX_MS ? HOLE_MAX_MS
							  : l->hole_ms * 2;
		return;
	}
	/* It was no hole: we lag behind, and more will have to be learned. */
	l->hole_ms = HOLE_FIRST_MS;
	l->fill_at_ms = 1;
}

void *driver_main(void *arg)
{
	struct kv_server *kv = arg;
	struct value entry = VALUE_EMPTY;
	struct lookout lookout = { .ms = LOOK_FIRST_MS,
				   .hole_ms = HOLE_FIRST_MS };
	bool hole = false, own;

	log_peer(kv->me);
	while (wait_for_work(kv, hole ? 0 : lookout.ms, hole, &entry)) {
		if (entry.len == 0) {
			hole = look(kv, &lookout);
			continue;
		}
		own = advance(kv, entry);
		value_free(&entry);
		if (hole)
			filled(&lookout, own);
		else
			lookout.ms = LOOK_FIRST_MS;
		hole = false;
	}
	return NULL;
}
