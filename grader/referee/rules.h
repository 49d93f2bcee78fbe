/*
 * rules.h - the rules that a referee holds peers to, over what it has seen.
 *
 * Each is a question about one message that a record has not taken in yet:
 * which rule does it break for certain?  What stands at a rule in rules.c is
 * why no correct peer breaks it, in whatever order its handlers took effect.
 *
 * Threads: no state.  Memory: nothing is allocated.  Errors: none.
 */
#ifndef GRADER_REFEREE_RULES_H
#define GRADER_REFEREE_RULES_H

#include "grader/referee/record.h"

enum rule {
	RULE_NONE,             /* is broken */
	RULE_ACCEPTS_BELOW,    /* accepts below a promise of its own */
	RULE_PROMISES_BELOW,   /* promises below one */
	RULE_PROMISES_TWICE,   /* promises one ballot to two proposers */
	RULE_FORGETS,          /* does not report what it has accepted */
	RULE_MAKES_UP,         /* reports what nobody asked it to accept */
	RULE_TWO_VALUES,       /* sends two values under one ballot */
	RULE_NO_PROMISES,      /* proposes without a majority of promises */
	RULE_OVERRULES,        /* proposes another value than was reported */
	RULE_NO_MAJORITY,      /* decides what no majority has accepted */
};

/* Whom the rules are about. */
struct parties {
	int npeers;
	uint64_t scripted; /* nodes that a test plays */
	uint64_t callers;  /* peers that have sent a request so far */
};

/*
 * The handler H says OK, and REPLY with it, to or with a value that its peer
 * may know to be decided.  Then it may mean anything: nothing else can be
 * chosen any more, whatever the peer has promised.
 */
bool is_harmless(const struct parties *p, const struct instance_seen *inst,
		 const struct handling *h, const struct reply_seen *reply);

/* The handler H says OK, and REPLY with it. */
enum rule rule_of_promise(const struct parties *p,
			  const struct instance_seen *inst,
			  const struct handling *h,
			  const struct reply_seen *reply);
enum rule rule_of_accept(const struct parties *p,
			 const struct instance_seen *inst,
			 const struct handling *h);

/* PEER sends VAL under BALLOT of INST. */
enum rule rule_of_proposal(const struct parties *p,
			   const struct instance_seen *inst,
			   const struct ballot_seen *ballot, int peer,
			   struct mark val);

/* PEER says that INST is decided on VAL. */
enum rule rule_of_decision(const struct parties *p,
			   const struct instance_seen *inst, int peer,
			   struct mark val);

/* How many of N peers are more than half. */
int majority_of(int npeers);

/*
 * The peers that may have accepted VAL under the ballot with the most of them,
 * as far as PEER can know; stores that ballot, NULL without any.
 */
uint64_t voters_for(const struct parties *p, const struct instance_seen *inst,
		    int peer, struct mark val,
		    const struct ballot_seen **best);
int count_of(uint64_t set);

/* Whether another peer, ACCEPTOR, has promised BALLOT to PEER. */
bool has_promised(const struct ballot_seen *ballot, int acceptor, int peer);

/* How many others have, and reported nothing accepted above ABOVE. */
int promises_of(const struct parties *p, const struct ballot_seen *ballot,
		int peer, int64_t above);

/* The value that PEER was asked to accept under BALLOT, or NULL; and the one
 * that it has asked others to accept. */
const struct value_seen *value_asked(const struct ballot_seen *ballot,
				     int peer);
const struct value_seen *value_of(const struct ballot_seen *ballot, int peer);

/* ---- in words (words.c) ------------------------------------------------- */

/* H broke RULE with REPLY. */
void accuse_acceptor(struct accusation *a, const struct parties *p,
		     enum rule rule, const struct instance_seen *inst,
		     const struct handling *h, const struct reply_seen *reply,
		     int64_t now_us);

/* PEER broke RULE with REQUEST. */
void accuse_proposer(struct accusation *a, const struct parties *p,
		     enum rule rule, const struct ballot_seen *ballot,
		     int peer, const struct request_seen *request,
		     int64_t now_us);

/* PEER broke RULE_NO_MAJORITY; HOW is a verb. */
void accuse_learner(struct accusation *a, const struct parties *p,
		    const struct instance_seen *inst, int peer,
		    struct mark val, const char *how, int64_t now_us);

#endif
