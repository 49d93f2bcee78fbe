/*
 * script.c - see script.h.
 *
 * A request lives on the stack of the handler that waits for its answer; the
 * list holds the requests of all handlers that are waiting, oldest first.
 *
 * Invariant: a request is in the list exactly while its handler waits.
 *
 * Locks: script->mu guards the list and the requests in it.  It is never held
 * across a call.
 */
#include "grader/host/script.h"

#include <inttypes.h>
#include <stdlib.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/raw.h"
#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/sync.h"
#include "paxos/protocol.h"

/*
 * A handler holds a request for so much longer than the caller waits: then
 * nobody hears that it gave up.
 */
#define HOLD_LONGER_MS 500

/* The most procedures that a script ever names. */
#define PROCS_MAX 64

enum request_state { REQUEST_NEW, REQUEST_TAKEN, REQUEST_ANSWERED };

struct request {
	uint64_t ticket;
	int at;
	const struct rpc_proc *proc;
	struct value args;   /* borrowed, while the handler waits */
	enum request_state state;
	struct value reply;  /* if answered */
	struct request *next;
};

/* What serves one procedure at one node. */
struct served {
	struct script *script;
	int node;
	const struct rpc_proc *proc;
};

#define SERVED_PROCS 3
static const struct rpc_proc *const served_procs[SERVED_PROCS] = {
	&PROC_PREPARE,
	&PROC_ACCEPT,
	&PROC_DECIDED,
};

struct script {
	/* fixed after make */
	const struct world *world;
	int64_t hold_ms;
	/* fixed once the nodes are open */
	struct rpc_server *servers[NETWORK_NODES_MAX];
	struct served served[NETWORK_NODES_MAX][SERVED_PROCS];

	struct mutex mu;
	/* guarded by mu */
	struct cond changed;
	struct request *requests GUARDED;
	int waiting GUARDED;
	uint64_t tickets GUARDED; /* given so far */
	bool closing GUARDED;
	struct rpc_proc procs[PROCS_MAX] GUARDED;
	int nprocs GUARDED;
};

struct script *script_make(const struct world *world, int64_t call_ms)
{
	struct script *script = calloc(1, sizeof(*script));

	if (script == NULL)
		lab_fatal("no memory for the scripted nodes");
	script->world = world;
	script->hold_ms = call_ms + HOLD_LONGER_MS;
	mutex_init(&script->mu);
	cond_init(&script->changed);
	return script;
}

void script_free(struct script *script)
{
	mutex_destroy(&script->mu);
	cond_destroy(&script->changed);
	free(script);
}

/*
 * The raw procedure of these numbers; NULL if there are too many.  It lasts as
 * long as the script, because a copy of a call may leave after the call.
 */
static const struct rpc_proc *raw_proc(struct script *script, uint32_t program,
				       uint32_t version, uint32_t number)
{
	const struct rpc_proc *found = NULL;
	int i;

	mutex_lock(&script->mu);
	for (i = 0; i < script->nprocs && found == NULL; i++) {
		const struct rpc_proc *proc = &script->procs[i];

		if (proc->program == program && proc->version == version &&
		    proc->number == number)
			found = proc;
	}
	if (found == NULL && script->nprocs < PROCS_MAX) {
		script->procs[script->nprocs] = (struct rpc_proc){
			.name = "scripted",
			.program = program,
			.version = version,
			.number = number,
			.args_size = sizeof(struct value),
			.reply_size = sizeof(struct value),
			.args_codec = raw_codec,
			.reply_codec = raw_codec,
		};
		found = &script->procs[script->nprocs++];
	}
	mutex_unlock(&script->mu);
	return found;
}

static void add_locked(struct script *script, struct request *req)
	REQUIRES(script->mu)
{
	struct request **end = &script->requests;

	while (*end != NULL)
		end = &(*end)->next;
	*end = req;
	script->waiting++;
	req->ticket = ++script->tickets;
	cond_broadcast(&script->changed);
}

static void remove_locked(struct script *script, struct request *req)
	REQUIRES(script->mu)
{
	struct request **at = &script->requests;

	while (*at != req)
		at = &(*at)->next;
	*at = req->next;
	script->waiting--;
}

