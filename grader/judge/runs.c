/*
 * runs.c - the runs of a test: one in real time, many in simulation.
 *
 * A simulated run is an attempt first.  One that fails is repeated by its
 * seed, now with a trace, and that run is the one that is told of.  A person
 * with a debugger sees the last run only.
 *
 * Invariant: the runs that are made, and their order, depend on the seed and
 * on what they cost in steps, never on time.
 *
 * No locks: one thread.
 */
#include "grader/judge/runs.h"

#include "grader/judge/cluster.h"
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
}

/* A host of attempts makes room for one that a person looks into. */
static void make_room(void)
{
	struct ending ending = { .report = NULL };

	if (!flavour_find(trial_settings()->flavour)->debugger)
		return;
	cluster_retire(true, &ending);
	ending_deinit(&ending);
}

/* Tells of the run with SEED, which has failed as FAILURE. */
static _Noreturn void tell(uint64_t seed, struct failure *failure)
{
	if (failure->known && failure->ending.is_todo)
		trial_fail_as(failure);
	make_room();
	trial_trace();
	trial_run(seed);
	/* It has not failed again: something in it is not simulated. */
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
			tell(run, &failure);
		all += work;
	}
	if (!flavour_find(trial_settings()->flavour)->debugger)
		return;
	make_room();
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
