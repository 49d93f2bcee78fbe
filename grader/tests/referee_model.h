/*
 * referee_model.h - a group of peers that keep the rules, in steps that chance
 * orders, before the eyes of a referee; and one that breaks one.
 *
 * Requests are lost, late, doubled and out of order.  A handler is three steps
 * that others may come between: it begins, it takes effect, it ends.  Styles
 * are what correct peers may differ in.
 *
 * For referee_random_test.c alone.  Threads: one.  Memory: static.  Errors: a
 * failed assertion.
 */
#ifndef GRADER_TESTS_REFEREE_MODEL_H
#define GRADER_TESTS_REFEREE_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "grader/referee/referee.h"
#include "labrpc/random.h"
#include "paxos/protocol.h"

#define PEERS 5
#define INSTANCES 2
#define TASKS 400

/* How correct peers differ. */
enum style {
	STYLE_SHARED_BALLOTS = 1,  /* two peers may use the same one */
	STYLE_PROMISES_EQUAL = 2,  /* once more, to the same proposer */
	STYLE_SHARED_PROMISE = 4,  /* one for all instances */
	STYLE_PROMISED_ONLY = 8,   /* accepts only what it has promised */
	STYLE_OWN_LAST = 16,       /* asks its own acceptor after the others */
	STYLE_SKIPS_PHASE_1 = 32,  /* peer 0, under the lowest ballot */
	STYLE_DECIDED_PROMISES = 64,  /* and reports the decision, somehow */
	STYLE_DECIDED_GOES_ON = 128,  /* as if it did not know */
	STYLE_TELLS_AGAIN = 256,   /* what it was told */
	STYLES = 512
};

struct accepting {
	int64_t promised, accepted;
	int val; /* 0: none */
};

struct learning {
	int val; /* 0: not decided */
};

/* One round of a peer's. */
struct round {
	int64_t n;         /* 0: none */
	int phase;         /* 1 or 2; 0: over */
	bool asked_itself, asked_others;
	uint64_t yes;
	int64_t best;      /* ballot of the value that was reported */
	int val;           /* to propose */
};

enum task_state { TASK_FREE, TASK_FLYING, TASK_BEGUN, TASK_DONE };

struct task {
	enum task_state state;
	enum message_kind kind;
	int from, to, inst;
	int64_t n;
	int val;
	struct handling h;
	struct reply_seen reply; /* once done */
	int reply_val;
	int64_t began, ended;    /* in steps */
};

struct model {
	struct referee *referee;
	struct random random;
	int npeers, style;
	int64_t now;
	struct accepting acceptors[PEERS][INSTANCES];
	int64_t promised[PEERS];   /* STYLE_SHARED_PROMISE */
	struct learning learners[PEERS][INSTANCES];
	struct round rounds[PEERS][INSTANCES];
	int64_t highest[PEERS];    /* ballot used */
	struct task tasks[TASKS];
	struct task ended[TASKS];  /* said OK */
	int nended;
	bool asked[PEERS][INSTANCES];
	bool told[INSTANCES];
};

static int64_t model_done[PEERS_MAX];

static struct mark model_mark(int val)
{
	return (struct mark){ (uint64_t)val, val != 0 };
}

static int model_below(struct model *m, int n)
{
	return (int)random_below(&m->random, (uint64_t)n);
}

static bool model_has(const struct model *m, enum style style)
{
	return (m->style & style) != 0;
}

static void model_open(struct model *m, struct referee *referee,
		       uint64_t seed, int style)
{
	memset(m, 0, sizeof(*m));
	for (int i = 0; i < PEERS_MAX; i++)
		model_done[i] = -1;
	m->referee = referee;
	random_seed(&m->random, seed);
	m->style = style;
	/* Who promises a ballot again relies on its being one peer's. */
	if (model_has(m, STYLE_SHARED_BALLOTS))
		m->style &= ~(STYLE_PROMISES_EQUAL | STYLE_SKIPS_PHASE_1);
	m->npeers = 2 + model_below(m, PEERS - 1);
	referee_open(referee, m->npeers, 0);
}

/* ---- acceptors ---------------------------------------------------------- */

static void model_promise(struct model *m, int peer, int inst, int64_t n)
{
	m->acceptors[peer][inst].promised = n;
	for (int i = 0; i < INSTANCES; i++)
		if (model_has(m, STYLE_SHARED_PROMISE) &&
		    m->acceptors[peer][i].promised < n)
			m->acceptors[peer][i].promised = n;
}

/* The effect of a prepare: what it is answered with. */
static struct reply_seen model_prepare(struct model *m, int peer, int inst,
				       int64_t n, int *val)
{
	struct accepting *a = &m->acceptors[peer][inst];
	int decision = m->learners[peer][inst].val;
	struct reply_seen reply = { .outcome = OUTCOME_REFUSED,
				    .done = model_done };
	bool again = n == a->promised && n != 0 &&
		     model_has(m, STYLE_PROMISES_EQUAL);

	*val = 0;
	if (decision != 0 && !model_has(m, STYLE_DECIDED_GOES_ON) &&
	    !model_has(m, STYLE_DECIDED_PROMISES)) {
		reply.outcome = OUTCOME_DECIDED;
		*val = decision;
	} else if (decision != 0 && model_has(m, STYLE_DECIDED_PROMISES)) {
		/* Nothing else can be chosen: it promises without keeping
		 * it, and reports a ballot that nobody used. */
		reply.outcome = OUTCOME_OK;
		reply.accepted = 100000 + model_below(m, 20);
		*val = decision;
	} else if (n > a->promised || again) {
		model_promise(m, peer, inst, n);
		reply.outcome = OUTCOME_OK;
		reply.accepted = a->accepted;
		*val = a->val;
	}
	reply.promised = a->promised;
	reply.val = model_mark(*val);
	return reply;
}

static struct reply_seen model_accept(struct model *m, int peer, int inst,
				      int64_t n, int val)
{
	struct accepting *a = &m->acceptors[peer][inst];
	struct reply_seen reply = { .outcome = OUTCOME_REFUSED,
				    .done = model_done };

	if (n == a->promised ||
	    (n > a->promised && !model_has(m, STYLE_PROMISED_ONLY))) {
		model_promise(m, peer, inst, n);
		a->accepted = n;
		a->val = val;
		reply.outcome = OUTCOME_OK;
	}
	reply.promised = a->promised;
	return reply;
}

#endif
