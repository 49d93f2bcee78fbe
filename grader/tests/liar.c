/*
 * liar.c - a host that answers whatever the judge asks with what chance draws,
 * for liar_test.sh.  LAB_LOG_LIAR is the seed: the variables of the log are
 * handed on to hosts.
 *
 * A lie is decoded from drawn bytes, so that it is a reply that can be sent.
 * All between two lies is plausible, or the judge would not come far; how
 * many there are depends on the seed, too.
 */
#define _DEFAULT_SOURCE /* for the BSD type names in <rpc/xdr.h> */

#include <pthread.h>
#include <rpc/types.h>
#include <rpc/xdr.h> /* not rpc.h, whose rpc_call() is another */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "grader/control.h"
#include "kvpaxos/protocol.h"
#include "labrpc/endpoint.h"
#include "labrpc/random.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

#define REPLY_BYTES 4096
#define TRIES 64
#define EVENTS 40 /* of a clerk, or of a trace */

/* The judge makes one call at a time, so all this needs no lock. */
static struct random chance;
static uint64_t one_in; /* of so many replies is a lie */
static int64_t last_seq = -1;
static struct value last_value;

/* Numbers that are likely to mean something, or to be one too many. */
static uint32_t draw_word(void)
{
	static const uint32_t odd[] = { 63, 64, 16, 17, UINT32_MAX, INT32_MAX,
					UINT32_C(1) << 31, 4096 };

	switch (random_below(&chance, 8)) {
	case 0:
		return odd[random_below(&chance, sizeof odd / sizeof *odd)];
	case 1:
		return (uint32_t)random_next(&chance);
	case 2:
	case 3:
		return (uint32_t)random_below(&chance, 12);
	default:
		return (uint32_t)random_below(&chance, 4);
	}
}

static void draw_bytes(unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i + 4 <= n; i += 4) {
		uint32_t word = draw_word();

		for (int k = 0; k < 4; k++)
			bytes[i + (size_t)k] =
				(unsigned char)(word >> (24 - 8 * k));
	}
}

static void draw_value(struct value *v)
{
	unsigned char bytes[REPLY_BYTES];
	size_t len = 4 * random_below(&chance, sizeof bytes / 4 / 8);

	draw_bytes(bytes, len);
	value_free(v);
	*v = value_make(bytes, len);
}

/* Fills *REPLY, of PROC, with what its codec makes of drawn bytes. */
static void draw_reply(const struct rpc_proc *proc, void *reply)
{
	static unsigned char bytes[REPLY_BYTES];

	for (int i = 0; i < TRIES; i++) {
		XDR stream = { .x_op = XDR_DECODE };

		draw_bytes(bytes, sizeof bytes);
		memset(reply, 0, proc->reply_size);
		xdrmem_create(&stream, (char *)bytes, sizeof bytes,
			      XDR_DECODE);
		if (proc->reply_codec((struct rpc_xdr *)&stream, reply))
			return;
		stream.x_op = XDR_FREE;
		proc->reply_codec((struct rpc_xdr *)&stream, reply);
	}
	memset(reply, 0, proc->reply_size);
}

/* What a host can say that the judge takes apart. */
static void draw_error(struct value *error)
{
	static const char *const errors[] = {
		CTL_SIMULATION "race:", CTL_SIMULATION "deadlock: x {l+0x12}",
		CTL_SIMULATION ":", CTL_SIMULATION "{f+0x", CTL_SUBMISSION "?",
		CTL_ACCUSATION "instance",
		CTL_ACCUSATION "a\nb instance x\n\n",
		CTL_ACCUSATION "\n\n\n\n", CTL_REFUSED "thread", "why not\n",
	};
	const char *text;

	value_free(error);
	if (random_below(&chance, 4) != 0)
		return;
	text = errors[random_below(&chance, sizeof errors / sizeof *errors)];
	*error = value_make(text, strlen(text));
}

static void lie(const struct rpc_proc *proc, void *reply)
{
	draw_reply(proc, reply);
	draw_error(reply); /* the first field of each reply */
}

/* ---- what is plausible ------------------------------------------------- */

/* All know the value that was proposed last, and of others nothing. */
static void answer_wait(const struct ctl_wait_args *args,
			struct ctl_wait_reply *r)
{
	bool decided = args->seq == last_seq;

	for (int i = 0; i < CTL_PEERS_MAX; i++) {
		r->fates[i] = decided ? FATE_DECIDED : FATE_PENDING;
		r->fingerprints[i] = value_fingerprint(last_value);
		r->lengths[i] = last_value.len;
	}
	r->other_peer = -1;
	if (decided)
		r->first = value_copy(last_value);
	r->elapsed_ms = args->within_ms;
}

