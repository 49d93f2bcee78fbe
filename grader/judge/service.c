/*
 * service.c - services, clerks and their operations (service.h).
 *
 * Invariant: clerk number i is node npeers + i, and numbers are given once.
 *
 * No locks: one thread.
 */
#include "grader/judge/service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grader/judge/ask.h"
#include "grader/judge/brief.h"
#include "grader/judge/nodes.h"
#include "grader/judge/omit.h"
#include "grader/judge/serving.h"
#include "grader/judge/trial.h"

/* How long one operation may take: far longer than any needs. */
#define OPERATION_MS 30000

#define PER_CENT 10000 /* parts per million */

struct service *serving(struct cluster *c)
{
	if (c->service == NULL)
		trial_error("the test uses clerks, but has no service");
	return c->service;
}

void service_free(struct service *s)
{
	if (s == NULL)
		return;
	lin_report_deinit(&s->report);
	lin_history_free(s->history);
	lin_history_free(s->refused);
	free(s);
}

int asking_node(const struct cluster *c)
{
	return c->npeers + CTL_CLERKS_MAX;
}

struct cluster *service_open(const struct service_options *options)
{
	struct service *s = must_calloc(1, sizeof(*s));

	s->history = lin_history_make();
	s->refused = lin_history_make();
	return cluster(.peers = options->servers, .faults = options->faults,
		       .absent = options->absent, .service = s);
}

struct cluster *service_up(int n)
{
	return service(.servers = n);
}

/* ---- clerks ------------------------------------------------------------ */

static int open_clerk(struct cluster *c, uint64_t servers, int first,
		      int patience_ms)
{
	struct service *s = serving(c);
	struct ctl_clerk_args args = {
		.clerk = s->nclerks,
		.first = first,
		.servers = servers,
		.patience_ms = patience_ms,
	};

	if (s->nclerks == CTL_CLERKS_MAX)
		trial_error("the test opens more than %d clerks",
			    CTL_CLERKS_MAX);
	control_do(c, CTL_ALL, &PROC_CTL_CLERK_OPEN, &args, "kv_clerk_make");
	s->open |= UINT64_C(1) << s->nclerks;
	s->may_give_up |= (uint64_t)(patience_ms > 0) << s->nclerks;
	return s->nclerks++;
}

/* A clerk of all servers. */
static int open_next(struct cluster *c, int patience_ms)
{
	int first = serving(c)->nclerks % c->npeers;

	return open_clerk(c, (UINT64_C(1) << c->npeers) - 1, first,
			  patience_ms);
}

int clerk(struct cluster *c)
{
	trial_step("clerk %d, of all servers, %d first", serving(c)->nclerks,
		   serving(c)->nclerks % c->npeers);
	return open_next(c, 0);
}

int clerk_with_patience(struct cluster *c, int patience_ms)
{
	trial_step("clerk %d, of all servers, patience %d ms",
		   serving(c)->nclerks, patience_ms);
	return open_next(c, patience_ms);
}

int clerk_of(struct cluster *c, const char *servers)
{
	char why[256];
	uint64_t set;
	int first = 0;

	if (!nodes_parse(servers, c->npeers, &set, why, sizeof(why)) ||
	    set == 0)
		trial_error("clerk_of(\"%s\") names no servers", servers);
	trial_step("clerk %d, of servers %s", serving(c)->nclerks, servers);
	while (!(set >> first & 1))
		first++;
	return open_clerk(c, set, first, 0);
}

static void require_clerk(struct cluster *c, int clerk)
{
	struct service *s = serving(c);

	if (clerk < 0 || clerk >= s->nclerks || !(s->open >> clerk & 1))
		trial_error("the test names clerk %d, which is not open",
			    clerk);
}

