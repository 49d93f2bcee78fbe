/*
 * runs.c - the runs of a test: one in real time, many in simulation.
 *
 * A simulated run is an attempt first.  One that fails is shrunk, and the
 * least that fails in the same way is made once more, now with a trace: that
 * run is the one that is told of, and the only one that a person with a
 * debugger sees.
 *
 * Invariant: the runs that are made, and their order, depend on the seed and
 * on the test, never on what they cost, nor on time.
 *
 * No locks: one thread.
 */
#include "grader/judge/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grader/judge/cluster.h"
#include "grader/judge/mistake.h"
#include "grader/judge/shrink.h"
#include "grader/judge/trial.h"
#include "labrpc/random.h"

/* So many times the steps of a test is what no solution has a use for in all
 * of its runs; and fewer steps than these are not worth a word. */
#define DEAR 100
#define CHEAP_STEPS 10000

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
	mistake_ignore();
	shrink(seed, failure, work);
	if (apart)
		end_host();
	trial_replay(seed, failure);
}

/* Steps that a run of the test has with any sensible solution, roughly. */
static uint64_t steps_of_test(void)
{
	unsigned steps = trial_test()->steps;

	return steps > CHEAP_STEPS ? steps : CHEAP_STEPS;
}

/* What the runs of the test have cost so far. */
struct cost {
	uint64_t sum;
	uint64_t most, seed; /* the dearest of them */
};

/*
 * Adds to COST the run with SEED, which has cost WORK, and fails the test if
 * that is too much for all RUNS of it.  Chance may make one of them as dear as
 * it likes, where proposers get into each other's way.
 */
static void add_cost(struct cost *cost, uint64_t seed, uint64_t work,
		     uint64_t runs)
{
	uint64_t most = steps_of_test() * DEAR, again;
	struct failure failure;
	char expected[96];

	cost->sum += work;
	if (work > cost->most) {
		cost->most = work;
		cost->seed = seed;
	}
	if (cost->sum / runs <= most)
		return;
	if (cost->seed != seed) /* that one is told of */
		trial_attempt(cost->seed, &failure, &again);
	end_host();
	snprintf(expected, sizeof(expected), "a simulated run of this test "
		 "takes at most %" PRIu64 " steps, on average", most);
	trial_fail_unasked(expected, "all runs so far took %" PRIu64 " steps, "
			   "and this one %" PRIu64 "; other solutions get by "
			   "with about %" PRIu64 " for each", cost->sum,
			   cost->most, steps_of_test());
}

/*
 * The first run has the test's seed itself, so that the seed of a failed run
 * repeats it.
 */
static void make_many(void)
{
	const uint64_t seed = trial_settings()->seed;
	const uint64_t runs = trial_settings()->runs;
	struct cost cost = { .sum = 0 };
	struct failure failure;
	uint64_t work, i, run;

	for (i = 0; i < runs; i++) {
		run = i == 0 ? seed : random_mix(seed, i) % RUN_SEED_END;
		if (!trial_attempt(run, &failure, &work))
			tell(run, &failure, work);
		add_cost(&cost, run, work, runs);
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
