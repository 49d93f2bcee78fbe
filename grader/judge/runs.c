/*
 * runs.c - the runs of a test: one in real time, many in simulation.
 *
 * A simulated run is an attempt first.  One that fails is shrunk, and the
 * least that fails in the same way is made once more, now with a trace: that
 * run is the one that is told of, and the only one that a person with a
 * debugger sees.
 *
 * Invariant: the runs that are made, and their order, depend on the seed and
 * on what they cost in steps, never on time.
 *
 * No locks: one thread.
 */
#include "grader/judge/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge/cluster.h"
#include "grader/judge/shrink.h"
#include "grader/judge/trial.h"
#include "labrpc/random.h"

/* Steps of an ordinary simulated run. */
#define RUN_WORK 5000

/* Seeds of runs stay short, for people to type. */
#define RUN_SEED_END UINT64_C(1000000000)

void failure_deinit(struct failure *failure)
{
	if (failure->known)
		ending_deinit(&failure->ending);
	value_free(&failure->harm);
}

static bool is_debugged(void)
{
	return flavour_find(trial_settings()->flavour)->debugger;
}

/* Ends the host of the runs so far. */
static void end_host(void)
{
	struct ending ending = { .report = NULL };

	cluster_retire(true, &ending);
	ending_deinit(&ending);
}

/* Tells of the run with SEED, which has failed as FAILURE and cost WORK. */
static _Noreturn void tell(uint64_t seed, struct failure *failure,
			   uint64_t work)
{
	/* Hundreds of runs are not to be logged, nor seen by a debugger. */
	bool apart = getenv("LAB_LOG") != NULL || is_debugged();

	if (failure->known && failure->ending.is_todo)
		trial_fail_as(failure);
	if (apart)
		end_host();
	/* For the case that this is never told. */
	trial_step("failed: %s; looks for less that fails so", failure->saw);
	trial_be_quiet();
	shrink(seed, failure, work);
	if (apart)
		end_host();
	trial_tell(failure);
	trial_run(seed);
	/* It has not failed again: something in it is not simulated. */
	snprintf(failure->saw + strlen(failure->saw),
		 sizeof(failure->saw) - strlen(failure->saw),
		 " (and not when the run was repeated)");
	trial_fail_as(failure);
}

/*
 * Runs the body as often as was asked for, but not for more than that would
 * cost at RUN_WORK each.  The first run has the test's seed itself, so that
 * the seed of a failed run repeats it.
 */
static void make_many(void)
{
	const uint64_t seed = trial_settings()->seed;
	const uint64_t runs = trial_settings()->runs;
	struct failure failure;
	uint64_t all = 0, work, i, run;

	for (i = 0; i == 0 || (i < runs && all / RUN_WORK < runs); i++) {
		run = i == 0 ? seed : random_mix(seed, i) % RUN_SEED_END;
		if (!trial_attempt(run, &failure, &work))
			tell(run, &failure, work);
		all += work;
	}
	if (!is_debugged())
		return;
	end_host();
	trial_run(seed);
}

void runs_make(void)
{
	const struct world *world = world_find(trial_settings()->world);

	if (world != NULL && world->simulated)
		make_many();
	else
		trial_run(trial_settings()->seed);
}
