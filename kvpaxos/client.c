/*
 * client.c - the clerk: finds a server that answers, and asks again until one
 * does.
 *
 * A call without a reply tells nothing: the request may have been executed or
 * not.  So it is repeated as it was, under the same number, and the servers
 * see to it that it happens once.
 *
 * Invariant: requests of one client have rising numbers, and none is made
 * before the last one has been answered or given up.
 *
 * Locks: ck->mu for `killed` alone.
 */
#include "kvpaxos/kvpaxos.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kvpaxos/protocol.h"
#include "labrpc/log.h"
#include "labrpc/sync.h"
#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/* The pause after all servers were asked in vain: at first, and at most. */
#define PAUSE_FIRST_MS 10
#define PAUSE_MAX_MS 200

struct kv_clerk {
	/* Fixed after kv_clerk_make(). */
	int nservers;
	struct rpc_end *ends[KV_SERVERS_MAX];
	int64_t patience_ms;

	/* Of the thread that uses it. */
	int at;          /* the server to ask first: the last that answered */
	uint64_t client; /* who we are, 0 until a server has told us */
	uint64_t number; /* of the last Put or Append */
	int64_t began_ms;/* when the call under way began */

	struct mutex mu;
	struct cond woken;
	/* Guarded by mu. */
	bool killed GUARDED;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for MS milliseconds; returns false at once if CK is killed. */
static bool wait_unless_killed(struct kv_clerk *ck, int64_t ms)
	EXCLUDES(ck->mu)
{
	bool killed;

	mutex_lock(&ck->mu);
	if (!ck->killed && ms > 0)
		cond_wait_ms(&ck->woken, &ck->mu, ms);
	killed = ck->killed;
	mutex_unlock(&ck->mu);
	return !killed;
}

/* Tells whether CK may try once more in the call under way. */
static bool may_go_on(struct kv_clerk *ck) EXCLUDES(ck->mu)
{
	if (ck->patience_ms > 0 &&
	    now_ms() - ck->began_ms >= ck->patience_ms)
		return false;
	return wait_unless_killed(ck, 0);
}

/*
 * Asks one server after the other for PROC with *ARGS until one has executed
 * it or refused it, and returns that status (every reply begins with it).
 * Begins with the server ck->at, and stays with the one that answers.  A call
 * without a reply, and a KV_RETRY, mean the next server; when all were asked
 * in vain, a pause (wait_unless_killed()), which grows from PAUSE_FIRST_MS to
 * PAUSE_MAX_MS, before the next turn.  Returns KV_RETRY if CK may not go on
 * (may_go_on()).
 */
static enum kv_status ask(struct kv_clerk *ck, const struct rpc_proc *proc,
			  const void *args, void *reply) EXCLUDES(ck->mu)
{
#if LAB_SOLVED >= 16
	const enum kv_status *status = reply;
	int64_t pause_ms = PAUSE_FIRST_MS;
	int tries = 0;

	while (may_go_on(ck)) {
		if (rpc_call(ck->ends[ck->at], proc, args, reply) &&
		    *status != KV_RETRY)
			return *status;
		ck->at = (ck->at + 1) % ck->nservers;
		if (++tries % ck->nservers != 0)
			continue;
		if (!wait_unless_killed(ck, pause_ms))
			break;
		pause_ms = pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS
						       : pause_ms * 2;
	}
	return KV_RETRY;
#else
	(void)ck;
	(void)proc;
	(void)args;
	(void)reply;
	lab_todo(16, "ask");
#endif
}

/*
 * Makes a Put or an Append.  Before the first one the clerk gets itself an
 * identity (PROC_KV_OPEN).
 */
static enum kv_status change(struct kv_clerk *ck, const struct rpc_proc *proc,
			     struct value key, struct value val)
	EXCLUDES(ck->mu)
{
	struct kv_write_args args = { .key = key, .val = val };
	struct kv_open_reply opened;
	struct kv_write_reply reply;
	enum kv_status status;

	ck->began_ms = now_ms();
	if (ck->client == 0) {
		status = ask(ck, &PROC_KV_OPEN, NULL, &opened);
		if (status != KV_OK)
			return status;
		ck->client = opened.client;
	}
	args.client = ck->client;
	args.number = ++ck->number;
	return ask(ck, proc, &args, &reply);
}

/*
 * Says goodbye (PROC_KV_CLOSE) so that the servers can forget this client:
 * asks each server once at most, and is content with whatever comes of it.
 */
static void say_goodbye(struct kv_clerk *ck) EXCLUDES(ck->mu)
{
#if LAB_SOLVED >= 18
	struct kv_close_args args = { .client = ck->client };
	struct kv_write_reply reply;
	int i;

	for (i = 0; i < ck->nservers && may_go_on(ck); i++) {
		struct rpc_end *end = ck->ends[(ck->at + i) % ck->nservers];

		if (rpc_call(end, &PROC_KV_CLOSE, &args, &reply) &&
		    reply.status != KV_RETRY)
			return;
	}
#else
	(void)ck; /* Until TODO 18 a client goes without a word. */
#endif
}

/* ---- the interface ----------------------------------------------------- */

struct kv_clerk *kv_clerk_make(const struct kv_clerk_config *config)
{
	struct kv_clerk *ck = calloc(1, sizeof(*ck));
	int i;

	assert(1 <= config->nservers && config->nservers <= KV_SERVERS_MAX);
	if (ck == NULL) {
		fprintf(stderr, "kvpaxos: out of memory for a clerk\n");
		abort();
	}
	ck->nservers = config->nservers;
	for (i = 0; i < config->nservers; i++)
		ck->ends[i] = config->ends[i];
	ck->patience_ms = config->patience_ms;
	mutex_init(&ck->mu);
	cond_init(&ck->woken);
	return ck;
}

void kv_clerk_free(struct kv_clerk *ck)
{
	ck->began_ms = now_ms();
	if (ck->client != 0 && may_go_on(ck))
		say_goodbye(ck);
	cond_destroy(&ck->woken);
	mutex_destroy(&ck->mu);
	free(ck);
}

void kv_clerk_kill(struct kv_clerk *ck)
{
	mutex_lock(&ck->mu);
	ck->killed = true;
	cond_broadcast(&ck->woken);
	mutex_unlock(&ck->mu);
}

enum kv_status kv_clerk_get(struct kv_clerk *ck, struct value key,
			    struct value *val)
{
	struct kv_get_args args = { .key = key };
	struct kv_get_reply reply = { .val = VALUE_EMPTY };
	enum kv_status status;

	ck->began_ms = now_ms();
	status = ask(ck, &PROC_KV_GET, &args, &reply);
	if (status != KV_OK)
		value_free(&reply.val);
	*val = reply.val;
	return status;
}

enum kv_status kv_clerk_put(struct kv_clerk *ck, struct value key,
			    struct value val)
{
	return change(ck, &PROC_KV_PUT, key, val);
}

enum kv_status kv_clerk_append(struct kv_clerk *ck, struct value key,
			       struct value val)
{
	return change(ck, &PROC_KV_APPEND, key, val);
}
