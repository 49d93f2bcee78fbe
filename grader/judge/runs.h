/*
 * runs.h - how often the body of a test runs, and what a run that failed
 * amounts to.
 *
 * The judge's own: trial.c has the runs, runs.c says which.
 *
 * Threads: one.
 *
 * Memory: a failure's ending is released by trial_fail_as(), which ends the
 * test, or by failure_deinit().
 *
 * Errors: as trial.h.
 */
#ifndef GRADER_JUDGE_RUNS_H
#define GRADER_JUDGE_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/process/host.h"
#include "labrpc/value.h"

/* How a run failed that was only an attempt. */
struct failure {
	char expected[1024], saw[1024];
	int64_t seq;          /* as trial_fail() has it */
	bool ask;             /* the peers can be asked what they hold */
	bool rule;            /* it holds whatever a test does */
	bool known;           /* `ending` says how the host ended */
	struct ending ending;
	bool lives;           /* the host did, so that the rest is known: */
	bool fresh;           /* the next run needs another host */
	uint64_t harms;       /* what chance did: how often, and the names */
	struct value harm;    /* as control.x has them */
};
void failure_deinit(struct failure *failure);

/* Takes into FAILURE why a run was to end, and the ending with it. */
struct cause;
void failure_note(struct failure *failure, const struct cause *cause);

/* Runs the body with SEED; a failure ends the test.  In real time the cluster
 * is still open afterwards. */
void trial_run(uint64_t seed);

/*
 * Runs it in a simulated world as one of many; false with *FAILURE if the run
 * fails.  *WORK is what it has cost, in steps.
 */
bool trial_attempt(uint64_t seed, struct failure *failure, uint64_t *work);

/* The same without a word to anybody, in a search for less that fails. */
bool trial_search(uint64_t seed, struct failure *failure, uint64_t *work);

/*
 * Runs it once more, with all that it does written down, and ends the test: as
 * it fails now, or else as FAILURE, in which way it has failed before.
 */
_Noreturn void trial_replay(uint64_t seed, struct failure *failure);

/* What is said above of the run under way. */
bool trial_is_attempt(void); /* or a search */
bool trial_is_quiet(void);
bool trial_is_traced(void);

/* Ends the test over FAILURE. */
_Noreturn void trial_fail_as(struct failure *failure);

/* Runs the body as often as was asked for; returns if no run has failed. */
void runs_make(void);

#endif
