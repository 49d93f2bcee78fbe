/*
 * instances.h - the table of the instances that a peer has not forgotten.
 *
 * Threads: no locks here.  The table's owner guards it, and with it every
 * instance in it.
 *
 * Memory: the table owns its instances.  A pointer to one is good until
 * instances_forget() passes its number; do not keep it across an unlock.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef PAXOS_INSTANCES_H
#define PAXOS_INSTANCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "paxos/acceptor.h"
#include "paxos/learner.h"

/* All that one peer knows of one instance. */
struct instance {
	int64_t seq;
	struct instance *next; /* in the table's chain */

	/* The three roles.  Once the instance is decided, whoever asks is
	 * told the decision, and the other two values are freed. */
	struct acceptor acceptor;
	struct learner learner;
	struct {
		bool active;        /* rounds are being run, or are due */
		struct value value; /* what paxos_start() was given */
		int64_t to_beat;    /* the highest ballot that refused us */
		int beaten;         /* rounds lost to a higher ballot */
		int64_t start_us;   /* when paxos_start() was called */
	} proposer;
};

/* Zeroed, it is empty. */
struct instances {
	struct instance **chains; /* nchains of them, a power of 2 */
	size_t nchains, count;
	int64_t min; /* what instances_forget() was last told */
};

/* Frees all of it and leaves the empty table. */
void instances_deinit(struct instances *t);

/* The instance SEQ, or NULL if the table has none. */
struct instance *instances_find(const struct instances *t, int64_t seq);

/* The instance SEQ, not a forgotten one, made if the table has none. */
struct instance *instances_get(struct instances *t, int64_t seq);

/* Frees every instance below MIN, which does not fall from call to call. */
void instances_forget(struct instances *t, int64_t min);

/* INST learns its decision V.  Returns true if that is news. */
bool instance_decide(struct instance *inst, struct value v);

#endif
