/*
 * record.h - what a referee has seen, instance by instance.
 *
 * The referee's own; referee.h is for others.
 *
 * Threads: one at a time.  Memory: a record owns all that is in it and keeps
 * what it lets go of for the next.  Errors: NULL when there is no room; an
 * instance with more ballots or values than there is room for is `lost`, and
 * what is known of it proves nothing any more.
 */
#ifndef GRADER_REFEREE_RECORD_H
#define GRADER_REFEREE_RECORD_H

#include "grader/referee/referee.h"
#include "paxos/protocol.h"

#define RECORD_BUCKETS 1024

/* Of one instance; a correct group needs a few ballots, of a value each. */
#define RECORD_BALLOTS 256
#define RECORD_VALUES 4

/* A value under a ballot.  Sets of nodes have bit i for node i. */
struct value_seen {
	struct mark val;
	uint64_t proposers; /* who has sent it, or is said to have */
	uint64_t sent;      /* which peers have, as long as they live */
	uint64_t asked;     /* whose handlers have been given it */
	uint64_t accepted;  /* who has said OK, or reported it */
	int64_t at_us;      /* when it was first seen */
};

/* What an acceptor has said with a promise: the least, if it did so twice. */
#define TO_SEVERAL (-1)
struct report_seen {
	int to; /* the proposer */
	int64_t accepted;
	struct mark val;
};

struct ballot_seen {
	int64_t n;
	uint64_t claimed; /* who has sent anything under it, or is said to */
	uint64_t sent;    /* which peers have */
	uint64_t prepared; /* which of them have sent prepares */
	uint64_t reported; /* who has promised, and so has a report */
	struct report_seen reports[PEERS_MAX];
	struct consent promised[PEERS_MAX]; /* each acceptor's first */
	struct value_seen values[RECORD_VALUES];
	int nvalues;
	struct ballot_seen *next;
};

struct acceptor_seen {
	/* Of the handlers that have ended, those of the highest ballots. */
	struct consent promised, accepted;
	bool forgot;
};

struct instance_seen {
	int64_t seq;
	bool lost;
	struct ballot_seen *ballots; /* the latest first */
	int nballots;
	struct mark decisions[RECORD_VALUES]; /* that somebody has told */
	int ndecisions;
	struct instance_seen *next;
	struct acceptor_seen acceptors[]; /* one for each peer */
};

struct record {
	int npeers;
	int count;
	struct instance_seen *buckets[RECORD_BUCKETS];
	struct instance_seen *spare_instances;
	struct ballot_seen *spare_ballots;
};

/* Empties R, which was empty or all zeros, for a group of NPEERS. */
void record_open(struct record *r, int npeers);
void record_deinit(struct record *r);

/* What was seen of SEQ, or NULL; the second makes it if there is room. */
struct instance_seen *record_find(const struct record *r, int64_t seq);
struct instance_seen *record_get(struct record *r, int64_t seq);

/* Lets go of the instances from FROM on that are below FLOOR; none is below
 * FROM. */
void record_forget(struct record *r, int64_t from, int64_t floor);

/* Forgets what an earlier life of PEER has said. */
void record_born(struct record *r, int peer);

/* The ballot N of INST, or NULL; the second makes it if there is room. */
struct ballot_seen *ballot_find(const struct instance_seen *inst, int64_t n);
struct ballot_seen *ballot_get(struct record *r, struct instance_seen *inst,
			       int64_t n);

/* The value VAL under BALLOT of INST, likewise. */
struct value_seen *value_find(struct ballot_seen *ballot, struct mark val);
struct value_seen *value_get(struct instance_seen *inst,
			     struct ballot_seen *ballot, struct mark val,
			     int64_t now_us);

/* Whether somebody has told that INST is decided on VAL; notes that. */
bool decision_told(const struct instance_seen *inst, struct mark val);
void decision_note(struct instance_seen *inst, struct mark val);

bool mark_same(struct mark a, struct mark b);

/* The set of NODE alone; of none if there can be no such node. */
uint64_t node_bit(int node);

#endif
