/*
 * serve.c - the control program's server: one call after the other, each
 * where the world wants it to run.
 *
 * Locks: host->calls is held during a whole control call, also one that waits:
 * the judge makes one call after the other, and when it gave up on one, what
 * that call does is over before the next begins.  host->mu is for the end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/control.h"
#include "grader/host/flavour.h"
#include "grader/host/error.h"
#include "grader/host/handlers.h"
#include "grader/host/watch.h"
#include "labrpc/fatal.h"

/* What a control call needs to find: the host and the table's entry. */
struct served {
	struct host *host;
	const struct entry *entry;
};

/* Answered at once, in every world: is anybody there? */
static void hello(void *context, const void *args, void *reply)
{
	struct ctl_hello_reply *r = reply;

	(void)context;
	(void)args;
	r->pid = (int32_t)getpid();
	r->flavour = value_make(HOST_FLAVOUR, strlen(HOST_FLAVOUR));
}

/* A control call on its way into the world and back. */
struct call {
	const struct entry *entry;
	struct group *group;
	const void *args;
	void *reply;
};

static void run_call(void *arg)
{
	const struct call *call = arg;

	call->entry->handler(call->group, call->args, call->reply);
}

/* Tells whether ENTRY is about the run, and no part of it. */
static bool is_outside(const struct entry *entry)
{
	return entry->proc == &PROC_CTL_NOTE ||
	       entry->proc == &PROC_CTL_TRACE ||
	       entry->proc == &PROC_CTL_ABANDON;
}

/* Begins a run of the world with a group, ends it when that is closed. */
static void run_in_world(struct group *group, const struct entry *entry,
			 const void *args, void *reply)
{
	const struct world *world = group->world;
	struct call call = { entry, group, args, reply };
	struct value *error = reply; /* the first field of each reply */
	bool fine = true;

	if (entry->proc == &PROC_CTL_END && group->net == NULL)
		return;
	if (entry->proc == &PROC_CTL_OPEN)
		fine = world->begin(args, group->submission, group->dir,
				    error);
	if (fine)
		fine = world->run(run_call, &call, error);
	if (fine && (entry->proc == &PROC_CTL_CLOSE ||
		     entry->proc == &PROC_CTL_END))
		fine = world->finish(error);
	if (entry->proc == &PROC_CTL_CLOSE)
		world->sum_up(reply);
	if (!fine)
		group_forget(group);
}

/* What a referee has seen comes before all that came of it. */
static void report_accusation(struct value *error)
{
	struct accusation found;

	if (!watch_accusation(&found))
		return;
	value_free(error);
	error_set(error, CTL_ACCUSATION "%s\n%s\n%s\n%s", found.expected,
		  found.saw, found.messages[0], found.messages[1]);
}

/* Answers any other control call. */
static void handle(void *context, const void *args, void *reply)
{
	struct served *served = context;
	struct host *host = served->host;

	mutex_lock(&host->calls);
	if (host->group.world->run != NULL && !is_outside(served->entry))
		run_in_world(&host->group, served->entry, args, reply);
	else
		served->entry->handler(&host->group, args, reply);
	report_accusation(reply); /* the first field of each reply */
	mutex_unlock(&host->calls);
	mutex_lock(&host->mu);
	host->called = true;
	if (served->entry->proc == &PROC_CTL_END) {
		host->ended = true;
		cond_broadcast(&host->changed);
	}
	mutex_unlock(&host->mu);
}

void host_init(struct host *host, const struct world *world,
	       const char *submission, const char *dir, int64_t patience)
{
	size_t i;

	memset(host, 0, sizeof(*host));
	host->served = calloc((size_t)handlers_n, sizeof(*host->served));
	if (host->served == NULL)
		lab_fatal("no memory for %zu procedures", (size_t)handlers_n);
	for (i = 0; i < (size_t)handlers_n; i++)
		host->served[i] = (struct served){ host, &handlers[i] };
	mutex_init(&host->calls);
	mutex_init(&host->mu);
	cond_init(&host->changed);
	mutex_lock(&host->calls);
	host->group.world = world;
	host->group.submission = submission;
	host->group.dir = dir;
	host->group.patience = patience;
	mutex_unlock(&host->calls);
}

void host_deinit(struct host *host)
{
	mutex_destroy(&host->calls);
	mutex_destroy(&host->mu);
	cond_destroy(&host->changed);
	free(host->served);
}

void host_serve(struct host *host, struct rpc_server *server)
{
	size_t i;

	rpc_serve(server, &PROC_CTL_HELLO, hello, NULL);
	for (i = 0; i < (size_t)handlers_n; i++)
		rpc_serve(server, handlers[i].proc, handle, &host->served[i]);
}

void host_close(struct host *host)
{
	mutex_lock(&host->calls);
	if (host->group.world->run != NULL)
		group_forget(&host->group);
	else
		group_close(&host->group);
	mutex_unlock(&host->calls);
}

bool host_was_called(struct host *host)
{
	bool called;

	mutex_lock(&host->mu);
	called = host->called;
	mutex_unlock(&host->mu);
	return called;
}

bool host_wait_end(struct host *host, int64_t ms)
{
	bool ended;

	mutex_lock(&host->mu);
	if (!host->ended)
		cond_wait_ms(&host->changed, &host->mu, ms);
	ended = host->ended;
	mutex_unlock(&host->mu);
	return ended;
}
