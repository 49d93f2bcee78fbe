/*
 * server.c - the server's interface, and what it answers to clients.
 *
 * A handler waits until its operation has been executed.  That takes as long
 * as there is no majority, so it waits for a bounded time only, and then lets
 * the client try elsewhere.
 *
 * Invariant: a struct waiting is in the queue from when its handler begins to
 * wait until it is done, or the handler gives up, whichever is first.
 *
 * Locks: kv->mu for the queue; handlers sleep on their own condition under it.
 */
#include "kvpaxos/server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kvpaxos/kvpaxos.h"
#include "kvpaxos/protocol.h"
#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/* How long a handler waits: the client must get the answer before its call
 * ends (RPC_TIMEOUT_MS). */
#define ANSWER_MS (RPC_TIMEOUT_MS * 3 / 4)

int64_t server_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void server_pause_us(int64_t us)
{
	const struct timespec pause = {
		.tv_sec = (time_t)(us / 1000000),
		.tv_nsec = (long)(us % 1000000) * 1000,
	};

	nanosleep(&pause, NULL);
}

/* ---- for the driver ---------------------------------------------------- */

bool server_is_killed(struct kv_server *kv)
{
	bool killed;

	mutex_lock(&kv->mu);
	killed = kv->killed;
	mutex_unlock(&kv->mu);
	return killed;
}

void server_answer(struct kv_server *kv, int at, struct kv_result result)
{
	struct waiting *w;

	mutex_lock(&kv->mu);
	w = queue_find(&kv->queue, at);
	if (w != NULL) {
		queue_remove(&kv->queue, w);
		w->result = result;
		w->result.val = value_copy(result.val);
		w->done = true;
		cond_signal(&w->changed);
	}
	mutex_unlock(&kv->mu);
}

/* ---- handlers ---------------------------------------------------------- */

/*
 * Waits until OP has been executed and returns what came of it, the value in
 * it being the caller's.  A struct waiting goes into kv->queue (queue_add()),
 * and the driver is told (kv->work).  When it is done, the driver has taken
 * it out again.  If KV is killed, or after ANSWER_MS, it is taken out here,
 * and the status is KV_RETRY: whether OP is in the log by then is unknown.
 *
 * The lock is held for looking at the queue and given up while waiting
 * (cond_wait_ms()).
 */
static struct kv_result submit(struct kv_server *kv, const struct kv_op *op)
	EXCLUDES(kv->mu)
{
#if LAB_SOLVED >= 13
	struct waiting w = { .op = *op, .result = { .status = KV_RETRY } };
	int64_t until_ms = server_now_ms() + ANSWER_MS;
	int64_t left_ms = ANSWER_MS;

	cond_init(&w.changed);
	mutex_lock(&kv->mu);
	queue_add(&kv->queue, &w);
	cond_signal(&kv->work);
	while (!w.done && !kv->killed && left_ms > 0) {
		cond_wait_ms(&w.changed, &kv->mu, left_ms);
		left_ms = until_ms - server_now_ms();
	}
	if (!w.done)
		queue_remove(&kv->queue, &w);
	mutex_unlock(&kv->mu);
	cond_destroy(&w.changed);
	return w.result;
#else
	(void)kv;
	(void)op;
	lab_todo(13, "submit");
#endif
}

/* Answers OP: at once if its sizes are wrong, else when it is executed. */
static struct kv_result serve(struct kv_server *kv, const struct kv_op *op)
	EXCLUDES(kv->mu)
{
	struct kv_result refused = { .status = store_check(op) };

	return refused.status == KV_OK ? submit(kv, op) : refused;
}

static void handle_open(void *context, const void *request, void *response)
{
	const struct kv_op op = { .kind = KV_OP_OPEN };
	struct kv_open_reply *reply = response;
	struct kv_result result = serve(context, &op);

	(void)request;
	reply->status = result.status;
	reply->client = result.client;
}

static void handle_get(void *context, const void *request, void *response)
{
	const struct kv_get_args *args = request;
	const struct kv_op op = { .kind = KV_OP_GET, .key = args->key };
	struct kv_get_reply *reply = response;
	struct kv_result result = serve(context, &op);

	reply->status = result.status;
	reply->val = result.val;
}

static void handle_write(struct kv_server *kv, enum kv_kind kind,
			 const struct kv_write_args *args,
			 struct kv_write_reply *reply)
{
	const struct kv_op op = {
		.kind = kind,
		.client = args->client,
		.number = args->number,
		.key = args->key,
		.val = args->val,
	};

	reply->status = serve(kv, &op).status;
}

static void handle_put(void *context, const void *request, void *response)
{
	handle_write(context, KV_OP_PUT, request, response);
}

static void handle_append(void *context, const void *request, void *response)
{
	handle_write(context, KV_OP_APPEND, request, response);
}

static void handle_close(void *context, const void *request, void *response)
{
	const struct kv_close_args *args = request;
	const struct kv_op op = { .kind = KV_OP_CLOSE,
				  .client = args->client };
	struct kv_write_reply *reply = response;

	reply->status = serve(context, &op).status;
}

/* ---- the interface ----------------------------------------------------- */

/* Makes the Paxos peer of KV, on the same server. */
static struct paxos *make_peer(const struct kv_server_config *config)
{
	return paxos_make(&(struct paxos_config){
		.npeers = config->nservers,
		.me = config->me,
		.server = config->server,
		.ends = config->ends,
		.seed = config->seed,
	});
}

struct kv_server *kv_server_make(const struct kv_server_config *config)
{
	struct kv_server *kv = calloc(1, sizeof(*kv));

	assert(1 <= config->nservers && config->nservers <= KV_SERVERS_MAX);
	assert(0 <= config->me && config->me < config->nservers);
	if (kv == NULL) {
		fprintf(stderr, "kvpaxos: out of memory for a server\n");
		abort();
	}
	kv->me = config->me;
	mutex_init(&kv->mu);
	cond_init(&kv->work);
	random_seed(&kv->random,
		    random_mix(config->seed, (uint64_t)config->me));
	kv->px = make_peer(config);

	rpc_serve(config->server, &PROC_KV_OPEN, handle_open, kv);
	rpc_serve(config->server, &PROC_KV_GET, handle_get, kv);
	rpc_serve(config->server, &PROC_KV_PUT, handle_put, kv);
	rpc_serve(config->server, &PROC_KV_APPEND, handle_append, kv);
	rpc_serve(config->server, &PROC_KV_CLOSE, handle_close, kv);
	if (pthread_create(&kv->driver, NULL, driver_main, kv) != 0) {
		fprintf(stderr, "kvpaxos: no thread for a server\n");
		abort();
	}
	return kv;
}

void kv_server_kill(struct kv_server *kv)
{
	mutex_lock(&kv->mu);
	kv->killed = true;
	cond_broadcast(&kv->work);
	queue_wake(&kv->queue);
	mutex_unlock(&kv->mu);
	paxos_kill(kv->px);
}

void kv_server_free(struct kv_server *kv)
{
	pthread_join(kv->driver, NULL);
	paxos_free(kv->px);
	store_deinit(&kv->store);
	cond_destroy(&kv->work);
	mutex_destroy(&kv->mu);
	free(kv);
}

struct paxos *kv_server_paxos(struct kv_server *kv)
{
	return kv->px;
}
