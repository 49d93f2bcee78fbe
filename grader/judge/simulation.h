/*
 * simulation.h - what the end of a run of the simulation means for a test.
 *
 * The judge's own.  Threads: one.  Memory: what is given is borrowed, what is
 * returned lives on unless it says so.  Errors: none but run_has_failed()'s.
 */
#ifndef GRADER_JUDGE_SIMULATION_H
#define GRADER_JUDGE_SIMULATION_H

#include "labrpc/value.h"

/* TEXT of the simulation's with the names of places in it; to be freed. */
char *run_words(struct value text);

/* Ends the test over ERROR, which begins with CTL_SIMULATION. */
_Noreturn void run_has_failed(struct value error);

/* A run has passed, and LINT is to be said of it, if it is not empty. */
void run_has_lint(struct value lint);

/* The first of what was to be said, or "". */
const char *run_advice(void);

#endif
