/*
 * service.h - what suites do to a key/value service, and expect of it.
 *
 * A service is a cluster (judge.h) whose peers are servers, all of them the
 * submission's; everything of nemesis.h works on it.  Its clients are clerks:
 * the submission's client code, each on a thread of its own.  A partition
 * does not cut clerks off from servers; faults() concern all links.
 *
 * Whatever clerks do is put down in a history.  When the test ends, it is
 * checked for linearizability, and each Append that was refused for what the
 * key can have held by then: that needs no words.
 *
 * Threads: as in judge.h.  Clerks run while the test does something else.
 *
 * Memory: values that functions here return are released when the test ends.
 *
 * Errors: as in judge.h.  That a clerk refuses what keeps its bounds fails the
 * test, and so does KV_RETRY, unless its patience has an end or it was killed.
 */
#ifndef GRADER_JUDGE_SERVICE_H
#define GRADER_JUDGE_SERVICE_H

#include "grader/judge/judge.h"
#include "grader/judge/nemesis.h"
#include "kvpaxos/protocol.h" /* PROC_KV_CLOSE, kv_status, the bounds */

/* A service of N servers, nothing in their way. */
struct cluster *service_up(int n);

/* The same with options: service(.servers = 3, .faults = "classic"). */
struct service_options {
	int servers;
	const char *faults; /* a preset of network.h; else reliable */
	const char *absent; /* servers for peer_open() later: "2" */
};
#define service(...) service_open(&(struct service_options){ __VA_ARGS__ })
struct cluster *service_open(const struct service_options *options);

/*
 * A new clerk.  It knows all servers and asks another one first than the clerk
 * before it; or it knows those of SERVERS ("1 2") and no other.
 */
int clerk(struct cluster *c);
int clerk_of(struct cluster *c, const char *servers);

/*
 * The same as clerk(), but it tries for PATIENCE_MS for one call (kvpaxos.h).
 * What it then gives up may have been executed, or may be later, or never.
 */
int clerk_with_patience(struct cluster *c, int patience_ms);

/* Calls kv_clerk_kill() for CLERK, which may have a call under way. */
void clerk_kill(struct cluster *c, int clerk);

/* Frees an idle clerk, which says goodbye. */
void clerk_close(struct cluster *c, int clerk);

/* From now on F may happen to the calls of CLERK, and of no other. */
void clerk_faults(struct cluster *c, int clerk, const struct faults *f);

/* How many requests for PROC have left CLERK, open or closed. */
uint64_t clerk_sent(struct cluster *c, int clerk, const struct rpc_proc *proc);

/*
 * Lets CLERK do one operation and waits for it.  Put and append must be
 * executed; get returns what KEY holds, and expect_get() demands that.
 */
void put(struct cluster *c, int clerk, struct value key, struct value v);
void append(struct cluster *c, int clerk, struct value key, struct value v);
struct value get(struct cluster *c, int clerk, struct value key);
void expect_get(struct cluster *c, int clerk, struct value key,
		struct value v);

/* The same in steps.  V is nothing for a Get. */
enum kv_do { DO_GET, DO_PUT, DO_APPEND };
void begin(struct cluster *c, int clerk, enum kv_do kind, struct value key,
	   struct value v);

/* Waits until CLERK has finished what it has begun; what came of it. */
struct returned {
	enum kv_status status;
	struct value got; /* by a Get */
	int64_t called_ms, returned_ms; /* since the service was opened */
};
struct returned await(struct cluster *c, int clerk, int within_ms);

/* Right now CLERK has not finished what it has begun. */
void expect_waiting(struct cluster *c, int clerk);

/*
 * Lets CLERK do many operations, drawn from the test's seed, on keys that it
 * shares with others: work(c, clerk, .operations = 50, .keys = 3, .gets = 40).
 * Every value that is written is another one.
 */
struct work {
	int operations;
	int keys;        /* k0, k1, ...; else 1 */
	int gets, puts;  /* of 100; the others are appends */
	int value_bytes; /* of each at least; else a few */
};
#define work(c, clerk, ...)                                                   \
	work_begin(c, clerk, &(struct work){ __VA_ARGS__ })
void work_begin(struct cluster *c, int clerk, const struct work *work);

/* Tells whether some clerk has not finished. */
bool working(struct cluster *c);

/* Waits until all have. */
void wait_for_clerks(struct cluster *c, int within_ms);

#endif
