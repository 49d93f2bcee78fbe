/*
 * strategy.c - the draws that order a run, and the swarm of profiles.
 *
 * A walk takes any thread evenly, or goes on with the same for a while.  PCT
 * (Burckhardt and others, "A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs", ASPLOS 2010) gives each thread a random
 * priority, runs the highest, and lets that fall at a few random steps.  No
 * one profile finds all bugs: long delays bring out those of the protocol,
 * short ones those of threads.  So each seed draws one.
 *
 * Every draw here comes from the scheduler's stream.  No locks: one runs.
 */
#include <stdlib.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/sched.h"

/*
 * PCT starves whoever waits for a thread that spins on a lock or the clock;
 * after so many steps of one thread the others have their turn.
 */
#define ALONE_MAX 2000

/* Priorities of new threads lie above those that have fallen. */
#define PRIORITY_FRESH (UINT64_C(1) << 63)

/* The most change points. */
#define CHANGES_MAX 8

static uint64_t falls[CHANGES_MAX];

void strategy_begin(void)
{
	const struct sim_profile *profile = &sim.config.profile;
	int i, j;

	sim.nchanges = 0;
	sim.fallen = PRIORITY_FRESH;
	if (profile->strategy != SIM_PCT || profile->span == 0)
		return;
	if (profile->changes < 0 || profile->changes > CHANGES_MAX)
		lab_fatal("a profile with %d changes", profile->changes);
	for (i = 0; i < profile->changes; i++) {
		uint64_t step = random_below(&sim.scheduler, profile->span);

		for (j = i; j > 0 && falls[j - 1] < step; j--)
			falls[j] = falls[j - 1];
		falls[j] = step;
	}
	sim.nchanges = profile->changes;
}

uint64_t strategy_priority(void)
{
	return random_next(&sim.scheduler) | PRIORITY_FRESH;
}

/*
 * One that could run for so long, and did not, goes first from now on: no
 * machine lets a thread wait for ever for others that never rest.  Of several
 * the one that has waited longest does.  PCT's own changes lie far before
 * that.
 */
#define STARVED_STEPS 20000

static struct thread *pick_highest(void)
{
	struct thread *best = sim.ready[0];
	int i;

	if (sim.yields || sim.alone > ALONE_MAX) {
		sim.alone = 0;
		sim.current->priority = --sim.fallen;
	} else if (sim.nchanges > 0 &&
		   falls[sim.nchanges - 1] <= sim.steps) {
		sim.nchanges--;
		sim.current->priority = --sim.fallen;
	}
	for (i = 0; i < sim.nready; i++) {
		struct thread *thread = sim.ready[i];

		if (sim.steps - thread->ready_since > STARVED_STEPS)
			thread->priority = UINT64_MAX;
		if (thread->priority > best->priority ||
		    (thread->priority == best->priority &&
		     thread->ready_since < best->ready_since))
			best = thread;
	}
	best->ready_since = sim.steps;
	return best;
}

static struct thread *draw_next(void)
{
	const struct sim_profile *profile = &sim.config.profile;

	if (profile->strategy == SIM_PCT)
		return pick_highest();
	if (profile->stay > 0 && !sim.yields &&
	    sim.current->state == THREAD_READY &&
	    random_chance(&sim.scheduler, profile->stay))
		return sim.current;
	return sim.ready[random_below(&sim.scheduler, (uint64_t)sim.nready)];
}

struct thread *strategy_pick(void)
{
	struct thread *next = draw_next();

	/* Even then nobody may starve the others. */
	if (harm_is_off(HARM_TURN) && !sim.yields && sim.alone <= ALONE_MAX &&
	    sim.current->state == THREAD_READY)
		return sim.current;
	return next;
}

/* ---- profiles ---------------------------------------------------------- */

/* Keeps the draws of profiles, faults and runs of one seed apart. */
#define PROFILE_STREAM 0x70726f66
#define FAULTS_STREAM 0x6661756c

#define DRAW(rng, list) ((list)[random_below(rng, sizeof(list) / \
						  sizeof((list)[0]))])

void sim_draw_profile(struct sim_profile *profile, uint64_t seed)
{
	static const double stays[] = { 0, 0.5, 0.9 };
	static const int64_t ticks_ns[] = { 100, 1000, 5000, 20000 };
	static const double stalls[] = { 0, 0, 0.0005, 0.005 };
	static const int64_t stalls_ns[] = { SIM_MS, 30 * SIM_MS };
	static const double spurious[] = { 0, 0, 0.1, 0.3 };
	static const int64_t delays_ns[] = { 8000, 50000, 300000, 2 * SIM_MS,
					     12 * SIM_MS };
	struct random rng;

	random_seed(&rng, random_mix(seed, PROFILE_STREAM));
	profile->strategy = random_below(&rng, 2) == 0 ? SIM_WALK : SIM_PCT;
	profile->stay = DRAW(&rng, stays);
	profile->changes = 1 + (int)random_below(&rng, 4);
	profile->span = UINT64_C(256) << random_below(&rng, 6);
	profile->tick_ns = DRAW(&rng, ticks_ns);
	profile->stall = DRAW(&rng, stalls);
	profile->stall_max_ns = DRAW(&rng, stalls_ns);
	profile->spurious = DRAW(&rng, spurious);
	profile->delay_min_ns = 1000;
	profile->delay_max_ns = DRAW(&rng, delays_ns);
}

void sim_draw_faults(struct faults *faults, uint64_t seed)
{
	static const double chances[] = { 0, 0, 0.1, 0.3 };
	static const int delays_ms[] = { 0, 0, 3, 30 };
	static const int holds_ms[] = { 20, 200, 2200 };
	struct random rng;

	random_seed(&rng, random_mix(seed, FAULTS_STREAM));
	*faults = (struct faults){ .loss_notice = LOSS_AT_ONCE };
	faults->loss_notice = (enum loss_notice)random_below(&rng, 3);
	faults->lose_request = DRAW(&rng, chances);
	faults->lose_reply = DRAW(&rng, chances);
	faults->duplicate = DRAW(&rng, chances);
	faults->hold_reply = DRAW(&rng, chances);
	faults->hold_max_ms = DRAW(&rng, holds_ms);
	faults->delay_max_ms = DRAW(&rng, delays_ms);
}
