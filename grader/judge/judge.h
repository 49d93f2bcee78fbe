/*
 * judge.h - what a suite of tests is written against.
 *
 * A test is GRADED(suite, name, ...) { body } (graded.h).  The body opens one
 * cluster, drives it, and says what it expects; the first expectation that
 * does not hold ends the test with a report.  Agreement, validity and what
 * else always holds (oracle.h) is checked at every look and needs no words.
 * nemesis.h adds what goes wrong, script.h nodes that the test plays itself.
 *
 * Threads: a body has one thread; what is concurrent runs in the cluster.
 * Time is the cluster's: a test never sleeps.  A deadline (within_ms) is
 * generous, and longer still under sanitizers and Valgrind.
 *
 * Memory: clusters, and values that functions here return, are released when
 * the test ends.  Values passed in are borrowed for the call.
 *
 * Errors: a mistake in a test (no such peer, a crash, exit(), an assertion of
 * Criterion's that fails) is the grader's, not a failure of the submission,
 * and is reported as that.
 */
#ifndef GRADER_JUDGE_H
#define GRADER_JUDGE_H

#include "grader/judge/graded.h"
#include "labrpc/value.h"
#include "paxos/paxos.h" /* enum paxos_fate */

struct cluster;

/* A cluster of N peers of the submission, nothing in their way. */
struct cluster *cluster_up(int n);

/* The same with options: cluster(.peers = 3, .faults = "classic"). */
struct cluster_options {
	int peers;
	const char *faults;        /* a preset of network.h; else reliable */
	const char *scripted;      /* nodes that the test plays: "1 2" */
	const char *absent;        /* peers for peer_open() later: "0 4" */
	const struct world *world; /* else the one that grade asks for */
	struct service *service;   /* the judge's own: see service.h */
};
#define cluster(...) cluster_open(&(struct cluster_options){ __VA_ARGS__ })
struct cluster *cluster_open(const struct cluster_options *options);

/* Lets an absent peer join; kills one. */
void peer_open(struct cluster *c, int peer);
void peer_kill(struct cluster *c, int peer);

/* Calls paxos_start() or paxos_done() at PEER. */
void start(struct cluster *c, int peer, int64_t seq, struct value v);
void done(struct cluster *c, int peer, int64_t seq);

/* Lets MS milliseconds of the cluster's time pass; or N times what a call
 * waits for its reply, and a little. */
void run_for(struct cluster *c, int ms);
void run_for_calls(struct cluster *c, int n);

/* True if that time is virtual, and long waits cost nothing. */
bool simulated(const struct cluster *c);

/* Waits until at least N peers, or those of PEERS ("0 2"), decided SEQ. */
void wait_decided(struct cluster *c, int64_t seq, int n, int within_ms);
void wait_decided_by(struct cluster *c, int64_t seq, const char *peers,
		     int within_ms);

/* Right now exactly N peers know SEQ as decided. */
void expect_decided(struct cluster *c, int64_t seq, int n);

/* Whoever knows SEQ as decided, at least one peer, holds V. */
void expect_value(struct cluster *c, int64_t seq, struct value v);

/* What PEER says of SEQ: asked, or demanded. */
enum paxos_fate fate_of(struct cluster *c, int peer, int64_t seq);
void expect_fate(struct cluster *c, int peer, int64_t seq,
		 enum paxos_fate fate);

/* What paxos_max() and paxos_min() say at PEER: asked, demanded, or demanded
 * after a legal lag. */
int64_t max_of(struct cluster *c, int peer);
int64_t min_of(struct cluster *c, int peer);
void expect_max(struct cluster *c, int peer, int64_t max);
void expect_min(struct cluster *c, int peer, int64_t min);
void wait_max(struct cluster *c, int peer, int64_t max, int within_ms);
void wait_min(struct cluster *c, int peer, int64_t min, int within_ms);

/*
 * What the peers have allocated and not yet released, all together, with the
 * values that are on their way between them.  Bytes are as the allocator
 * counts them: in the plain flavour rounded up a little.
 */
struct live_memory {
	int64_t bytes, blocks;
	int64_t peak_bytes; /* the most that it ever was */
};
struct live_memory live_memory(struct cluster *c);

/* GOT, which a peer has answered, is WANTED (enum outcome): RULE in words. */
void expect_outcome(struct cluster *c, int got, int wanted, const char *rule);

/* Anything else: EXPECTED in words, and what was seen instead. */
void expect_that(struct cluster *c, bool holds, const char *expected,
		 const char *saw, ...) __attribute__((format(printf, 4, 5)));

/*
 * Chance, repeated by the test's seed: a number from 0 to N - 1; LEN random
 * bytes; 16 to MAX random bytes, so that no two such values are equal.
 */
int draw_below(struct cluster *c, int n);
struct value draw_bytes(struct cluster *c, size_t len);
struct value draw_value(struct cluster *c, size_t max);

/* The bytes of S, borrowed from it. */
struct value text(const char *s);

#endif
