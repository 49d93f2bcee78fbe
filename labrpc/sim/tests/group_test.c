/*
 * group_test.c - the reference Paxos in the simulation: no seed fails, each
 * repeats, and nothing is left behind.
 */
#include "labrpc/sim/tests/group.h"

#include "labrpc/sim/arena.h"
#include "labrpc/sim/tests/runs.h"

#define SEEDS 300
#define SEEDS_TWICE 50
#define SEEDS_GATED 10

static uint64_t group_well(uint64_t seed)
{
	struct group g = { .seed = seed };

	return run_well(seed, group_run, &g);
}

Test(group, no_seed_fails_and_each_frees_all)
{
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		group_well(seed);
		cr_assert(arena_count().live_blocks == 0,
			  "seed %" PRIu64 ": %" PRId64 " blocks are left",
			  seed, arena_count().live_blocks);
	}
}

Test(group, a_seed_repeats_whatever_ran_before)
{
	uint64_t hashes[SEEDS_TWICE], seed;

	for (seed = 0; seed < SEEDS_TWICE; seed++)
		hashes[seed] = group_well(seed);
	for (seed = SEEDS_TWICE; seed-- > 0;)
		cr_assert(group_well(seed) == hashes[seed],
			  "seed %" PRIu64, seed);
}

Test(group, gated_pthreads_give_the_same)
{
	uint64_t seed, hash;

	for (seed = 1; seed <= SEEDS_GATED; seed++) {
		struct sim_config config = run_config(seed);
		struct group g = { .seed = seed };

		hash = group_well(seed);
		config.carrier = SIM_PTHREADS;
		cr_assert(run(&config, group_run, &g) == SIM_FINE);
		cr_assert(sim_hash() == hash, "seed %" PRIu64, seed);
	}
}
