/*
 * workers.c - the callers of each line, and the timer.
 *
 * Invariant: line->end points at the NULL that ends the list of jobs.
 *
 * Locks: px->mu, never during a call.
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "no %s\n", what);
	abort();
}

void post(struct paxos *px, enum phase kind, const struct item *item,
	  struct value v)
{
	for (int i = 0; i < px->npeers; i++) {
		struct line *line = &px->lines[i];
		struct job *job;

		if (px->ends[i] == NULL ||
		    (kind == QUIET && line->tellings == TELLINGS))
			continue;
		job = calloc(1, sizeof(*job));
		must(job != NULL, "memory");
		line->tellings += kind == QUIET;
		job->kind = kind;
		job->seq = item->seq;
		job->n = item->n;
		job->v = value_copy(v);
		*line->end = job;
		line->end = &job->next;
		cond_signal(&line->filled);
	}
}

static struct job *take(struct line *line)
{
	struct job *job = line->first;

	line->first = job->next;
	if (line->first == NULL)
		line->end = &line->first;
	line->tellings -= job->kind == QUIET;
	return job;
}

static void drop(struct job *job)
{
	value_free(&job->v);
	free(job);
}

/* With px->mu held: the item whose round JOB still belongs to, or NULL. */
static struct item *item_of(struct paxos *px, const struct job *job)
{
	struct item *item = item_find(px, job->seq);

	if (item == NULL || item->decided || item->n != job->n ||
	    item->phase != job->kind || px->killed)
		return NULL;
	return item;
}

static void copy_done(struct paxos *px, int64_t done[PEERS_MAX])
{
	mutex_lock(&px->mu);
	memcpy(done, px->done, sizeof(px->done));
	mutex_unlock(&px->mu);
}

static void call_prepare(struct paxos *px, int to, const struct job *job)
{
	struct prepare_args args = {
		.from = px->me, .seq = job->seq, .n = job->n,
	};
	struct prepare_reply reply;
	struct item *item;
	bool heard;

	copy_done(px, args.done);
	heard = rpc_call(px->ends[to], &PROC_PREPARE, &args, &reply);
	mutex_lock(&px->mu);
	if (heard)
		hear(px, reply.done);
	item = item_of(px, job);
	if (item != NULL && heard)
		round_promise(px, item, &reply);
	else if (item != NULL)
		round_silence(px, item);
	mutex_unlock(&px->mu);
	value_free(&reply.val);
}

static void call_accept(struct paxos *px, int to, const struct job *job)
{
	struct accept_args args = {
		.from = px->me, .seq = job->seq, .n = job->n, .val = job->v,
	};
	struct accept_reply reply;
	struct item *item;
	bool heard;

	copy_done(px, args.done);
	heard = rpc_call(px->ends[to], &PROC_ACCEPT, &args, &reply);
	mutex_lock(&px->mu);
	if (heard)
		hear(px, reply.done);
	item = item_of(px, job);
	if (item != NULL && heard)
		round_accepted(px, item, &reply);
	else if (item != NULL)
		round_silence(px, item);
	mutex_unlock(&px->mu);
}

static void call_decided(struct paxos *px, int to, const struct job *job)
{
	struct decided_args args = {
		.from = px->me, .seq = job->seq, .val = job->v,
	};
	struct decided_reply reply;

	copy_done(px, args.done);
	if (!rpc_call(px->ends[to], &PROC_DECIDED, &args, &reply))
		return;
	mutex_lock(&px->mu);
	hear(px, reply.done);
	mutex_unlock(&px->mu);
}

static void *caller_main(void *arg)
{
	struct line *line = arg;
	struct paxos *px = line->px;
	struct job *job;

	mutex_lock(&px->mu);
	while (!px->killed) {
		if (line->first == NULL) {
			cond_wait(&line->filled, &px->mu);
			continue;
		}
		job = take(line);
		if (job->kind != QUIET && item_of(px, job) == NULL) {
			drop(job);
			continue;
		}
		mutex_unlock(&px->mu);
		if (job->kind == PREPARING)
			call_prepare(px, line->to, job);
		else if (job->kind == ACCEPTING)
			call_accept(px, line->to, job);
		else
			call_decided(px, line->to, job);
		drop(job);
		mutex_lock(&px->mu);
	}
	mutex_unlock(&px->mu);
	return NULL;
}

/* With px->mu held: begins what is due, returns the ms until the next. */
static int64_t begin_what_is_due(struct paxos *px)
{
	int64_t now = now_ms(), wait = 60000;

	for (int i = 0; i < LISTS; i++) {
		for (struct item *item = px->lists[i]; item != NULL;
		     item = item->next) {
			if (item->phase != WAITING || item->decided)
				continue;
			if (item->due_ms <= now)
				round_begin(px, item);
			if (item->phase == WAITING &&
			    item->due_ms - now < wait)
				wait = item->due_ms - now;
		}
	}
	return wait > 0 ? wait : 1;
}

static void *timer_main(void *arg)
{
	struct paxos *px = arg;

	mutex_lock(&px->mu);
	while (!px->killed)
		cond_wait_ms(&px->clock, &px->mu, begin_what_is_due(px));
	mutex_unlock(&px->mu);
	return NULL;
}

void workers_run(struct paxos *px)
{
	if (px->running)
		return;
	px->running = true;
	must(pthread_create(&px->timer, NULL, timer_main, px) == 0, "thread");
	for (int i = 0; i < px->npeers; i++) {
		if (px->ends[i] == NULL)
			continue;
		for (int j = 0; j < CALLERS; j++)
			must(pthread_create(&px->lines[i].callers[j], NULL,
					    caller_main, &px->lines[i]) == 0,
			     "thread");
	}
}

void workers_end(struct paxos *px)
{
	if (!px->running)
		return;
	pthread_join(px->timer, NULL);
	for (int i = 0; i < px->npeers; i++) {
		if (px->ends[i] == NULL)
			continue;
		for (int j = 0; j < CALLERS; j++)
			pthread_join(px->lines[i].callers[j], NULL);
	}
	for (int i = 0; i < px->npeers; i++)
		while (px->lines[i].first != NULL)
			drop(take(&px->lines[i]));
}
