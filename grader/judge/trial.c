/*
 * trial.c - runs one test from "began" to its verdict.
 *
 * Invariant: exactly one verdict is given, as the last thing but one: before
 * the process ends, which tells Criterion.  A pass is given only after the
 * host has ended in an orderly way with nothing found.
 *
 * No locks: one thread.
 */
#include "grader/judge/trial.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "grader/judge/cluster.h"
#include "grader/judge/history.h"
#include "grader/judge/look.h"
#include "grader/judge/mistake.h"
#include "grader/judge/omit.h"
#include "grader/judge/runs.h"
#include "grader/judge/trace.h"
#include "grader/judge/verdict.h"
#include "grader/judge/world.h"
#include "grader/process/confine.h"
#include "grader/process/findings.h"
#include "grader/process/stopwatch.h"
#include "labrpc/sockdir.h"

/* What is expected where a function turns out not to be written yet. */
#define TODO_EXPECTED "every function that the test needs is written"

static struct trial {
	const struct graded *test;
	struct trial_settings settings;
	uint64_t seed; /* of the run under way */
	struct random random;
	struct history history;
	struct cluster *cluster;
	struct sockdir *own_dir; /* when nobody gave us one */
	int64_t began_ms;
	uint64_t runs; /* attempts so far, without those of a search */
	bool crashed; /* the host has, see host.h */

	/* Of a run that may fail without a verdict: where that goes. */
	struct failure *failure; /* NULL: it may not */
	jmp_buf back;
	bool quiet;

	struct failure *known;   /* the test has failed so, come what may */
	bool traced;             /* what the run does is written down, ... */
	struct trace *trace;     /* ... and is here when it has failed */
} trial;

const struct trial_settings *trial_settings(void)
{
	return &trial.settings;
}

const struct graded *trial_test(void)
{
	return trial.test;
}

struct random *trial_random(void)
{
	return &trial.random;
}

void trial_step(const char *fmt, ...)
{
	const char *step;
	va_list args;

	va_start(args, fmt);
	step = history_add(&trial.history, fmt, args);
	va_end(args);
	if (!trial.quiet)
		verdict_step(step);
	trial_note("%s", step);
}

