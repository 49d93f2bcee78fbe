/*
 * scenario.h - the run of a swarm: three peers, two instances.
 *
 * Threads: the driver of a simulation.
 *
 * Memory: swarm_load() loads for good; each run takes back what the one before
 * has used.
 *
 * Errors: false with the reason in *ERROR, or a run that has failed.
 */
#ifndef GRADER_SWARM_SCENARIO_H
#define GRADER_SWARM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/sim/sim.h"
#include "labrpc/value.h"

/* Loads a copy of SUBMISSION for each peer; the copies go to folder DIR. */
bool swarm_load(const char *submission, const char *dir, struct value *error);

/*
 * Runs the scenario under SEED: three peers propose for instance 0, with
 * faults, stalls and now and then a partition; then the network is mended and
 * all must agree on instance 1; then the peers are freed.  Checks agreement,
 * validity, that no decision changes, and that nothing is left.
 */
bool swarm_run(uint64_t seed, enum sim_carrier carrier);

#endif
