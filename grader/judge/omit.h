/*
 * omit.h - what is left out of a run, to see whether it fails all the same.
 *
 * A body runs as always.  What it asks for is done unless the reduction of
 * this run says otherwise: whole instances, with all that is said about them;
 * single steps, such as a start or a partition; operations of clerks beyond a
 * number.  That cannot make a correct submission break a rule that always
 * holds, only a test's own expectation, so nothing is left out to keep one of
 * those broken.  The chance of the simulation is left out by the host
 * (labrpc/sim/harm.h).
 *
 * Threads: one.
 *
 * Memory: nothing is allocated.
 *
 * Errors: steps and instances beyond those that are remembered stay.
 */
#ifndef GRADER_JUDGE_OMIT_H
#define GRADER_JUDGE_OMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/control.h"
#include "labrpc/sim/harm.h"

#define OMIT_STEPS_MAX 1024 /* of a body that can be left out */
#define OMIT_SEQS_MAX 256   /* instances that it names */

struct reduction {
	uint32_t salt;      /* for other turns and delays; 0: the seed's own */
	uint32_t steps_max; /* a run that takes more fails; 0: as always */
	/* Of what chance does: all of these kinds; all that is not listed. */
	uint32_t mercy;
	bool listed;
	size_t nkept;
	uint64_t kept[HARMS_MAX];
	/* Of what the body does. */
	bool steps[OMIT_STEPS_MAX];
	int64_t seqs[OMIT_SEQS_MAX];
	int nseqs;
	int operations; /* of a clerk's work; 0: all */
};

/* What a run has come to. */
struct omittable {
	int nsteps;     /* steps that could be left out, ... */
	bool out[OMIT_STEPS_MAX]; /* ... and were */
	int64_t seqs[OMIT_SEQS_MAX];
	int nseqs;      /* instances that were named */
	int operations; /* the most that a clerk was asked for */
};

/* Runs from now on are reduced by R, which stays the caller's; NULL: not. */
void omit(const struct reduction *r);

/* Before a run; and what it has come to. */
void omit_begin(void);
const struct omittable *omit_found(void);

/* What of the host's part is in force: for opening a group.  KEPT, with room
 * for HARMS_MAX numbers, holds the list while the call is made. */
void omit_tell(struct ctl_open_args *args, unsigned char kept[]);

/* Tells whether all about instance SEQ is left out. */
bool omits_instance(int64_t seq);

/* Tells whether the next step is left out, about SEQ or about none of them
 * (NO_SEQ).  To be asked once for each. */
bool omits_step(int64_t seq);

/* How many of N operations are asked for. */
int omit_operations(int n);

#endif
