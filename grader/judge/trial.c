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
#include "grader/judge/simulation.h"
#include "grader/judge/trace.h"
#include "grader/judge/verdict.h"
#include "grader/judge/world.h"
#include "grader/process/confine.h"
#include "grader/process/findings.h"
#include "grader/process/stopwatch.h"
#include "labrpc/sockdir.h"

/* What is expected where a function turns out not to be written yet. */
#define TODO_EXPECTED "every function that the test needs is written"

/* What comes of a run that fails. */
enum mode {
	MODE_ONLY,    /* the test has failed */
	MODE_ATTEMPT, /* that is noted; an error of the grader's ends it */
	MODE_SEARCH,  /* that is noted, whatever it is, and not told */
	MODE_REPLAY,  /* the test had failed before; what happens is traced */
};

static struct trial {
	const struct graded *test;
	struct trial_settings settings;
	struct sockdir *own_dir; /* when nobody gave us one */
	int64_t began_ms;
	uint64_t runs; /* so far, without those of a search */

	/* Of the run under way. */
	enum mode mode;
	uint64_t seed;
	struct random random;
	struct history history;
	struct cluster *cluster;
	struct failure *failure; /* where to note it; or what is known */
	jmp_buf back;            /* for whoever notes it */
	struct trace *trace;     /* of a replay that has failed */
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
	if (trial.mode != MODE_SEARCH)
		verdict_step(step);
	trial_note("%s", step);
}

void trial_note(const char *fmt, ...)
{
	char note[256];
	va_list args;

	if (trial.mode != MODE_REPLAY || trial.cluster == NULL)
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

/* ---- how a test ends ---------------------------------------------------- */

/* Gives the verdict V, of which here the rest is filled in. */
static void give(struct verdict v)
{
	const char *name = trial.settings.flavour;
	const struct flavour *flavour = name != NULL ? flavour_find(name)
						     : NULL;
	char test[160];

	v.trace = trial.trace;
	v.confined = flavour != NULL ? confine_words(flavour) : "";
	v.seed = v.result == VERDICT_PASS ? trial.settings.seed : trial.seed;
	v.runs = trial.runs > 0 ? trial.runs : 1;
	v.elapsed_ms = stopwatch_ms() - trial.began_ms;
	snprintf(test, sizeof(test), "%s/%s", trial.test->suite,
		 trial.test->name);
	mistake_ignore();
	verdict_give(test, &v);
	trial_drop_kept();
	trace_free(trial.trace);
	if (trial.own_dir != NULL)
		sockdir_remove(trial.own_dir);
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
	if (trial.mode == MODE_REPLAY)
		trial.trace = trace_read(c, cause->seq);
	/* What did not come in time: somebody waits for it. */
	if (trial.trace != NULL && cause->ask && !cause->rule)
		trace_threads(trial.trace, details);
	cluster_kill(c, ending);
	trial.cluster = NULL;
}

/* The verdict is what CAUSE says, and what is left of the cluster. */
static _Noreturn void conclude(const struct cause *cause)
{
	struct lines details = { .n = 0 };
	struct ending ending = { .report = NULL };
	const char *expected = cause->expected;
	char text[1024];

	snprintf(text, sizeof(text), "%s", cause->saw);
	take_apart(cause, &details, &ending);
	if (cause->known != NULL)
		ending = *cause->known;
	history_write(&trial.history, &details);
	if (ending.is_todo) { /* which says it all, whatever came of it */
		expected = TODO_EXPECTED;
		snprintf(text, sizeof(text), "%s", ending.words);
		lines_deinit(&details);
	}
	give((struct verdict){
		.result = cause->result,
		.expected = expected,
		.saw = text,
		.details = &details,
		.report = ending.report != NULL ? ending.report : "",
		.crashed = ending.crashed,
	});
	ending_deinit(&ending);
	lines_deinit(&details);
	exit(EXIT_FAILURE);
}

/* Notes how the run has failed, and leaves the body. */
static _Noreturn void note(const struct cause *cause)
{
	failure_note(trial.failure, cause);
	longjmp(trial.back, 1);
}

void trial_end(const struct cause *cause)
{
	switch (trial.mode) {
	case MODE_ONLY:
		break;
	case MODE_ATTEMPT:
		if (cause->result == VERDICT_FAIL)
			note(cause);
		break;
	case MODE_SEARCH: /* what is too much for the grader is no news ... */
		note(cause);
	case MODE_REPLAY: /* ... and does not save what has failed */
		if (cause->result == VERDICT_GRADER_ERROR)
			trial_fail_as(trial.failure);
		break;
	}
	conclude(cause);
}

/* The host of a test that had passed so far has ended as ENDING says. */
static _Noreturn void end_badly(struct ending *ending)
{
	struct lines details = { .n = 0 };

	history_write(&trial.history, &details);
	give((struct verdict){
		.result = VERDICT_FAIL,
		.expected = !ending->by_itself
				? "every thread ends soon after paxos_kill() "
				  "and paxos_free()" :
			    ending->is_todo ? TODO_EXPECTED :
			    ending->is_finding
				? "no data race, leak or bad access" :
				  "an orderly end after paxos_kill() and "
				  "paxos_free()",
		.saw = !ending->by_itself
			       ? "the test was passed, but threads were still "
				 "running" : ending->words,
		.details = &details,
		.report = ending->report,
		.crashed = ending->crashed,
	});
	lines_deinit(&details);
	ending_deinit(ending);
	exit(EXIT_FAILURE);
}

/* Passes the test, whose body has nothing to complain of, if its host ends in
 * an orderly way. */
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
	if (!ending.clean)
		end_badly(&ending);
	give((struct verdict){
		.result = VERDICT_PASS,
		.expected = "",
		.saw = "",
		.details = &none,
		/* Of a pass, what is found is advice. */
		.report = ending.is_finding ? ending.report : run_advice(),
	});
	ending_deinit(&ending);
}