static void answer_take(struct ctl_take_reply *r)
{
	struct accept_args args = { .seq = last_seq, .n = 1,
				    .val = last_value };
	static unsigned char bytes[REPLY_BYTES];
	XDR stream = { .x_op = XDR_ENCODE };

	memset(args.done, 0xff, sizeof args.done);
	xdrmem_create(&stream, (char *)bytes, sizeof bytes, XDR_ENCODE);
	r->taken = 1;
	r->at = (int32_t)random_below(&chance, 3);
	r->proc = 1 + (uint32_t)random_below(&chance, 3);
	if (PROC_ACCEPT.args_codec((struct rpc_xdr *)&stream, &args))
		r->args = value_make(bytes, xdr_getpos(&stream));
}

/* Of a clerk's history a few operations, one after the other. */
static void answer_event(const struct ctl_event_args *args,
			 struct ctl_event_reply *r)
{
	r->there = args->event < EVENTS;
	r->kind = 1 + (int32_t)random_below(&chance, 3);
	r->finished = 1;
	r->status = KV_OK;
	r->called = 2 * (uint64_t)args->event + 1;
	r->returned = r->called + 1;
	draw_value(&r->key);
	draw_value(&r->val);
}

static void answer_trace(const struct ctl_trace_args *args,
			 struct ctl_trace_reply *r)
{
	bool paxos = random_below(&chance, 2);

	r->there = args->event < EVENTS;
	r->what = (enum ctl_sight)draw_word();
	r->call = draw_word();
	r->from = (int32_t)draw_word();
	r->to = (int32_t)draw_word();
	r->replied = (int32_t)random_below(&chance, 2);
	r->prog = paxos ? PROC_PREPARE.program : PROC_KV_GET.program;
	r->vers = paxos ? PROC_PREPARE.version : PROC_KV_GET.version;
	r->proc = 1 + (uint32_t)random_below(&chance, 5);
	draw_value(&r->body);
}

static void answer(const struct rpc_proc *proc, const void *args, void *reply)
{
	if (proc == &PROC_CTL_START) {
		const struct ctl_start_args *a = args;

		last_seq = a->seq;
		value_free(&last_value);
		last_value = value_copy(a->val);
	} else if (proc == &PROC_CTL_WAIT) {
		answer_wait(args, reply);
	} else if (proc == &PROC_CTL_BOUNDS) {
		((struct ctl_bounds_reply *)reply)->max = last_seq;
	} else if (proc == &PROC_CTL_TAKE) {
		answer_take(reply);
	} else if (proc == &PROC_CTL_SEND) {
		((struct ctl_send_reply *)reply)->replied = 1;
		draw_value(&((struct ctl_send_reply *)reply)->reply);
	} else if (proc == &PROC_CTL_VOLLEY) {
		draw_value(&((struct ctl_volley_reply *)reply)->replies);
	} else if (proc == &PROC_CTL_EVENT) {
		answer_event(args, reply);
	} else if (proc == &PROC_CTL_COUNT) {
		((struct ctl_count_reply *)reply)->delivered = EVENTS;
	} else if (proc == &PROC_CTL_TRACE) {
		answer_trace(args, reply);
	} else if (proc == &PROC_CTL_CLOSE) {
		draw_value(&((struct ctl_close_reply *)reply)->lint);
	} else if (proc == &PROC_CTL_ABANDON) {
		struct ctl_close_reply *r = reply;

		draw_value(&r->harm);
		r->harms = r->harm.len / CTL_NUMBER_BYTES;
	}
}

static void handle(void *context, const void *args, void *reply)
{
	const struct rpc_proc *proc = context;

	if (proc == &PROC_CTL_HELLO)
		return;
	if (proc == &PROC_CTL_END)
		_exit(0);
	if (random_below(&chance, one_in) == 0)
		lie(proc, reply);
	else
		answer(proc, args, reply);
}

int main(int argc, char **argv)
{
	const char *seed = getenv("LAB_LOG_LIAR"), *control = NULL;
	struct rpc_server *server;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--control=", 10) == 0)
			control = argv[i] + 10;
	if (control == NULL)
		return 2;
	random_seed(&chance, seed != NULL ? strtoull(seed, NULL, 10) : 0);
	one_in = 1 + random_below(&chance, 32);
	server = rpc_server_open(control, -1);
	if (server == NULL)
		return 2;
	for (size_t i = 0; i < ctl_nprocs; i++)
		rpc_serve(server, ctl_procs[i], handle, (void *)ctl_procs[i]);
	rpc_server_run(server);
	for (;;)
		pause();
}
