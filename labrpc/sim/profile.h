/*
 * profile.h - how chance treats a run, drawn from its seed.
 *
 * Threads: no state.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_SIM_PROFILE_H
#define LABRPC_SIM_PROFILE_H

#include <stdint.h>

#include "labrpc/network.h"

enum sim_strategy {
	SIM_WALK, /* any thread that can run, evenly */
	SIM_PCT,  /* by random priorities, which change a few times */
};

/* How chance treats a run. */
struct sim_profile {
	enum sim_strategy strategy;
	double stay;           /* of a walk: chance to go on with the same */
	int changes;           /* of PCT: how often a priority falls, ... */
	uint64_t span;         /* ... within so many first steps */
	int64_t tick_ns;       /* a step takes up to twice this */
	double stall;          /* chance that a thread stops for long, ... */
	int64_t stall_max_ns;  /* ... for at most this */
	double spurious;       /* chance of a wake-up without a signal */
	int64_t delay_min_ns;  /* what each message takes on its way */
	int64_t delay_max_ns;
};

/* Draws a profile: short delays or long ones, stalls or none, and so on. */
void sim_draw_profile(struct sim_profile *profile, uint64_t seed);

/* Draws faults to go with it: each kind is there or not. */
void sim_draw_faults(struct faults *faults, uint64_t seed);

#endif
