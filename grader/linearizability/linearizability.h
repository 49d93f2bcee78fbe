/*
 * linearizability.h - was there an order in which these operations took
 * effect one by one, each between its call and its return?
 *
 * The judge and `lincheck` ask this of a key/value service: get returns what
 * the key holds ("" before the first put), put replaces it, append adds to
 * its end.
 *
 * Threads: none of its own.  One thread at a time may use a history; checks
 * of different histories have nothing in common.
 *
 * Memory: a history copies what it is given.  A report owns its text and
 * values until lin_report_deinit().
 *
 * Errors: a history that no clients can have made is told by
 * lin_history_flaw() and must not be checked: that, and running out of
 * memory, ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_H
#define GRADER_LINEARIZABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/value.h"

enum lin_kind { LIN_GET, LIN_PUT, LIN_APPEND };

/* The return_ns of an operation that did not return. */
#define LIN_NEVER INT64_MAX

/*
 * One operation of one client.  Times are of any one clock of all clients, a
 * counter will do.  A comes before B if it returned at an earlier time than B
 * was called; at equal times they count as concurrent, so a coarse clock can
 * make a check miss something but never accuse wrongly.  An operation that
 * did not return may have taken effect at any time after its call, or never.
 */
struct lin_op {
	int64_t client;
	enum lin_kind kind;
	struct value key;
	struct value value; /* what to put or append, or what get returned; */
			    /* a get that did not return has none */
	int64_t call_ns;
	int64_t return_ns;  /* LIN_NEVER: it did not return */
};

struct lin_history;

struct lin_history *lin_history_make(void);
void lin_history_free(struct lin_history *h);

/* Adds a copy of OP, in any order; operations count from 0 as they come. */
void lin_history_add(struct lin_history *h, const struct lin_op *op);
size_t lin_history_count(const struct lin_history *h);

/* Operation I of H; its bytes are H's and stay until something is added. */
struct lin_op lin_history_op(const struct lin_history *h, size_t i);

/*
 * Tells whether H is none that clients can have made: an operation returns
 * before its call, or a client calls while its operation before that has not
 * returned.  Says which operation and why in *FLAW, in words.
 */
struct lin_flaw {
	size_t op;
	char why[160];
};
bool lin_history_flaw(const struct lin_history *h, struct lin_flaw *flaw);

enum lin_verdict {
	LIN_OK,      /* there is such an order */
	LIN_ILLEGAL, /* there is none */
	LIN_UNKNOWN, /* the limits did not suffice to tell; never a pass */
};

/* What a check may take; 0 is the default of each.  Never a time. */
struct lin_limits {
	uint64_t configurations; /* to look at: LIN_CONFIGURATIONS */
	size_t bytes;            /* to remember them: LIN_BYTES */
};
#define LIN_CONFIGURATIONS UINT64_C(5000000)
#define LIN_BYTES ((size_t)256 << 20)

#define LIN_POSSIBLE 8

struct lin_report {
	enum lin_verdict verdict;
	uint64_t configurations; /* looked at */
	size_t bytes;            /* the most that they took */

	/*
	 * The rest is for LIN_ILLEGAL.  The history up to the return of OP
	 * is illegal and, if SHORTEST, up to any earlier moment it is not.
	 * OP is a get; instead of its value it could have returned those in
	 * possible[], and further ones if MORE (or if that is not known).
	 */
	size_t op;
	bool shortest;
	struct value possible[LIN_POSSIBLE];
	int npossible;
	bool more;
	/* All that for a person, in lines, or NULL: what is wrong, and then
	 * the evidence, what would have been right and who did what. */
	char *text;
	const char *evidence; /* where it begins */
};

/* Checks H, which has no flaw, within LIMITS (NULL: all are the default). */
void lin_check(const struct lin_history *h, const struct lin_limits *limits,
	       struct lin_report *report);
void lin_report_deinit(struct lin_report *report);

#endif