void clerk_kill(struct cluster *c, int clerk)
{
	struct ctl_clerk_args args = { .clerk = clerk };

	require_clerk(c, clerk);
	trial_step("kill clerk %d", clerk);
	c->service->may_give_up |= UINT64_C(1) << clerk;
	control_do(c, CTL_ALL, &PROC_CTL_CLERK_KILL, &args, "kv_clerk_kill");
}

void clerk_close(struct cluster *c, int clerk)
{
	struct ctl_clerk_args args = { .clerk = clerk };

	require_clerk(c, clerk);
	trial_step("close clerk %d", clerk);
	history_collect(c, clerk);
	control_do(c, CTL_ALL, &PROC_CTL_CLERK_CLOSE, &args, "kv_clerk_free");
	c->service->open &= ~(UINT64_C(1) << clerk);
}

void clerk_faults(struct cluster *c, int clerk, const struct faults *f)
{
	require_clerk(c, clerk);
	if (omits_step(NO_SEQ))
		return;
	trial_step("clerk %d: %.0f %% of its requests are lost, of the "
		   "replies %.0f %%", clerk, f->lose_request * 100,
		   f->lose_reply * 100);
	faults_from(c, c->npeers + clerk, f);
}

/* Waits until the clerks of SET are idle; returns those that are not. */
static uint64_t wait_idle(struct cluster *c, uint64_t set, int64_t left_ms)
{
	struct ctl_idle_args args = { .clerks = set };
	struct ctl_idle_reply reply;

	do {
		args.within_ms = (int32_t)(left_ms < SLICE_MS ? left_ms
							      : SLICE_MS);
		control(c, CTL_ALL, &PROC_CTL_IDLE, &args, &reply,
			"waiting for clerks");
		left_ms -= args.within_ms;
	} while (reply.busy != 0 && left_ms > 0);
	return reply.busy;
}

bool working(struct cluster *c)
{
	return wait_idle(c, serving(c)->open, 0) != 0;
}

/* Fails the test because of the clerks BUSY. */
static _Noreturn void fail_busy(struct cluster *c, uint64_t busy,
				int within_ms)
{
	char expected[128], who[160], key[BRIEF_BYTES] = "";
	struct ctl_event_reply event = { .there = 0 };
	int clerk = 0, events = 0;

	while (!(busy >> clerk & 1))
		clerk++;
	while (event_of(c, clerk, events, &event))
		events++;
	if (events > 0 && event_of(c, clerk, events - 1, &event))
		brief(event.key, key);
	snprintf(expected, sizeof(expected), "operations are executed within "
		 "%" PRId64 " ms", deadline_ms(c, within_ms));
	trial_fail(NO_SEQ, expected, "not finished: clerks %s; clerk %d waits "
		   "for its operation %d, %s(%s)",
		   nodes_describe(busy, who, sizeof(who)), clerk, events,
		   kind_name(event.kind), key);
}

void wait_for_clerks(struct cluster *c, int within_ms)
{
	uint64_t busy;

	trial_step("wait for all clerks");
	busy = wait_idle(c, serving(c)->open, deadline_ms(c, within_ms));
	if (busy != 0)
		fail_busy(c, busy, within_ms);
}

/* ---- operations -------------------------------------------------------- */

static enum ctl_kind kind_of(enum kv_do kind)
{
	return kind == DO_GET ? CTL_GET : kind == DO_PUT ? CTL_PUT
							 : CTL_APPEND;
}

void begin(struct cluster *c, int clerk, enum kv_do kind, struct value key,
	   struct value v)
{
	struct ctl_begin_args args = {
		.clerk = clerk,
		.kind = (int32_t)kind_of(kind),
		.key = key,
		.val = v,
	};
	char k[BRIEF_BYTES], described[BRIEF_BYTES];

	require_clerk(c, clerk);
	trial_step("clerk %d: %s(%s%s%s)", clerk, kind_name(args.kind),
		   brief(key, k), kind == DO_GET ? "" : ", ",
		   kind == DO_GET ? "" : brief(v, described));
	control_do(c, CTL_ALL, &PROC_CTL_BEGIN, &args, "beginning");
}

