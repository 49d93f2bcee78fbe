/*
 * runs.h - a run around a body, for the tests of this folder.
 *
 * The objects of these tests go through the list of redirected calls, so the
 * bodies are written as any program with threads.
 *
 * Threads: one test thread.  Memory: the next run takes all back.  Errors: a
 * run that ends otherwise than expected fails the test and shows its report.
 */
#ifndef LABRPC_SIM_TESTS_RUNS_H
#define LABRPC_SIM_TESTS_RUNS_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "labrpc/sim/sim.h"

static inline struct sim_config run_config(uint64_t seed)
{
	struct sim_config config = { .seed = seed };

	sim_draw_profile(&config.profile, seed);
	return config;
}

/* Runs BODY(ARG) and says why the run has ended. */
static inline enum sim_reason run(const struct sim_config *config,
				  void (*body)(void *arg), void *arg)
{
	sim_begin(config);
	if (sim_do(body, arg))
		sim_finish(1000);
	else
		sim_finish(0);
	return sim_report()->reason;
}

/* Runs BODY(ARG) under SEED, which must end well; returns the hash. */
static inline uint64_t run_well(uint64_t seed, void (*body)(void *arg),
				void *arg)
{
	const struct sim_config config = run_config(seed);

	cr_assert(run(&config, body, arg) == SIM_FINE, "seed %" PRIu64 ": %s",
		  seed, sim_report()->words);
	return sim_hash();
}

/* Runs BODY under seeds 1 to MOST until one ends for REASON; returns it. */
static inline uint64_t run_until(enum sim_reason reason, uint64_t most,
				 void (*body)(void *arg), void *arg)
{
	uint64_t seed;

	for (seed = 1; seed <= most; seed++) {
		const struct sim_config config = run_config(seed);
		enum sim_reason got = run(&config, body, arg);

		if (got == reason)
			return seed;
		cr_assert(got == SIM_FINE, "seed %" PRIu64 ": %s", seed,
			  sim_report()->words);
	}
	cr_assert_fail("no seed up to %" PRIu64 " ended for %s", most,
		       sim_reason_name(reason));
	return 0;
}

/* Asserts that BODY ends for REASON under seed 1. */
#define assert_end(body, expected)                                            \
	do {                                                                  \
		const struct sim_config config_ = run_config(1);              \
		cr_assert(run(&config_, body, NULL) == (expected), "%s: %s",  \
			  sim_reason_name(sim_report()->reason),              \
			  sim_report()->words);                               \
	} while (0)

/* Asserts that the words of the last report contain WORDS. */
#define assert_words(words_)                                                  \
	cr_assert(strstr(sim_report()->words, words_) != NULL,                \
		  "\"%s\" is not in: %s", words_, sim_report()->words)

#endif
