/*
 * referee.h - who was the first to break the protocol of the peers, and how.
 *
 * A referee is told of each message between peers as it leaves, as its handler
 * begins, and as the handler's reply is handed over.  It accuses a peer when
 * no order in which handlers can have taken effect explains its replies: of
 * two handlers only one that had ended before the other began certainly came
 * first.  rules.h has the rules.  What a peer says to itself is not seen: it
 * is taken to have accepted whatever it asks others to accept.
 *
 * Pure: no clocks, no locks; what a caller tells it is all that it knows.
 *
 * Threads: one at a time.
 *
 * Memory: of each instance it keeps who said what under which ballot, until
 * all peers but one are done with it.  When there is no room it falls silent.
 *
 * Errors: running out of memory ends the process with a message.
 */
#ifndef GRADER_REFEREE_REFEREE_H
#define GRADER_REFEREE_REFEREE_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/value.h"

/* Instances that a referee watches at once; beyond, it watches no more. */
#define REFEREE_INSTANCES 16384

/* What stands for a value. */
struct mark {
	uint64_t fingerprint, len;
};
struct mark mark_of(struct value v);

enum message_kind { MESSAGE_PREPARE, MESSAGE_ACCEPT, MESSAGE_DECIDED };

/* A request, with the fields of paxos.x that its kind has. */
struct request_seen {
	enum message_kind kind;
	int from;            /* as it says */
	int64_t seq, n;
	struct mark val;
	const int64_t *done; /* PEERS_MAX of them */
};

/* Its reply, likewise. */
struct reply_seen {
	int outcome;
	int64_t promised, accepted;
	struct mark val;
	const int64_t *done;
};

/* A request that an acceptor said OK to, and when. */
struct consent {
	enum message_kind kind;
	int from;
	int64_t n; /* 0: none */
	struct mark val;
	int64_t began_us, ended_us;
};

/* What was certain of an acceptor as one of its handlers began. */
struct handling {
	bool watched;
	int at;
	enum message_kind kind;
	int64_t seq;
	struct consent asked;            /* the request */
	struct consent promised, accepted; /* of the highest ballots */
};

/* A broken rule in words: the rule, what happened, and the messages. */
struct accusation {
	int64_t seq;
	char expected[128];
	char saw[384];
	char messages[2][240]; /* "": none */
};

struct referee;

struct referee *referee_make(void);
void referee_free(struct referee *r);

/*
 * Begins anew, for NPEERS peers of which those in the set SCRIPTED, and nodes
 * beyond, are played by a test.  What these say may be anything; where some of
 * the group are, decisions are not judged, and what a peer that has called
 * them answers is not.
 */
void referee_open(struct referee *r, int npeers, uint64_t scripted);

/* PEER begins, or begins anew without knowing what it knew. */
void referee_born(struct referee *r, int peer);

/* PEER is about to send REQUEST, to one or many. */
void referee_sends(struct referee *r, int peer,
		   const struct request_seen *request, int64_t now_us);

/* PEER's handler is about to get REQUEST; *H is for referee_replied(). */
void referee_handles(struct referee *r, int peer,
		     const struct request_seen *request, int64_t now_us,
		     struct handling *h);

/* The handler H has ended with REPLY. */
void referee_replied(struct referee *r, const struct handling *h,
		     const struct reply_seen *reply, int64_t now_us);

/* PEER has said that SEQ is decided on VAL. */
void referee_learned(struct referee *r, int peer, int64_t seq,
		     struct mark val, int64_t now_us);

/* The first accusation since referee_open(), or NULL. */
const struct accusation *referee_accusation(const struct referee *r);

#endif