void trial_note(const char *fmt, ...)
{
	char note[256];
	va_list args;

	if (!trial.traced || trial.cluster == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(note, sizeof(note), fmt, args);
	va_end(args);
	trace_note(trial.cluster, note);
}

void trial_attach(struct cluster *c)
{
	if (trial.cluster != NULL)
		trial_error("a test has one cluster, this one opens two");
	trial.cluster = c;
}

static void give(enum verdict_result result, const char *expected,
		 const char *saw, const struct lines *details,
		 const char *report)
{
	const struct flavour *flavour =
		trial.settings.flavour != NULL
			? flavour_find(trial.settings.flavour) : NULL;
	struct verdict v = {
		.result = result,
		.expected = expected,
		.saw = saw,
		.details = details,
		.report = report,
		.trace = trial.trace,
		.crashed = trial.crashed,
		.confined = flavour != NULL ? confine_words(flavour) : "",
		.seed = result == VERDICT_PASS ? trial.settings.seed
					       : trial.seed,
		.runs = trial.runs > 0 ? trial.runs : 1,
		.elapsed_ms = stopwatch_ms() - trial.began_ms,
	};
	char name[160];

	snprintf(name, sizeof(name), "%s/%s", trial.test->suite,
		 trial.test->name);
	mistake_ignore();
	verdict_give(name, &v);
	trial_drop_kept();
	trace_free(trial.trace);
	if (trial.own_dir != NULL)
		sockdir_remove(trial.own_dir);
}

/* The run is an attempt: its failure is noted, and the body is left. */
static _Noreturn void catch_failure(const struct cause *cause)
{
	struct failure *failure = trial.failure;

	failure->seq = cause->seq;
	failure->ask = cause->ask;
	failure->rule = cause->rule;
	snprintf(failure->expected, sizeof(failure->expected), "%s",
		 cause->expected);
	snprintf(failure->saw, sizeof(failure->saw), "%s", cause->saw);
	failure->known = cause->known != NULL;
	if (cause->known != NULL)
		failure->ending = *cause->known;
	longjmp(trial.back, 1);
}

/* What the cluster looked like as the test failed; then it is killed. */
static void take_apart(const struct cause *cause, struct lines *details,
		       struct ending *ending)
{
	struct cluster *c = trial.cluster;

	if (c == NULL)
		return;
	if (c->flavour != NULL && c->flavour->debugger)
		fprintf(stderr, "\nThe test has failed: %s.\nExpected "
			"was: %s.\nInterrupt (Ctrl-C) to look at the "
			"peers, quit gdb to end.\n", cause->saw,
			cause->expected);
	look_describe(c, cause->seq, cause->ask, details);
	trial_note("failed: %s", cause->saw);
	if (trial.traced)
		trial.trace = trace_read(c, cause->seq);
	cluster_kill(c, ending);
	trial.cluster = NULL;
}

void trial_end(const struct cause *cause)
{
	struct lines details = { .n = 0 };
	struct ending ending = { .report = NULL };
	const char *expected = cause->expected;
	char text[1024];

	/* What has failed is not saved by what cannot be shown again. */
	if (trial.known != NULL && cause->result == VERDICT_GRADER_ERROR) {
		struct failure *known = trial.known;

		trial.known = NULL;
		trial_fail_as(known);
	}
	/* In a search what is too much for the grader is no news. */
	if (trial.failure != NULL &&
	    (cause->result == VERDICT_FAIL || trial.quiet))
		catch_failure(cause);
	snprintf(text, sizeof(text), "%s", cause->saw);
	take_apart(cause, &details, &ending);
	if (cause->known != NULL)
		ending = *cause->known;
	trial.crashed = ending.crashed;
	history_write(&trial.history, &details);
	if (ending.is_todo) { /* which says it all, whatever came of it */
		expected = TODO_EXPECTED;
		snprintf(text, sizeof(text), "%s", ending.words);
		lines_deinit(&details);
	}
	give(cause->result, expected, text, &details,
	     ending.report != NULL ? ending.report : "");
	ending_deinit(&ending);
	lines_deinit(&details);
	exit(EXIT_FAILURE);
}

/* Makes a folder where nobody has given us one. */
static void find_folder(struct trial_settings *s)
{
	if (s->dir != NULL && s->dir[0] != '\0')
		return;
	trial.own_dir = sockdir_make();
	if (trial.own_dir == NULL)
		trial_error("cannot make a folder: %s", strerror(errno));
	s->dir = sockdir_path(trial.own_dir);
}

/* The orderly end of a cluster whose test body has nothing to complain of. */
static void end_well(void)
{
	struct lines none = { .n = 0 };
	struct ending ending = { .clean = true };

	if (trial.cluster != NULL) {
		trial_step("end: kill and free every peer");
		cluster_finish(trial.cluster, &ending);
		trial.cluster = NULL;
	}
	cluster_retire(false, &ending);
	if (!ending.clean) {
		struct lines details = { .n = 0 };

		trial.crashed = ending.crashed;
		history_write(&trial.history, &details);
		give(VERDICT_FAIL,
		     !ending.by_itself ? "every thread ends soon after "
					 "paxos_kill() and paxos_free()" :
		     ending.is_todo ? TODO_EXPECTED :
		     ending.is_finding ? "no data race, leak or bad access" :
		     "an orderly end after paxos_kill() and paxos_free()",
		     !ending.by_itself ? "the test was passed, but threads "
					 "were still running" : ending.words,
		     &details, ending.report);
		lines_deinit(&details);
		ending_deinit(&ending);
		exit(EXIT_FAILURE);
	}
	/* Of a pass, what is found is advice. */
	give(VERDICT_PASS, "", "", &none,
	     ending.is_finding ? ending.report : "");
	ending_deinit(&ending);
}

/* ---- runs of the body --------------------------------------------------- */

/* Begins a run anew; what the one before has left is gone. */
static void begin_run(uint64_t seed)
{
	trial_drop_kept();
	trial.history.n = 0;
	if (!trial.quiet)
		verdict_steps_anew();
	omit_begin();
	trial.seed = seed;
	random_seed(&trial.random, seed);
}

uint64_t trial_run(uint64_t seed)
{
	uint64_t work = 0;

	begin_run(seed);
	trial.test->body();
	if (trial.cluster != NULL && trial.cluster->world->simulated) {
		work = cluster_end_run(trial.cluster);
		trial.cluster = NULL;
	}
	return work;
}

/* The attempt has failed: leaves its run, and notes what it was like. */
static uint64_t leave_attempt(struct failure *failure)
{
	struct ctl_close_reply reply = { .error = VALUE_EMPTY };
	struct cluster *c = trial.cluster;

	trial.failure = NULL;
	trial.cluster = NULL;
	failure->lives = c != NULL && cluster_abandon_run(c, &reply);
	failure->fresh = !failure->lives || reply.spent;
	failure->harms = reply.harms;
	failure->harm = reply.harm;
	value_free(&reply.error);
	return reply.work;
}

bool trial_attempt(uint64_t seed, struct failure *failure, uint64_t *work)
{
	*failure = (struct failure){ .seq = NO_SEQ };
	trial.failure = failure;
	trial.runs += !trial.quiet;
	if (setjmp(trial.back) == 0) {
		*work = trial_run(seed);
		trial.failure = NULL;
		return true;
	}
	*work = leave_attempt(failure);
	return false;
}

void trial_be_quiet(void)
{
	trial.quiet = true;
}

bool trial_is_attempt(void)
{
	return trial.failure != NULL;
}

bool trial_is_quiet(void)
{
	return trial.quiet;
}

void trial_tell(struct failure *failure)
{
	trial.known = failure;
	trial.traced = true;
	trial.quiet = false;
}

bool trial_is_traced(void)
{
	return trial.traced;
}

void graded_run(const struct graded *test)
{
	char why[256] = "";

	/* Criterion has run us anew: shut out whoever shares our user. */
	prctl(PR_SET_DUMPABLE, 0);
	trial = (struct trial){ .test = test, .began_ms = stopwatch_ms() };
	if (!verdict_begin(why, sizeof(why))) {
		fprintf(stderr, "judge: %s\n", why);
		exit(EXIT_FAILURE);
	}
	mistake_watch(test);
	settings_read(&trial.settings);
	find_folder(&trial.settings);
	runs_make();
	end_well();
}
