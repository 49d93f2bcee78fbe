/*
 * serving.h - the inside of a service: its clerks, and their history.
 *
 * The judge's own; suites use service.h.
 *
 * Threads: one.
 *
 * Memory: the cluster owns its service.
 *
 * Errors: end the test.
 */
#ifndef GRADER_JUDGE_SERVING_H
#define GRADER_JUDGE_SERVING_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/control.h"
#include "grader/judge/cluster.h"
#include "grader/linearizability/linearizability.h"
#include "grader/process/memory.h"

/* The most keys that requests of the test's own may name. */
#define ASKED_MAX 512

struct service {
	int nclerks;             /* opened so far */
	uint64_t open;           /* bit i: clerk i is open, ... */
	uint64_t may_give_up;    /* ... may return KV_RETRY */
	int begun[CTL_CLERKS_MAX]; /* single operations and workloads */
	struct lin_history *history; /* of clerks that are closed, so far */
	int given_up;                /* operations in it */
	struct lin_history *refused; /* Appends, for what they would make */
	struct lin_report report;    /* on all of it, when the test ends */
	struct value asked[ASKED_MAX]; /* keys; kept by the trial */
	int nasked;
};

/* The service of C, for who is about to use it. */
struct service *serving(struct cluster *c);
void service_free(struct service *s);

/* The node that the test's own requests come from, behind all clerks. */
int asking_node(const struct cluster *c);

/* Notes that a request of the test's own names KEY. */
void service_asked(struct cluster *c, struct value key);

/* Event number EVENT of CLERK into *REPLY, whose values the trial keeps;
 * false if there is none. */
bool event_of(struct cluster *c, int clerk, int event,
	      struct ctl_event_reply *reply);

/* Puts all that CLERK has done into the history. */
void history_collect(struct cluster *c, int clerk);

/* Checks the history of all clerks, open and closed: the end of a test. */
void history_check(struct cluster *c);

/* Adds to L what shows that the history of S is wrong, if it is. */
void history_describe(const struct service *s, struct lines *l);

/* What KIND (enum ctl_kind) is called. */
const char *kind_name(int kind);

#endif
