/*
 * script.h - nodes that the test plays itself, message by message.
 *
 * A scripted node has no student code: the test sends as a proposer would
 * and answers as an acceptor would, in an order of its own choosing, so no
 * luck is needed to meet a rare one.  Ballots are any numbers: choose them
 * above or below those that you have seen.
 *
 * Threads: as in judge.h.  A request that is not answered keeps its caller
 * waiting until the call's time-out.
 *
 * Memory: values in replies and requests are released when the test ends.
 *
 * Errors: as in judge.h.  Whatever the judge sends counts as proposed there.
 */
#ifndef GRADER_JUDGE_SCRIPT_H
#define GRADER_JUDGE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/value.h"
#include "paxos/protocol.h"

struct cluster;

/* From now on messages of NODE say that it is done with SEQ and below, or
 * that ABOUT, another scripted node, is.  Before, they say -1. */
void script_done(struct cluster *c, int node, int64_t seq);
void script_says(struct cluster *c, int node, int about, int64_t seq);

/*
 * Sends a request from scripted node FROM to peer TO and returns the reply.
 * That there is one is expected, unless the test put something in the way.
 */
struct prepare_reply send_prepare(struct cluster *c, int from, int to,
				  int64_t seq, int64_t n);
struct accept_reply send_accept(struct cluster *c, int from, int to,
				int64_t seq, int64_t n, struct value v);
struct decided_reply send_decided(struct cluster *c, int from, int to,
				  int64_t seq, struct value v);

/*
 * Sends *ARGS, whose values have VALUE_BYTES, as a message that makes no
 * sense: the oracle does not hear of it, and there need be no reply.
 */
void send_anyway(struct cluster *c, int from, int to,
		 const struct rpc_proc *proc, const void *args,
		 size_t value_bytes);

/* A request that a peer has sent to a scripted node. */
enum request_kind { REQUEST_PREPARE, REQUEST_ACCEPT, REQUEST_DECIDED };
struct request {
	enum request_kind kind;
	int at, from;             /* the scripted node, the caller */
	int64_t seq;
	int64_t n;                /* not in REQUEST_DECIDED */
	struct value val;         /* not in REQUEST_PREPARE */
	int64_t done[PEERS_MAX];
	uint64_t ticket;          /* the judge's own: answers it once */
};

/*
 * Takes the next request that reached node AT, or any with ANY_NODE.  take()
 * returns false if none comes within WITHIN_MS; must_take() fails the test
 * if none comes in reasonable time.
 */
#define ANY_NODE (-1)
bool take(struct cluster *c, int at, int within_ms, struct request *req);
struct request must_take(struct cluster *c, int at);

/*
 * Waits for the next request to any node, or until PEER has decided SEQ.
 * True: there is one, in *REQ.  False: it is decided.  Fails the test if
 * neither happens in reasonable time, or after very many requests.
 */
bool next_request(struct cluster *c, int peer, int64_t seq,
		  struct request *req);

/* Answers REQ with a promise; ACCEPTED 0 if nothing was accepted yet. */
void answer_promise(struct cluster *c, const struct request *req,
		    int64_t accepted, struct value v);

/* Answers a prepare or an accept: no, PROMISED is the ballot to beat; or no,
 * the instance is forgotten. */
void answer_refused(struct cluster *c, const struct request *req,
		    int64_t promised);
void answer_forgotten(struct cluster *c, const struct request *req);

/* Answers a prepare: the instance is decided, on V. */
void answer_chosen(struct cluster *c, const struct request *req,
		   struct value v);

/* Answers an accept, or takes note of a decision. */
void answer_accepted(struct cluster *c, const struct request *req);
void answer_decided(struct cluster *c, const struct request *req);

/* Never answers: the caller finds out by its time-out. */
void ignore(struct cluster *c, const struct request *req);

/* What a correct acceptor remembers of an instance; zeroed at first. */
struct scripted_acceptor {
	int64_t promised, accepted;
	struct value val;
};

/* Answers REQ as a correct acceptor with memory A would. */
void answer_rightly(struct cluster *c, const struct request *req,
		    struct scripted_acceptor *a);

/* Refuses REQ, as A that has promised a higher ballot to somebody else. */
void answer_outbid(struct cluster *c, const struct request *req,
		   struct scripted_acceptor *a);

/* Every node answers rightly until PEER has decided SEQ. */
void play_rightly(struct cluster *c, int peer, int64_t seq,
		  struct scripted_acceptor acceptors[PEERS_MAX]);

#endif
