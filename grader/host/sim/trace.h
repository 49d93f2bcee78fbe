/*
 * trace.h - the last events of a run, kept for the judge.
 *
 * Threads: as the simulation: one at a time.
 *
 * Memory: outside of the run's arena, so that a run is the same with a trace
 * and without; bounded, and taken back by trace_begin().
 *
 * Errors: no memory left ends the process.
 */
#ifndef GRADER_HOST_SIM_TRACE_H
#define GRADER_HOST_SIM_TRACE_H

#include <stdbool.h>

#include "grader/control.h"

/* Before a run: forgets the one before; keeps this one's events if ON. */
void trace_begin(bool on);

/* An event that the judge tells of, in its words. */
void trace_note(struct value text);

/* Stores in *REPLY event number N of those that were kept. */
void trace_recall(int n, struct ctl_trace_reply *reply);

#endif
