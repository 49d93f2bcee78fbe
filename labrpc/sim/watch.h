/*
 * watch.h - what becomes of the messages of a run, for who keeps a trace.
 *
 * Threads: what watches is called while everything simulated stands still, on
 * the stack of whoever runs, and must take no step.
 *
 * Memory: a record is lent for the call.
 *
 * Errors: none.
 */
#ifndef LABRPC_SIM_WATCH_H
#define LABRPC_SIM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/record.h"

enum sim_sight {
	SIGHT_SENT,         /* the request leaves */
	SIGHT_DELIVERED,    /* it has come: the handler begins */
	SIGHT_REPLIED,      /* the handler has ended; the reply leaves */
	SIGHT_RETURNED,     /* the reply has come, or the news of none */
	SIGHT_LOST_REQUEST, /* it never comes */
	SIGHT_LOST_REPLY,   /* the caller is not shown it */
	/* Decided as a call begins, with how many milliseconds: */
	SIGHT_LATE,         /* the request leaves so much later */
	SIGHT_DOUBLED,      /* a copy follows it after so much */
	SIGHT_HELD,         /* the reply will be shown so much later */
};

struct sim_sighting {
	enum sim_sight what;
	int from, to;       /* who calls, and whom */
	uint32_t call;      /* its number in the run */
	bool copy;          /* of the copy of a request */
	int64_t late_ms;
	const struct record *request;
	const struct record *reply; /* if REPLIED or RETURNED, and it is one */
};

/* Has SEE called for whatever comes to pass; NULL: nobody is. */
void sim_watch(void (*see)(const struct sim_sighting *sighting));

/* For the files of the network. */
void watch_see(const struct sim_sighting *sighting);

#endif
