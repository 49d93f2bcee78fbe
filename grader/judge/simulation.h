/*
 * simulation.h - what the end of a run of the simulation means for a test.
 *
 * The judge's own.  Threads: one.  Memory: ERROR is borrowed.  Errors: this
 * ends the test.
 */
#ifndef GRADER_JUDGE_SIMULATION_H
#define GRADER_JUDGE_SIMULATION_H

#include "labrpc/value.h"

/* Ends the test over ERROR, which begins with CTL_SIMULATION. */
_Noreturn void run_has_failed(struct value error);

#endif
