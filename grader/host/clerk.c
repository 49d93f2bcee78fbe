/*
 * clerk.c - see clerk.h.
 *
 * A call's place in the order of all calls and returns is taken just before
 * it, a return's just after it.  The counter orders nothing but itself, so
 * that it hides no race.
 *
 * Invariant: while the clerk is busy, its thread alone changes the job; the
 * last event is the one that is under way, if any is.
 *
 * Locks: clerk->mu, not held during an operation.
 */
#include "grader/host/clerk.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/random.h"
#include "labrpc/sync.h"

#define MILLION 1000000
#define FIRST_ROOM 64

/* The longest value that is drawn for a workload. */
#define DRAWN_BYTES_MAX 65536

struct event {
	enum ctl_kind kind;
	bool finished;
	int status;
	uint64_t called, returned;
	int64_t called_ms, returned_ms;
	struct value key, val, got; /* made by keep() */
};

enum job_kind { JOB_NONE, JOB_ONE, JOB_WORK, JOB_END };

struct job {
	enum job_kind kind;
	enum ctl_kind op;
	struct value key, val; /* made by keep() */
	struct ctl_work_args work;
};

struct clerk {
	struct clerk_config config; /* fixed after make */
	pthread_t thread;

	struct mutex mu;
	struct cond changed;
	/* guarded by mu */
	struct job job GUARDED;
	bool stopped GUARDED;
	struct event *events GUARDED;
	int nevents GUARDED;
	int room GUARDED;
};

/* A copy that does not count as the submission's memory. */
static struct value keep(struct value v)
{
	struct value copy = { .data = malloc(v.len + 1), .len = v.len };

	if (copy.data == NULL)
		lab_fatal("no memory for %zu bytes", v.len);
	if (v.len > 0)
		memcpy(copy.data, v.data, v.len);
	return copy;
}

static void drop(struct value *v)
{
	free(v->data);
	*v = VALUE_EMPTY;
}

/* ---- operations -------------------------------------------------------- */

static uint64_t tick(struct clerk *clerk)
{
	return 1 + atomic_fetch_add_explicit(clerk->config.order, 1,
					     memory_order_relaxed);
}

static int64_t clerk_now_ms(const struct clerk *clerk)
{
	return clerk->config.world->now_ms() - clerk->config.began_ms;
}

static struct event *add_event_locked(struct clerk *clerk)
	REQUIRES(clerk->mu)
{
	if (clerk->nevents == clerk->room) {
		clerk->room = clerk->room == 0 ? FIRST_ROOM : 2 * clerk->room;
		clerk->events = realloc(clerk->events, (size_t)clerk->room *
					sizeof(clerk->events[0]));
		if (clerk->events == NULL)
			lab_fatal("no memory for %d events", clerk->room);
	}
	return &clerk->events[clerk->nevents++];
}

/* Notes that an operation begins; false if it must not. */
static bool note_call(struct clerk *clerk, enum ctl_kind kind,
		      struct value key, struct value val) EXCLUDES(clerk->mu)
{
	bool may;

	mutex_lock(&clerk->mu);
	may = !clerk->stopped && clerk->nevents < CLERK_EVENTS_MAX;
	if (may)
		*add_event_locked(clerk) = (struct event){
			.kind = kind,
			.key = keep(key),
			.val = keep(val),
			.called_ms = clerk_now_ms(clerk),
			.called = tick(clerk),
		};
	mutex_unlock(&clerk->mu);
	return may;
}

/* Notes how it ended. */
static void note_return(struct clerk *clerk, int status, struct value got)
	EXCLUDES(clerk->mu)
{
	uint64_t returned = tick(clerk);
	struct event *event;

	mutex_lock(&clerk->mu);
	event = &clerk->events[clerk->nevents - 1];
	event->finished = true;
	event->status = status;
	event->returned = returned;
	event->returned_ms = clerk_now_ms(clerk);
	event->got = keep(got);
	mutex_unlock(&clerk->mu);
}

