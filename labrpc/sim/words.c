/*
 * words.c - the report of a run in sentences: what happened, and then for each
 * thread what it waits for and what whoever could help is doing.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "labrpc/sim/sched.h"

/* Text that grows in a buffer and is cut at its end. */
struct text {
	char *at;
	size_t used, room;
};

static void add(struct text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *fmt, ...)
{
	va_list args;
	int n;

	if (text->used >= text->room)
		return;
	va_start(args, fmt);
	n = vsnprintf(text->at + text->used, text->room - text->used, fmt,
		      args);
	va_end(args);
	text->used += n > 0 ? (size_t)n : 0;
}

static const struct sim_waiter *find(const struct sim_report *report,
				     int thread)
{
	int i;

	for (i = 0; i < report->nwaiters; i++)
		if (report->waiters[i].thread == thread)
			return &report->waiters[i];
	return NULL;
}

static void add_who(struct text *text, const struct sim_waiter *waiter)
{
	if (waiter->thread == 0) {
		add(text, "%s", waiter->name);
		return;
	}
	if (waiter->peer >= 0)
		add(text, "peer %d, ", waiter->peer);
	/* Without a name of its own it is called after its function. */
	if (waiter->code != 0 && strncmp(waiter->name, "thread ", 7) == 0)
		add(text, "thread `{f+0x%" PRIxPTR "} %d`", waiter->code,
		    waiter->thread);
	else
		add(text, "thread `%s`", waiter->name);
}

static void add_callees(struct text *text, const struct sim_waiter *waiter)
{
	int i;

	if (waiter->ncallees == 0) {
		add(text, "is in a call and waits for its time to run out");
		return;
	}
	add(text, "is in a call to peer%s", waiter->ncallees > 1 ? "s" : "");
	for (i = 0; i < waiter->ncallees; i++)
		add(text, "%s %d", i == 0 ? "" :
		    i == waiter->ncallees - 1 ? " and" : ",",
		    waiter->callees[i]);
}

/* WORDS, the number of what WAITER waits at, and where that comes from. */
static void add_object(struct text *text, const char *words,
		       const struct sim_waiter *waiter)
{
	add(text, "%s %d", words, waiter->object);
	if (waiter->origin != 0)
		add(text, " [%s in {l+0x%" PRIxPTR "}]", waiter->in_passing
		    ? "first used" : "initialised", waiter->origin);
}

static void add_wait(struct text *text, const struct sim_waiter *waiter)
{
	switch (waiter->wait) {
	case SIM_WAIT_NOTHING:
		add(text, !waiter->runs ? "could go on" :
		    waiter->place != 0 ? "is" : "runs");
		break;
	case SIM_WAIT_MUTEX:
		add_object(text, "waits for mutex", waiter);
		break;
	case SIM_WAIT_COND:
		add_object(text, "waits for condition variable", waiter);
		break;
	case SIM_WAIT_READ:
		add_object(text, "waits to read under lock", waiter);
		break;
	case SIM_WAIT_WRITE:
		add_object(text, "waits to write under lock", waiter);
		break;
	case SIM_WAIT_SEM:
		add_object(text, "waits for semaphore", waiter);
		break;
	case SIM_WAIT_BARRIER:
		add_object(text, "waits at barrier", waiter);
		break;
	case SIM_WAIT_ONCE:
		add(text, "waits in pthread_once()");
		break;
	case SIM_WAIT_JOIN:
		add(text, "waits for another thread to end");
		break;
	case SIM_WAIT_TIME:
		add(text, "waits for time to pass");
		break;
	case SIM_WAIT_RPC:
		add_callees(text, waiter);
		break;
	case SIM_WAIT_SERVER:
		add(text, "closes a server and waits for its handlers");
		break;
	case SIM_WAIT_DRIVER:
		add(text, "has nothing to do");
		break;
	}
}

/* What WAITER does, as a clause without its subject. */
static void add_clause(struct text *text, const struct sim_waiter *waiter)
{
	add_wait(text, waiter);
	if (waiter->place != 0)
		add(text, " in {l+0x%" PRIxPTR "}", waiter->place);
}

/* How the clause of who could help WAITER begins. */
static void add_link(struct text *text, const struct sim_waiter *waiter)
{
	if (waiter->wait == SIM_WAIT_JOIN)
		add(text, ", that is ");
	else if (waiter->wait == SIM_WAIT_RPC)
		add(text, ", handled there by ");
	else if (waiter->taken != 0)
		add(text, ", locked in {l+0x%" PRIxPTR "} by ",
		    waiter->taken);
	else
		add(text, ", held by ");
}

static void add_line(struct text *text, const struct sim_report *report,
		     const struct sim_waiter *waiter)
{
	const struct sim_waiter *holder = find(report, waiter->holder);

	add(text, "  ");
	add_who(text, waiter);
	add(text, waiter->thread == 0 ? " " : ", ");
	add_clause(text, waiter);
	if (holder != NULL) {
		add_link(text, waiter);
		add_who(text, holder);
		add(text, ", which ");
		add_clause(text, holder);
	} else if (waiter->holder_ended) {
		add_link(text, waiter);
		add(text, "thread %d, which has ended", waiter->holder);
	}
	add(text, "\n");
}

void words_make(struct sim_report *report)
{
	struct text text = { .at = report->words,
			     .room = sizeof(report->words) };
	const struct sim_waiter *actor = find(report, report->thread);
	int i;

	add(&text, "%s (", report->what);
	if (actor != NULL) {
		add_who(&text, actor);
		add(&text, ", ");
	}
	add(&text, "virtual time %" PRId64 ".%06" PRId64 " s, step %" PRIu64
	    ")\n", report->at_ns / (1000 * SIM_MS),
	    report->at_ns / 1000 % 1000000, report->steps);
	/* It comes first: there may be no room for all. */
	if (actor != NULL)
		add_line(&text, report, actor);
	for (i = 0; i < report->nwaiters; i++)
		if (&report->waiters[i] != actor)
			add_line(&text, report, &report->waiters[i]);
}

void words_threads(struct sim_report *report)
{
	struct text text = { .at = report->words,
			     .room = sizeof(report->words) };
	int i;

	report->words[0] = '\0';
	for (i = 0; i < report->nwaiters; i++)
		if (report->waiters[i].wait != SIM_WAIT_DRIVER)
			add_line(&text, report, &report->waiters[i]);
}
