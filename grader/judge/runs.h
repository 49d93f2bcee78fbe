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

/*
 * Runs the body with SEED; a failure ends the test.  Returns what the run has
 * cost, in steps, if it was simulated.  Else its cluster is still open.
 */
uint64_t trial_run(uint64_t seed);

/* The same in a simulated world; false with *FAILURE if the run fails. */
bool trial_attempt(uint64_t seed, struct failure *failure, uint64_t *work);

/* Tells whether this run is one. */
bool trial_is_attempt(void);

/* From now on attempts are made without a word to anybody. */
void trial_be_quiet(void);
bool trial_is_quiet(void);

/* From now on what the runs do is written down for the verdict, which is no
 * better than FAILURE. */
void trial_tell(struct failure *failure);
bool trial_is_traced(void);

/* Ends the test over FAILURE. */
_Noreturn void trial_fail_as(struct failure *failure);

/* Runs the body as often as was asked for; returns if no run has failed. */
void runs_make(void);

#endif
