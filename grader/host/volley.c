/*
 * volley.c - see volley.h.
 *
 * Each lane is a thread.  The lanes meet before every row, without going to
 * sleep: whoever had to be woken would always be the last to call.
 *
 * Invariant: lane i alone touches the calls and replies i, i + lanes, ...
 *
 * Locks: none; `arrived` is atomic.
 */
#define _DEFAULT_SOURCE /* for the BSD type names in <rpc/xdr.h> */

#include "grader/host/volley.h"

#include <errno.h>
#include <pthread.h>
#include <rpc/types.h>
#include <rpc/xdr.h> /* not rpc.h, whose rpc_call() is another */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/jitter.h"
#include "labrpc/fatal.h"
#include "labrpc/log.h"

/* More than the scalars of a reply take. */
#define REPLY_SCALAR_BYTES 32

struct volley {
	/* fixed before the lanes start */
	struct group *group;
	int lanes, count;
	struct ctl_send_args *calls;
	struct ctl_send_reply *replies;

	atomic_int arrived; /* at all rows so far, all lanes together */
};

struct lane {
	struct volley *volley;
	int number;
	pthread_t thread;
};

static void *must_have(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		lab_fatal("no memory for a volley of %zu calls", n);
	return p;
}

static void *lane_main(void *arg)
{
	struct lane *lane = arg;
	struct volley *v = lane->volley;
	int row, i;

	for (row = 0; (i = row * v->lanes + lane->number) < v->count; row++) {
		atomic_fetch_add(&v->arrived, 1);
		while (atomic_load(&v->arrived) < (row + 1) * v->lanes)
			sched_yield();
		if (v->calls[i].proc != 0)
			script_send(v->group->script, v->group->net,
				    &v->calls[i], &v->replies[i]);
	}
	return NULL;
}

static void run_lanes(struct volley *v, struct value *error)
{
	struct lane lanes[CTL_LANES_MAX];
	int started = 0, i;

	for (i = 0; i < v->lanes; i++) {
		lanes[i] = (struct lane){ .volley = v, .number = i };
		errno = pthread_create(&lanes[i].thread, NULL, lane_main,
				       &lanes[i]);
		if (errno != 0) {
			error_errno(error, "cannot start lane %d of a volley",
				    i);
			/* The others must not wait for it. */
			atomic_fetch_add(&v->arrived, v->count + v->lanes);
			break;
		}
		started++;
	}
	for (i = 0; i < started; i++)
		pthread_join(lanes[i].thread, NULL);
}

/* Decodes the calls into V; false, with the reason, if they are none. */
static bool read_calls(struct volley *v, struct value calls,
		       struct value *error)
{
	XDR stream = { .x_op = XDR_DECODE };
	int i;

	xdrmem_create(&stream, (char *)calls.data, (u_int)calls.len,
		      XDR_DECODE);
	for (i = 0; i < v->count; i++) {
		struct ctl_send_args *call = &v->calls[i];

		if (!PROC_CTL_SEND.args_codec((struct rpc_xdr *)&stream,
					      call))
			return error_set(error, "call %d of a volley cannot "
					 "be decoded", i);
		if (call->proc == 0)
			continue;
		if (call->from < 0 || call->from >= v->group->nodes ||
		    !(v->group->scripted >> call->from & 1) || call->to < 0 ||
		    call->to >= v->group->nodes)
			return error_set(error, "call %d of a volley goes "
					 "from node %d to node %d", i,
					 call->from, call->to);
	}
	return true;
}

static struct value write_replies(const struct volley *v)
{
	XDR stream = { .x_op = XDR_ENCODE };
	struct value made;
	size_t room = 0;
	char *bytes;
	int i;

	for (i = 0; i < v->count; i++)
		room += REPLY_SCALAR_BYTES + v->replies[i].error.len +
			v->replies[i].reply.len;
	bytes = must_have(1, room);
	xdrmem_create(&stream, bytes, (u_int)room, XDR_ENCODE);
	for (i = 0; i < v->count; i++)
		if (!PROC_CTL_SEND.reply_codec((struct rpc_xdr *)&stream,
					       &v->replies[i]))
			lab_fatal("the replies of a volley cannot be encoded");
	made = value_make(bytes, xdr_getpos(&stream));
	free(bytes);
	return made;
}

void volley_fire(struct group *group, const struct ctl_volley_args *args,
		 struct ctl_volley_reply *reply)
{
	struct volley v = {
		.group = group,
		.lanes = args->lanes,
		.count = args->count,
	};
	int i;

	if (args->lanes < 1 || args->lanes > CTL_LANES_MAX ||
	    args->count < 1 || args->count > CTL_VOLLEY_MAX ||
	    args->count % args->lanes != 0) {
		error_set(&reply->error, "a volley of %d calls in %d lanes",
			  args->count, args->lanes);
		return;
	}
	v.calls = must_have((size_t)v.count, sizeof(*v.calls));
	v.replies = must_have((size_t)v.count, sizeof(*v.replies));
	atomic_init(&v.arrived, 0);
	if (read_calls(&v, args->calls, &reply->error)) {
		jitter(true);
		run_lanes(&v, &reply->error);
		jitter(false);
		reply->replies = write_replies(&v);
	}
	for (i = 0; i < v.count; i++) {
		value_free(&v.calls[i].args);
		value_free(&v.replies[i].error);
		value_free(&v.replies[i].reply);
	}
	free(v.calls);
	free(v.replies);
}

/* ---- several users of one peer ----------------------------------------- */

struct throng {
	/* fixed before the threads start */
	const struct ctl_throng_args *args;
	const struct peer *peer;

	atomic_int waiting; /* threads that have yet to come */
};

static void look_at(const struct peer *peer, int64_t seq)
{
	struct value v = VALUE_EMPTY;

	peer->api.status(peer->px, seq, NULL);
	if (peer->api.status(peer->px, seq, &v) == FATE_DECIDED)
		value_free(&v);
}

static void *user_main(void *arg)
{
	struct throng *t = arg;
	const struct ctl_throng_args *a = t->args;
	struct value v = a->val;
	int i;

	log_peer(a->peer);
	atomic_fetch_sub(&t->waiting, 1);
	while (atomic_load(&t->waiting) > 0)
		sched_yield();
	for (i = 0; i < a->count; i++, v.data++, v.len--) {
		t->peer->api.start(t->peer->px, a->first + i, v);
		look_at(t->peer, a->first + i);
		look_at(t->peer, a->first - 1);
		t->peer->api.max(t->peer->px);
		t->peer->api.min(t->peer->px);
		t->peer->api.done(t->peer->px, a->first - 1);
	}
	log_peer(-1);
	return NULL;
}

void throng_run(struct group *group, const struct ctl_throng_args *args,
		struct value *error)
{
	struct throng t = { .args = args, .peer = &group->peers[args->peer] };
	pthread_t threads[CTL_LANES_MAX];
	int started = 0;

	if (args->lanes < 1 || args->lanes > CTL_LANES_MAX ||
	    args->count < 1 || (size_t)args->count >= args->val.len) {
		error_set(error, "a throng of %d threads and %d instances",
			  args->lanes, args->count);
		return;
	}
	atomic_init(&t.waiting, args->lanes);
	jitter(true);
	for (; started < args->lanes; started++) {
		errno = pthread_create(&threads[started], NULL, user_main,
				       &t);
		if (errno != 0) {
			error_errno(error, "cannot start thread %d of a "
				    "throng", started);
			atomic_store(&t.waiting, 0);
			break;
		}
	}
	while (started > 0)
		pthread_join(threads[--started], NULL);
	jitter(false);
}