/* Serves a request to a scripted node: waits for the judge's answer. */
static void handle(void *context, const void *args, void *reply)
{
	struct served *served = context;
	struct script *script = served->script;
	struct request req = {
		.at = served->node,
		.proc = served->proc,
		.args = *(const struct value *)args,
	};
	int64_t until_ms = script->world->now_ms() + script->hold_ms;
	int64_t left_ms = script->hold_ms;

	mutex_lock(&script->mu);
	if (script->waiting >= SCRIPT_REQUESTS_MAX) {
		mutex_unlock(&script->mu);
		log_event(LOG_ERROR, "script_full", "node=%d", req.at);
		return;
	}
	add_locked(script, &req);
	while (req.state != REQUEST_ANSWERED && !script->closing &&
	       left_ms > 0) {
		cond_wait_ms(&script->changed, &script->mu, left_ms);
		left_ms = until_ms - script->world->now_ms();
	}
	remove_locked(script, &req);
	mutex_unlock(&script->mu);
	/* Without an answer these are no bytes, which is no reply. */
	*(struct value *)reply = req.reply;
}

bool script_open(struct script *script, struct network *net, int node,
		 struct value *error)
{
	struct rpc_server *server = network_serve(net, node);
	int i;

	if (server == NULL)
		return error_errno(error, "cannot open the server of node %d",
				   node);
	for (i = 0; i < SERVED_PROCS; i++) {
		const struct rpc_proc *proc = served_procs[i];
		struct served *served = &script->served[node][i];

		served->script = script;
		served->node = node;
		served->proc = raw_proc(script, proc->program, proc->version,
					proc->number);
		rpc_serve(server, served->proc, handle, served);
	}
	script->servers[node] = server;
	rpc_server_run(server);
	return true;
}

void script_close(struct script *script)
{
	int i;

	mutex_lock(&script->mu);
	script->closing = true;
	cond_broadcast(&script->changed);
	mutex_unlock(&script->mu);
	for (i = 0; i < NETWORK_NODES_MAX; i++) {
		if (script->servers[i] != NULL)
			rpc_server_close(script->servers[i]);
		script->servers[i] = NULL;
	}
}

/* The oldest request that nobody has taken, at node AT or at any. */
static struct request *find_new_locked(struct script *script, int at)
	REQUIRES(script->mu)
{
	struct request *req;

	for (req = script->requests; req != NULL; req = req->next)
		if (req->state == REQUEST_NEW &&
		    (at == CTL_ALL || at == req->at))
			return req;
	return NULL;
}

void script_take(struct script *script, const struct ctl_take_args *args,
		 struct ctl_take_reply *reply)
{
	int64_t until_ms = script->world->now_ms() + args->within_ms;
	int64_t left_ms = args->within_ms;
	struct request *req;

	mutex_lock(&script->mu);
	for (;;) {
		req = find_new_locked(script, args->at);
		if (req != NULL || left_ms <= 0 || script->closing)
			break;
		cond_wait_ms(&script->changed, &script->mu, left_ms);
		left_ms = until_ms - script->world->now_ms();
	}
	if (req != NULL) {
		req->state = REQUEST_TAKEN;
		reply->taken = 1;
		reply->ticket = req->ticket;
		reply->at = req->at;
		reply->prog = req->proc->program;
		reply->vers = req->proc->version;
		reply->proc = req->proc->number;
		reply->args = value_copy(req->args);
	}
	mutex_unlock(&script->mu);
}

bool script_answer(struct script *script, const struct ctl_answer_args *args,
		   struct value *error)
{
	struct request *req;
	bool known;

	mutex_lock(&script->mu);
	known = args->ticket >= 1 && args->ticket <= script->tickets;
	for (req = script->requests; req != NULL; req = req->next)
		if (req->ticket == args->ticket)
			break;
	/* A dropped one waits on, so that its caller hears nothing at all. */
	if (req != NULL && req->state != REQUEST_ANSWERED && !args->drop) {
		req->state = REQUEST_ANSWERED;
		req->reply = value_copy(args->reply);
		cond_broadcast(&script->changed);
	}
	mutex_unlock(&script->mu);
	if (!known)
		return error_set(error, "ticket %" PRIu64 " was never given",
				 args->ticket);
	return true;
}

void script_send(struct script *script, struct network *net,
		 const struct ctl_send_args *args,
		 struct ctl_send_reply *reply)
{
	const struct rpc_proc *proc =
		raw_proc(script, args->prog, args->vers, args->proc);

	if (proc == NULL) {
		error_set(&reply->error,
			  "scripts have named more than %d procedures",
			  PROCS_MAX);
		return;
	}
	reply->replied = rpc_call(network_end(net, args->from, args->to), proc,
				  &args->args, &reply->reply);
}
