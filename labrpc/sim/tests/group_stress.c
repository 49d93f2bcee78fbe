/*
 * group_stress.c - the reference Paxos in the simulation under whatever
 * sanitizer there is, on both carriers.
 *
 * ThreadSanitizer is told of fibers, so it sees the races of the simulated
 * program and none of the machinery's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "labrpc/sim/tests/group.h"

#define SEEDS 60
#define SEEDS_GATED 5

static uint64_t run_group(uint64_t seed, enum sim_carrier carrier)
{
	struct sim_config config = { .seed = seed, .carrier = carrier };
	struct group g = { .seed = seed };

	sim_draw_profile(&config.profile, seed);
	sim_begin(&config);
	if (!sim_do(group_run, &g) || !sim_finish(1000)) {
		fprintf(stderr, "seed %" PRIu64 ": %s", seed,
			sim_report()->words);
		exit(1);
	}
	return sim_hash();
}

int main(void)
{
	uint64_t hashes[SEEDS];
	uint64_t seed;

	for (seed = 0; seed < SEEDS; seed++)
		hashes[seed] = run_group(seed, SIM_FIBERS);
	for (seed = 0; seed < SEEDS_GATED; seed++) {
		if (run_group(seed, SIM_PTHREADS) == hashes[seed])
			continue;
		fprintf(stderr, "seed %" PRIu64 ": another trace\n", seed);
		return 1;
	}
	return 0;
}
