/*
 * oracle.h - the rules that hold in every test, whatever it is about.
 *
 * agreement: no two peers decide differently.  validity: what is decided was
 * proposed for that very instance.  stability: what a peer has decided or
 * forgotten stays so, with its value.  forgetting: only below what Min() can
 * be, the lowest Done of all peers plus one, and everything below what Min()
 * is.  bounds: Min() and Max() never fall, and Max() names an instance that
 * someone has heard of.  ballots: one ballot of one proposer carries one
 * value.
 *
 * Pure: the judge tells an oracle what it did and what it saw.
 *
 * Threads: none of its own; one thread at a time.
 *
 * Memory: an oracle keeps a fingerprint and length of each value, for at most
 * ORACLE_INSTANCES instances with ORACLE_PROPOSALS proposals each.
 *
 * Errors: a broken rule is returned as a complaint; telling it of more than
 * it can keep returns false.
 */
#ifndef GRADER_JUDGE_ORACLE_H
#define GRADER_JUDGE_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/value.h"

#define ORACLE_INSTANCES 16384
#define ORACLE_PROPOSALS 64

/* What stands for a value. */
struct print {
	uint64_t fingerprint;
	uint64_t len;
};
struct print print_of(struct value v);

/* A broken rule in words. */
struct complaint {
	char expected[256];
	char saw[512];
};

struct oracle;

/* NPEERS nodes, of which none has been told or has said anything. */
struct oracle *oracle_make(int npeers);
void oracle_free(struct oracle *o);

/* Node WHO was made to propose V for SEQ, or said that V was proposed. */
bool oracle_proposed(struct oracle *o, int who, int64_t seq, struct print v);

/* A message about SEQ was sent; whether there was one, or a proposal. */
bool oracle_heard(struct oracle *o, int64_t seq);
bool oracle_knows(const struct oracle *o, int64_t seq);

/* The highest instance that anyone was told of, -1 if none. */
int64_t oracle_highest(const struct oracle *o);

/* Node PEER was told, or told others, that it is done with SEQ. */
void oracle_done(struct oracle *o, int peer, int64_t seq);

/* PEER begins anew: what it knew before is not held against it. */
void oracle_reborn(struct oracle *o, int peer);

/* PEER says that SEQ has FATE (enum paxos_fate), V if that is decided. */
bool oracle_fate(struct oracle *o, int peer, int64_t seq, int fate,
		 struct print v, struct complaint *complaint);

/* Tells whether that was decided when PEER was asked last. */
bool oracle_has_decided(const struct oracle *o, int peer, int64_t seq);

/* PEER says that its Max() and Min() are MAX and MIN. */
bool oracle_bounds(struct oracle *o, int peer, int64_t max, int64_t min,
		   struct complaint *complaint);

/* PEER asked others to accept V for SEQ under ballot N. */
bool oracle_ballot(struct oracle *o, int peer, int64_t seq, int64_t n,
		   struct print v, struct complaint *complaint);

/* PEER told others that SEQ is decided, as V. */
bool oracle_announced(struct oracle *o, int peer, int64_t seq, struct print v,
		      struct complaint *complaint);

/* Who first proposed V for SEQ; -1 if nobody. */
int oracle_proposer(const struct oracle *o, int64_t seq, struct print v);

/* The highest that Min() can be, by what all nodes were told; INT64_MAX if one
 * more would be too much. */
int64_t oracle_min_bound(const struct oracle *o);

/* The Ith instance that the oracle has heard of; false if there is none. */
bool oracle_instance(const struct oracle *o, int i, int64_t *seq);

#endif