/* Does one operation; false if the clerk is to stop. */
static bool operate(struct clerk *clerk, enum ctl_kind kind, struct value key,
		    struct value val) EXCLUDES(clerk->mu)
{
	const struct kv_api *api = clerk->config.api;
	struct kv_clerk *ck = clerk->config.ck;
	static unsigned char before[] = "what *val was before the Get";
	struct value got = kind != CTL_GET ? VALUE_EMPTY :
			   (struct value){ before, sizeof(before) };
	int status;

	if (!note_call(clerk, kind, key, val))
		return false;
	if (kind == CTL_GET)
		status = (int)api->clerk_get(ck, key, &got);
	else if (kind == CTL_PUT)
		status = (int)api->clerk_put(ck, key, val);
	else
		status = (int)api->clerk_append(ck, key, val);
	if (got.len > VALUE_MAX_BYTES) {
		fprintf(stderr, "host: kv_clerk_get() returned a value of "
			"%zu bytes\n", got.len);
		abort();
	}
	note_return(clerk, status, got);
	if (got.data != before)
		value_free(&got);
	return true;
}

/* Writes to TEXT a value that no other clerk or operation has. */
static struct value draw_value(struct clerk *clerk, int min_bytes,
			       char text[DRAWN_BYTES_MAX + 64])
	EXCLUDES(clerk->mu)
{
	int len;

	mutex_lock(&clerk->mu);
	len = sprintf(text, "c%dn%d", clerk->config.number, clerk->nevents);
	mutex_unlock(&clerk->mu);

	if (min_bytes > DRAWN_BYTES_MAX)
		min_bytes = DRAWN_BYTES_MAX;
	while (len < min_bytes)
		text[len++] = '.';
	text[len++] = ';';
	return (struct value){ .data = (unsigned char *)text,
			       .len = (size_t)len };
}

static void do_work(struct clerk *clerk, const struct ctl_work_args *work)
	EXCLUDES(clerk->mu)
{
	char *text = malloc(DRAWN_BYTES_MAX + 64), name[32];
	struct random rng;
	bool going = true;

	if (text == NULL)
		lab_fatal("no memory for a workload");
	random_seed(&rng, work->seed);
	for (int i = 0; i < work->operations && going; i++) {
		uint64_t number = random_below(&rng, (uint64_t)work->keys);
		int32_t dice = (int32_t)random_below(&rng, MILLION);
		struct value key = { .data = (unsigned char *)name };
		struct value val = VALUE_EMPTY;
		enum ctl_kind kind = CTL_APPEND;

		key.len = (size_t)sprintf(name, "k%d", (int)number);
		if (dice < work->get_ppm)
			kind = CTL_GET;
		else if (dice - work->get_ppm < work->put_ppm)
			kind = CTL_PUT;
		if (kind != CTL_GET)
			val = draw_value(clerk, work->value_bytes, text);
		going = operate(clerk, kind, key, val);
	}
	free(text);
}

/* ---- the thread -------------------------------------------------------- */

/* The next job, which nobody else changes while the clerk is busy. */
static struct job wait_for_job(struct clerk *clerk) EXCLUDES(clerk->mu)
{
	struct job job;

	mutex_lock(&clerk->mu);
	while (clerk->job.kind == JOB_NONE)
		cond_wait(&clerk->changed, &clerk->mu);
	job = clerk->job;
	mutex_unlock(&clerk->mu);
	return job;
}

static void finish_job(struct clerk *clerk) EXCLUDES(clerk->mu)
{
	mutex_lock(&clerk->mu);
	drop(&clerk->job.key);
	drop(&clerk->job.val);
	clerk->job.kind = JOB_NONE;
	mutex_unlock(&clerk->mu);
}