/* What the clerk's last operation came to; it is idle. */
static struct returned last_returned(struct cluster *c, int clerk)
{
	struct service *s = c->service;
	struct ctl_event_reply event;
	int *begun = &s->begun[clerk];

	/* What was done by workloads lies before it. */
	while (event_of(c, clerk, *begun, &event))
		++*begun;
	if (*begun == 0 || !event_of(c, clerk, *begun - 1, &event))
		trial_error("the test awaits what clerk %d never began",
			    clerk);
	if (!event.finished)
		trial_error("clerk %d is idle, but not finished", clerk);
	return (struct returned){ (enum kv_status)event.status, event.got,
				  event.called_ms, event.returned_ms };
}

struct returned await(struct cluster *c, int clerk, int within_ms)
{
	uint64_t busy;

	require_clerk(c, clerk);
	busy = wait_idle(c, UINT64_C(1) << clerk, deadline_ms(c, within_ms));
	if (busy != 0)
		fail_busy(c, busy, within_ms);
	return last_returned(c, clerk);
}

void expect_waiting(struct cluster *c, int clerk)
{
	struct returned it;

	require_clerk(c, clerk);
	trial_step("expect that clerk %d still waits", clerk);
	if (wait_idle(c, UINT64_C(1) << clerk, 0) != 0)
		return;
	it = last_returned(c, clerk);
	trial_fail(NO_SEQ, "without a majority no operation is executed",
		   "the operation of clerk %d returned %s", clerk,
		   status_name(it.status));
}

static struct returned must_do(struct cluster *c, int clerk, enum kv_do kind,
			      struct value key, struct value v)
{
	struct returned it;

	begin(c, clerk, kind, key, v);
	it = await(c, clerk, OPERATION_MS);
	if (it.status != KV_OK)
		trial_fail(NO_SEQ, "the operation is executed (KV_OK)",
			   "it returned %s", status_name(it.status));
	return it;
}

void put(struct cluster *c, int clerk, struct value key, struct value v)
{
	must_do(c, clerk, DO_PUT, key, v);
}

void append(struct cluster *c, int clerk, struct value key, struct value v)
{
	must_do(c, clerk, DO_APPEND, key, v);
}

struct value get(struct cluster *c, int clerk, struct value key)
{
	return must_do(c, clerk, DO_GET, key, VALUE_EMPTY).got;
}

void expect_get(struct cluster *c, int clerk, struct value key,
		struct value v)
{
	struct value got = get(c, clerk, key);
	char k[BRIEF_BYTES], wanted[VALUE_DESCRIBED_BYTES];
	char saw[VALUE_DESCRIBED_BYTES], expected[VALUE_DESCRIBED_BYTES + 96];

	if (value_equal(got, v))
		return;
	snprintf(expected, sizeof(expected), "clerk %d finds that %s holds %s",
		 clerk, brief(key, k),
		 value_describe(v, wanted, sizeof(wanted)));
	trial_fail(NO_SEQ, expected, "it holds %s",
		   value_describe(got, saw, sizeof(saw)));
}

void work_begin(struct cluster *c, int clerk, const struct work *work)
{
	struct ctl_work_args args = {
		.clerk = clerk,
		.operations = omit_operations(work->operations),
		.keys = work->keys > 0 ? work->keys : 1,
		.get_ppm = work->gets * PER_CENT,
		.put_ppm = work->puts * PER_CENT,
		.value_bytes = work->value_bytes,
		.seed = random_next(trial_random()),
	};

	require_clerk(c, clerk);
	trial_step("clerk %d: %d operations on %d keys, %d%% Get, %d%% Put",
		   clerk, args.operations, args.keys, work->gets, work->puts);
	control_do(c, CTL_ALL, &PROC_CTL_WORK, &args, "beginning");
}
