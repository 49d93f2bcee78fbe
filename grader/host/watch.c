/*
 * watch.c - see watch.h.
 *
 * Invariant: a handler is in watch.served from before its server runs.
 *
 * Locks: watch.mu for the referee and the tables of who is who, from look() to
 * look_away(), within which nothing is called that could wait.  In a
 * simulation nothing there is a step, so no other thread comes in between, and
 * the lock is left alone.
 */
#include "grader/host/watch.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "grader/host/flavour.h"
#include "kvpaxos/protocol.h"
#include "labrpc/fatal.h"
#include "labrpc/sync.h"
#include "paxos/protocol.h"

#define KINDS 3

/* A handler of the protocol's, of one peer. */
struct served {
	int peer;
	enum message_kind kind;
	rpc_handler *handler;
	void *context;
};

static struct watch {
	atomic_bool on;
	atomic_bool accusing;
	bool simulated; /* fixed while peers live */

	struct mutex mu;
	/* guarded by mu */
	struct referee *referee GUARDED;
	int64_t (*clock_us)(void) GUARDED;
	int64_t began_us GUARDED;
	int npeers GUARDED;
	struct rpc_server *servers[PEERS_MAX] GUARDED;
	struct rpc_end *ends[PEERS_MAX][PEERS_MAX] GUARDED;
	struct served served[PEERS_MAX][KINDS] GUARDED;
} watch = { .mu = { PTHREAD_MUTEX_INITIALIZER } };

#if HOST_HAS_TSAN
/* ThreadSanitizer's, of gcc and of clang; no header declares them. */
void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
#define UNSEEN(what) Annotate##what(__FILE__, __LINE__)
#else
#define UNSEEN(what) ((void)0)
#endif

#define UNCHECKED LAB_TSA(no_thread_safety_analysis)

/* Takes the lock, and hides what is done with it from ThreadSanitizer. */
UNCHECKED static void look(void) LAB_TSA(acquire_capability(watch.mu))
{
	UNSEEN(IgnoreSyncBegin);
	UNSEEN(IgnoreReadsBegin);
	UNSEEN(IgnoreWritesBegin);
	if (!watch.simulated)
		mutex_lock(&watch.mu);
}

UNCHECKED static void look_away(void) LAB_TSA(release_capability(watch.mu))
{
	if (referee_accusation(watch.referee) != NULL)
		atomic_store_explicit(&watch.accusing, true,
				      memory_order_relaxed);
	if (!watch.simulated)
		mutex_unlock(&watch.mu);
	UNSEEN(IgnoreWritesEnd);
	UNSEEN(IgnoreReadsEnd);
	UNSEEN(IgnoreSyncEnd);
}

/* The time since the group was opened. */
static int64_t now_us(void) REQUIRES(watch.mu)
{
	return watch.clock_us() - watch.began_us;
}

static bool is_on(void)
{
	return atomic_load_explicit(&watch.on, memory_order_relaxed);
}

static void turn(bool on)
{
	atomic_store_explicit(&watch.on, on, memory_order_relaxed);
}

/* ---- groups ------------------------------------------------------------- */

void watch_open(int npeers, uint64_t scripted, int64_t (*clock_us)(void),
		bool simulated)
{
	watch.simulated = simulated;
	look();
	if (watch.referee == NULL)
		watch.referee = referee_make();
	referee_open(watch.referee, npeers, scripted);
	watch.clock_us = clock_us;
	watch.began_us = clock_us();
	watch.npeers = npeers;
	memset(watch.servers, 0, sizeof(watch.servers));
	memset(watch.ends, 0, sizeof(watch.ends));
	look_away();
	atomic_store_explicit(&watch.accusing, false, memory_order_relaxed);
	turn(true);
}

void watch_close(void)
{
	turn(false);
}

void watch_peer(int peer, struct rpc_server *server,
		struct rpc_end *const ends[])
{
	if (!is_on())
		return;
	look();
	watch.servers[peer] = server;
	for (int i = 0; i < watch.npeers; i++)
		watch.ends[peer][i] = ends[i];
	referee_born(watch.referee, peer);
	look_away();
}

bool watch_accuses(void)
{
	return is_on() && atomic_load_explicit(&watch.accusing,
					       memory_order_relaxed);
}

bool watch_accusation(struct accusation *accusation)
{
	if (!watch_accuses())
		return false;
	look();
	*accusation = *referee_accusation(watch.referee);
	look_away();
	return true;
}

void watch_learned(int peer, int64_t seq, struct value v)
{
	struct mark val;

	if (!is_on())
		return;
	val = mark_of(v);
	look();
	referee_learned(watch.referee, peer, seq, val, now_us());
	look_away();
}

/* ---- messages ----------------------------------------------------------- */

/*
 * The kind of message that PROC carries; false if it is none that is watched.
 * Others than those of the two protocols would be neither seen nor counted.
 */
