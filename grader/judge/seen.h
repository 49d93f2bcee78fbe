/*
 * seen.h - what an oracle remembers, instance by instance.
 *
 * The oracle's own; oracle.h is for the judge.
 *
 * Threads: one at a time.  Memory: an oracle owns all of it.  Errors: NULL
 * when there is no room for another instance.
 */
#ifndef GRADER_JUDGE_SEEN_H
#define GRADER_JUDGE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/judge/oracle.h"
#include "paxos/protocol.h"

/* Ballots of one instance that are remembered; older ones are forgotten. */
#define BALLOTS 16

struct proposal_seen {
	struct print value;
	int who;
};

struct ballot_seen {
	int64_t n; /* 0: none */
	int peer;
	struct print value;
};

struct seen {
	int64_t seq;
	bool decided;
	struct print decision;
	int decided_by; /* who was first to say so */
	unsigned char fates[PEERS_MAX];
	struct proposal_seen *proposals;
	int nproposals;
	struct ballot_seen *ballots; /* BALLOTS of them, or NULL */
	int nballots;
};

struct oracle {
	int npeers;
	int64_t done[PEERS_MAX];         /* -1: never said */
	int64_t min[PEERS_MAX];          /* as the peer last said */
	int64_t max[PEERS_MAX];
	int64_t highest;                 /* instance that anyone named */
	struct seen **instances;         /* in the order of appearance */
	int count;
};

bool print_same(struct print a, struct print b);

/* What is remembered of SEQ, or NULL; made if need be and if there is room. */
struct seen *seen_find(const struct oracle *o, int64_t seq);
struct seen *seen_get(struct oracle *o, int64_t seq);

/* Who first proposed V in INST (which may be NULL); -1 if nobody. */
int seen_proposer(const struct seen *inst, struct print v);

/* Stores in *SEQ an instance in which V was proposed; false if none. */
bool seen_elsewhere(const struct oracle *o, struct print v, int64_t *seq);

#endif
