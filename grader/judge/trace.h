/*
 * trace.h - what happened in a simulated run: read from the host, for people
 * in lines and for programs in JSON (TRACE.md).
 *
 * The judge's own.
 *
 * Threads: one.
 *
 * Memory: trace_read() has its trace_free(); a trace keeps no more than the
 * host does.
 *
 * Errors: a message that cannot be read is an event without its contents; a
 * host that does not answer any more has no trace.
 */
#ifndef GRADER_JUDGE_TRACE_H
#define GRADER_JUDGE_TRACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "grader/control.h"
#include "grader/judge/brief.h"
#include "grader/judge/shrink.h"

struct cluster;

/* A value in a message; there is none if `brief` is empty. */
struct trace_value {
	char brief[BRIEF_BYTES];
	uint64_t bytes, fingerprint;
};

enum trace_message {
	MESSAGE_OTHER, MESSAGE_PREPARE, MESSAGE_ACCEPT, MESSAGE_DECIDED,
	MESSAGE_OPEN, MESSAGE_GET, MESSAGE_PUT, MESSAGE_APPEND, MESSAGE_CLOSE,
};

struct trace_event {
	int64_t at_ns;
	enum ctl_sight what;
	char *note;                /* of CTL_NOTED */
	/* of all others */
	int from, to;
	uint32_t call;
	bool copy;
	int late_ms;
	enum trace_message message;
	bool is_reply;             /* and what follows is the reply's */
	int64_t seq, n;            /* of Paxos; also in its replies */
	int outcome;
	int64_t promised, accepted;
	uint64_t client, number;   /* of the service */
	int status;
	struct trace_value key, val;
	bool matters;              /* for the instance that failed */
};

struct trace {
	int64_t seq;               /* that failed; NO_SEQ: none of them */
	int peers;                 /* nodes from here on are clients */
	bool service;
	const struct shrunk *shrunk; /* how the run was found, or NULL */
	int left_out;              /* events before the first */
	int n;
	struct trace_event *events;
	char *threads;             /* what each waits for, in lines, or NULL */
};

/* Reads the trace of the run of C, which has failed over instance SEQ; NULL if
 * there is none. */
struct trace *trace_read(struct cluster *c, int64_t seq);
void trace_free(struct trace *trace);

/* Adds to L what each thread waited for as TRACE ended. */
struct lines;
void trace_threads(const struct trace *trace, struct lines *l);

/* Puts TEXT into the trace of the run of C, if that goes on. */
void trace_note(struct cluster *c, const char *text);

/* What matters of TRACE, a line for each event; to be freed. */
char *trace_text(const struct trace *trace);

/* All of TRACE; the caller's. */
json_t *trace_json(const struct trace *trace);

/* S as a string of JSON, which is Unicode: of any other S the bytes above 127
 * become question marks. */
json_t *json_text(const char *s);

#endif
