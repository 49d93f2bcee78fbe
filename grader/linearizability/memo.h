/*
 * memo.h - a set of configurations that were looked at.
 *
 * A configuration is a run of numbers that its owner makes up.
 *
 * Threads: one at a time.  Memory: all is the set's and counted by the meter.
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_MEMO_H
#define GRADER_LINEARIZABILITY_MEMO_H

#include "grader/linearizability/meter.h"

struct lin_memo {
	uint32_t *words; /* of each configuration: how many, then they */
	size_t nwords, words_room;
	uint64_t *slots; /* where in words[], plus 1; and some of the hash */
	size_t size, n;
	struct lin_meter *meter;
};

void lin_memo_init(struct lin_memo *m, struct lin_meter *meter);
void lin_memo_deinit(struct lin_memo *m);

/* The fingerprint of the configuration of the N numbers at WORDS. */
uint64_t lin_memo_hash(const uint32_t *words, uint32_t n);

/* Adds that configuration, which has HASH; false if it is there already. */
bool lin_memo_add(struct lin_memo *m, uint64_t hash, const uint32_t *words,
		  uint32_t n);

#endif