static bool kind_of(const struct rpc_proc *proc, enum message_kind *kind)
{
	static const struct rpc_proc *const procs[] = {
		[MESSAGE_PREPARE] = &PROC_PREPARE,
		[MESSAGE_ACCEPT] = &PROC_ACCEPT,
		[MESSAGE_DECIDED] = &PROC_DECIDED,
		[KINDS] = &PROC_KV_OPEN, &PROC_KV_GET, &PROC_KV_PUT,
		&PROC_KV_APPEND, &PROC_KV_CLOSE,
	};

	for (size_t i = 0; i < sizeof(procs) / sizeof(procs[0]); i++) {
		if (proc->program != procs[i]->program ||
		    proc->version != procs[i]->version ||
		    proc->number != procs[i]->number ||
		    proc->args_codec != procs[i]->args_codec ||
		    proc->reply_codec != procs[i]->reply_codec)
			continue;
		*kind = (enum message_kind)i;
		return i < KINDS;
	}
	lab_fatal("the messages of a submission are those of paxos.x and "
		  "kv.x (paxos/protocol.h, kvpaxos/protocol.h); \"%s\" is "
		  "another one", proc->name != NULL ? proc->name : "");
}

/* Values that no message can carry are found out as they are sent. */
static struct mark mark_sent(struct value v)
{
	return v.len <= VALUE_MAX_BYTES ? mark_of(v)
					: (struct mark){ 0, v.len };
}

static struct request_seen see_request(enum message_kind kind,
				       const void *args)
{
	const struct prepare_args *prepare = args;
	const struct accept_args *accept = args;
	const struct decided_args *decided = args;

	if (kind == MESSAGE_PREPARE)
		return (struct request_seen){
			.kind = kind, .from = prepare->from,
			.seq = prepare->seq, .n = prepare->n,
			.done = prepare->done,
		};
	if (kind == MESSAGE_ACCEPT)
		return (struct request_seen){
			.kind = kind, .from = accept->from,
			.seq = accept->seq, .n = accept->n,
			.val = mark_sent(accept->val), .done = accept->done,
		};
	return (struct request_seen){
		.kind = kind, .from = decided->from, .seq = decided->seq,
		.val = mark_sent(decided->val), .done = decided->done,
	};
}

static struct reply_seen see_reply(enum message_kind kind, const void *reply)
{
	const struct prepare_reply *prepare = reply;
	const struct accept_reply *accept = reply;
	const struct decided_reply *decided = reply;

	if (kind == MESSAGE_PREPARE)
		return (struct reply_seen){
			.outcome = (int)prepare->outcome,
			.promised = prepare->promised,
			.accepted = prepare->accepted,
			.val = mark_sent(prepare->val), .done = prepare->done,
		};
	if (kind == MESSAGE_ACCEPT)
		return (struct reply_seen){
			.outcome = (int)accept->outcome,
			.promised = accept->promised, .done = accept->done,
		};
	return (struct reply_seen){ .done = decided->done };
}

/* ---- handlers ----------------------------------------------------------- */

/* Serves one request of the protocol's. */
static void handle(void *context, const void *args, void *reply)
{
	const struct served *served = context;
	struct request_seen request;
	struct reply_seen answer;
	struct handling handling;

	if (!is_on()) {
		served->handler(served->context, args, reply);
		return;
	}
	request = see_request(served->kind, args);
	look();
	referee_handles(watch.referee, served->peer, &request, now_us(),
			&handling);
	look_away();

	served->handler(served->context, args, reply);

	answer = see_reply(served->kind, reply);
	look();
	referee_replied(watch.referee, &handling, &answer, now_us());
	look_away();
}

/* The place of the handler of KIND at SERVER; NULL if it is no peer's. */
static struct served *place_of(struct rpc_server *server,
			       enum message_kind kind)
{
	struct served *place = NULL;

	look();
	for (int i = 0; i < watch.npeers && place == NULL; i++)
		if (watch.servers[i] == server) {
			place = &watch.served[i][kind];
			place->peer = i;
			place->kind = kind;
		}
	look_away();
	return place;
}

void lab_rpc_serve(struct rpc_server *server, const struct rpc_proc *proc,
		   rpc_handler *handler, void *context)
{
	struct served *place = NULL;
	enum message_kind kind;

	if (is_on() && proc != NULL && handler != NULL &&
	    kind_of(proc, &kind))
		place = place_of(server, kind);
	if (place == NULL) {
		rpc_serve(server, proc, handler, context);
		return;
	}
	place->handler = handler;
	place->context = context;
	rpc_serve(server, proc, handle, place);
}

/* ---- calls -------------------------------------------------------------- */

/* The peer whose end END is, or -1. */
static int owner_of(const struct rpc_end *end) REQUIRES(watch.mu)
{
	for (int peer = 0; peer < watch.npeers; peer++)
		for (int to = 0; to < watch.npeers; to++)
			if (watch.ends[peer][to] == end)
				return peer;
	return -1;
}

/* ARGS for PROC are about to be sent at END. */
static void see_sent(const struct rpc_end *end, const struct rpc_proc *proc,
		     const void *args)
{
	struct request_seen request;
	enum message_kind kind;
	int peer;

	if (!is_on() || end == NULL || proc == NULL || !kind_of(proc, &kind))
		return;
	request = see_request(kind, args);
	look();
	peer = owner_of(end);
	if (peer >= 0)
		referee_sends(watch.referee, peer, &request, now_us());
	look_away();
}

bool lab_rpc_call(struct rpc_end *end, const struct rpc_proc *proc,
		  const void *args, void *reply)
{
	see_sent(end, proc, args);
	return rpc_call(end, proc, args, reply);
}

struct rpc_round *lab_rpc_broadcast(struct rpc_end *const ends[], int n,
				    const struct rpc_proc *proc,
				    const void *args)
{
	struct rpc_end *first = NULL;

	for (int i = 0; i < n && first == NULL; i++)
		first = ends[i];
	see_sent(first, proc, args);
	return rpc_broadcast(ends, n, proc, args);
}