/* ---- runs of the body --------------------------------------------------- */

/* Runs the body with SEED as MODE has it; returns what that has cost. */
static uint64_t run(enum mode mode, uint64_t seed)
{
	uint64_t work = 0;

	/* What the run before has left is gone. */
	trial.mode = mode;
	trial_drop_kept();
	trial.history.n = 0;
	if (mode != MODE_SEARCH)
		verdict_steps_anew();
	omit_begin();
	trial.seed = seed;
	random_seed(&trial.random, seed);

	trial.test->body();
	if (trial.cluster != NULL && trial.cluster->world->simulated) {
		work = cluster_end_run(trial.cluster);
		trial.cluster = NULL;
	}
	trial.mode = MODE_ONLY;
	return work;
}

/* A run has failed, and been left: notes what else it was like. */
static uint64_t leave(struct failure *failure)
{
	struct ctl_close_reply reply = { .error = VALUE_EMPTY };
	struct cluster *c = trial.cluster;

	trial.mode = MODE_ONLY;
	trial.cluster = NULL;
	failure->lives = c != NULL && cluster_abandon_run(c, &reply);
	failure->fresh = !failure->lives || reply.spent;
	failure->harms = reply.harms;
	failure->harm = reply.harm;
	value_free(&reply.error);
	value_free(&reply.lint);
	return reply.work;
}

/* Runs the body as MODE, which notes failures, has it; tells whether it has
 * passed. */
static bool try(enum mode mode, uint64_t seed, struct failure *failure,
		uint64_t *work)
{
	*failure = (struct failure){ .seq = NO_SEQ };
	trial.failure = failure;
	if (setjmp(trial.back) == 0) {
		*work = run(mode, seed);
		return true;
	}
	*work = leave(failure);
	return false;
}

void trial_run(uint64_t seed)
{
	run(MODE_ONLY, seed);
}

bool trial_attempt(uint64_t seed, struct failure *failure, uint64_t *work)
{
	trial.runs++;
	return try(MODE_ATTEMPT, seed, failure, work);
}

bool trial_search(uint64_t seed, struct failure *failure, uint64_t *work)
{
	return try(MODE_SEARCH, seed, failure, work);
}

void trial_replay(uint64_t seed, struct failure *failure)
{
	trial.failure = failure;
	run(MODE_REPLAY, seed);
	/* It has not failed again: something in it is not simulated. */
	snprintf(failure->saw + strlen(failure->saw),
		 sizeof(failure->saw) - strlen(failure->saw),
		 " (and not when the run was repeated)");
	trial_fail_as(failure);
}

bool trial_is_attempt(void)
{
	return trial.mode == MODE_ATTEMPT || trial.mode == MODE_SEARCH;
}

bool trial_is_quiet(void)
{
	return trial.mode == MODE_SEARCH;
}

bool trial_is_traced(void)
{
	return trial.mode == MODE_REPLAY;
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
