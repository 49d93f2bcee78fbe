/*
 * volley.h - many requests of scripted nodes that reach a peer at the same
 * time, so that its handlers meet each other.
 *
 * Threads: as in judge.h; the requests leave from threads of the host.
 *
 * Memory: values in the answers are released when the test ends.
 *
 * Errors: as in script.h.  That every request has a reply is expected.
 */
#ifndef GRADER_JUDGE_VOLLEY_H
#define GRADER_JUDGE_VOLLEY_H

#include "grader/judge/script.h"

/* One request, and what came back. */
struct shot {
	bool pause;             /* nothing is sent */
	int from;               /* a scripted node */
	enum request_kind kind;
	int64_t seq, n;
	struct value val;       /* not in REQUEST_PREPARE */

	/* Filled in; what a reply of this kind does not have is 0. */
	enum outcome outcome;
	int64_t promised, accepted;
	struct value reported;
};

/*
 * Sends the N shots to peer TO, LANES at a time: shots 0 to LANES - 1
 * together, then, when all have been answered, the next LANES, and so on.  N
 * is a multiple of LANES, at most VOLLEY_MAX.
 */
#define VOLLEY_MAX 8192
#define VOLLEY_LANES_MAX 8
void volley(struct cluster *c, int to, struct shot shots[], int n, int lanes);

/*
 * N threads use PEER at once: each starts the COUNT instances from FIRST on,
 * looks at them, with and without asking for the value, and says that all
 * below FIRST is done.  Instance FIRST + i is started with the bytes of V from
 * i on.
 */
void throng(struct cluster *c, int peer, int n, int64_t first, int count,
	    struct value v);

#endif
