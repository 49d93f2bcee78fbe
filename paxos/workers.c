/*
 * workers.c - the threads that run rounds.
 *
 * The unit of work is one round of one instance.  A worker takes the instance
 * that is due first from the agenda and runs a round, which enters it again
 * for later if it came to nothing.  So the threads are few, however many
 * instances are stuck, and a stuck one holds up another for one round at most
 * before the worker turns to what is waiting.
 *
 * Invariant: if the agenda is not empty, then a worker is idle and watches it,
 * or all are at work and there is no further thread to be had: WORKERS_MAX, or
 * as many as the system gives.
 *
 * Locks: px->mu for the agenda and the table, not held during a round.
 */
#include "paxos/peer.h"

#include <assert.h>

#include "labrpc/log.h"

/* A first round goes before a repeated one, unless that has waited so long. */
#define HEAD_START_US 5000000

/* ---- workers ----------------------------------------------------------- */

static void *worker_main(void *arg);

/*
 * Sees to it that somebody watches the agenda, now that it has changed.  True
 * if an idle worker is to do it: then wake one, after px->mu is released, as
 * the first that it does is to take that.
 */
static bool watch_locked(struct paxos *px) REQUIRES(px->mu)
{
	if (agenda_first(&px->agenda) == NULL)
		return false;
	if (px->nidle > 0)
		return true;
	if (px->nworkers < WORKERS_MAX) {
		if (pthread_create(&px->workers[px->nworkers], NULL,
				   worker_main, px) == 0)
			px->nworkers++;
		else
			log_event(LOG_ERROR, "no-thread", "workers=%d",
				  px->nworkers);
	}
	return false;
}

/*
 * Waits for the next round that is due; stores in *WAKE what watch_locked()
 * says of the others.  False once PX is killed.
 */
static bool take_work_locked(struct paxos *px, int64_t *seq, bool *wake)
	REQUIRES(px->mu)
{
	const struct agenda_entry *first;
	int64_t wait_us;

	while (!px->killed) {
		first = agenda_first(&px->agenda);
		wait_us = first == NULL ? 0 : first->due_us - peer_now_us();
		if (first != NULL && wait_us <= 0) {
			*seq = agenda_take(&px->agenda);
			*wake = watch_locked(px);
			return true;
		}
		px->nidle++;
		if (first == NULL)
			cond_wait(&px->work, &px->mu);
		else
			cond_wait_ms(&px->work, &px->mu, wait_us / 1000 + 1);
		px->nidle--;
	}
	return false;
}

static void *worker_main(void *arg)
{
	struct paxos *px = arg;
	int64_t seq;
	bool wake;

	log_peer(px->me);
	mutex_lock(&px->mu);
	while (take_work_locked(px, &seq, &wake)) {
		mutex_unlock(&px->mu);
		if (wake)
			workers_wake(px);
		rounds_run(px, seq);
		mutex_lock(&px->mu);
	}
	mutex_unlock(&px->mu);
	return NULL;
}

void workers_begin_locked(struct paxos *px, struct instance *inst)
{
	assert(inst->proposer.active);

	inst->proposer.start_us = peer_now_us();
	agenda_add(&px->agenda, inst->proposer.start_us - HEAD_START_US,
		   inst->seq);
	watch_locked(px); /* paxos_start() wakes one in any case */
}

void workers_wake(struct paxos *px)
{
	cond_signal(&px->work);
}

void workers_join(struct paxos *px)
{
	pthread_t workers[WORKERS_MAX];
	int n, i;

	mutex_lock(&px->mu);
	assert(px->killed);
	n = px->nworkers;
	for (i = 0; i < n; i++)
		workers[i] = px->workers[i];
	mutex_unlock(&px->mu);

	for (i = 0; i < n; i++)
		pthread_join(workers[i], NULL);
}
