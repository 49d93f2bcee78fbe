/*
 * sample.h - histories such as clients of a service have, for tests and
 * benches: each client has one operation at a time, takes a little while over
 * it, and goes on at once.
 *
 * Threads: no state.  Memory: the history is the caller's.  Errors: no memory
 * left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_SAMPLE_H
#define GRADER_LINEARIZABILITY_SAMPLE_H

#include "grader/linearizability/linearizability.h"

/* What goes wrong, once, at the first opportunity after half of the ops. */
enum lin_fault {
	LIN_FAULT_NONE,
	LIN_FAULT_STALE,  /* a get returns what the key held before */
	LIN_FAULT_LOST,   /* an append that returns has no effect */
	LIN_FAULT_DOUBLE, /* an append takes effect twice */
};

struct lin_sample {
	uint64_t seed;
	int clients, ops, keys;
	int puts, appends; /* of 100 operations; the others are gets */
	double never;      /* chance that an operation does not return, ... */
			   /* after which another client comes */
	enum lin_fault fault;
};

/* A history as SAMPLE says; the same for the same. */
struct lin_history *lin_sample_make(const struct lin_sample *sample);

#endif