static void *clerk_main(void *arg)
{
	struct clerk *clerk = arg;
	struct job job;

	log_peer(clerk->config.node);
	while ((job = wait_for_job(clerk)).kind != JOB_END) {
		if (job.kind == JOB_ONE)
			operate(clerk, job.op, job.key, job.val);
		else
			do_work(clerk, &job.work);
		finish_job(clerk);
	}
	clerk->config.api->clerk_free(clerk->config.ck);
	return NULL;
}

/* Gives CLERK something to do; false if it is busy. */
static bool give_job(struct clerk *clerk, const struct job *job)
	EXCLUDES(clerk->mu)
{
	bool idle;

	mutex_lock(&clerk->mu);
	idle = clerk->job.kind == JOB_NONE;
	if (idle) {
		clerk->job = *job;
		cond_signal(&clerk->changed);
	}
	mutex_unlock(&clerk->mu);
	return idle;
}

/* ---- from outside ------------------------------------------------------ */

struct clerk *clerk_make(const struct clerk_config *config)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	int err;

	if (clerk == NULL)
		lab_fatal("no memory for a clerk");
	clerk->config = *config;
	mutex_init(&clerk->mu);
	cond_init(&clerk->changed);
	err = pthread_create(&clerk->thread, NULL, clerk_main, clerk);
	if (err == 0)
		return clerk;
	cond_destroy(&clerk->changed);
	mutex_destroy(&clerk->mu);
	free(clerk);
	errno = err;
	return NULL;
}

static void free_events_locked(struct clerk *clerk) REQUIRES(clerk->mu)
{
	for (int i = 0; i < clerk->nevents; i++) {
		free(clerk->events[i].key.data);
		free(clerk->events[i].val.data);
		free(clerk->events[i].got.data);
	}
	free(clerk->events);
}

void clerk_free(struct clerk *clerk)
{
	const struct job end = { .kind = JOB_END };

	while (!give_job(clerk, &end))
		clerk->config.world->run_for(1);
	pthread_join(clerk->thread, NULL);
	mutex_lock(&clerk->mu);
	free_events_locked(clerk);
	mutex_unlock(&clerk->mu);
	cond_destroy(&clerk->changed);
	mutex_destroy(&clerk->mu);
	free(clerk);
}

void clerk_kill(struct clerk *clerk)
{
	clerk->config.api->clerk_kill(clerk->config.ck);
}

void clerk_stop(struct clerk *clerk)
{
	mutex_lock(&clerk->mu);
	clerk->stopped = true;
	mutex_unlock(&clerk->mu);
	clerk_kill(clerk);
}

bool clerk_begin(struct clerk *clerk, enum ctl_kind kind, struct value key,
		 struct value val)
{
	struct job job = {
		.kind = JOB_ONE,
		.op = kind,
		.key = keep(key),
		.val = keep(val),
	};
	bool idle = give_job(clerk, &job);

	if (!idle) {
		drop(&job.key);
		drop(&job.val);
	}
	return idle;
}

bool clerk_work(struct clerk *clerk, const struct ctl_work_args *work)
{
	const struct job job = { .kind = JOB_WORK, .work = *work };

	return give_job(clerk, &job);
}

bool clerk_is_busy(struct clerk *clerk)
{
	bool busy;

	mutex_lock(&clerk->mu);
	busy = clerk->job.kind != JOB_NONE;
	mutex_unlock(&clerk->mu);
	return busy;
}

void clerk_event(struct clerk *clerk, int event, struct ctl_event_reply *reply)
{
	mutex_lock(&clerk->mu);
	reply->there = event >= 0 && event < clerk->nevents;
	if (reply->there) {
		const struct event *e = &clerk->events[event];

		reply->kind = (int32_t)e->kind;
		reply->finished = e->finished;
		reply->status = e->status;
		reply->called = e->called;
		reply->returned = e->returned;
		reply->called_ms = e->called_ms;
		reply->returned_ms = e->returned_ms;
		reply->key = value_copy(e->key);
		reply->val = value_copy(e->val);
		reply->got = value_copy(e->got);
	}
	mutex_unlock(&clerk->mu);
}
