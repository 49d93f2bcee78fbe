/*
 * model_test.c - the rules of acceptor.h and proposer.h under random
 * schedules, without threads or sockets.
 *
 * The network is a bag of messages.  Each step draws one: it is delivered,
 * doubled or lost, so messages overtake each other freely; or a proposer
 * gives its round up and begins another.  After every step: no value is
 * chosen beside another (agreement), whatever is chosen was proposed
 * (validity), and what a proposer decides is what was chosen.
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "labrpc/random.h"
#include "paxos/acceptor.h"
#include "paxos/proposer.h"

#define SEEDS 20000
#define STEPS 400
#define BAG_MAX 64
#define BALLOTS 512

enum kind { PREPARE, PROMISE, ACCEPT, ACCEPTED };

/* Values are one letter, so that messages need no memory of their own. */
struct message {
	enum kind kind;
	int acceptor, proposer;
	int64_t n;
	unsigned char letter;
	struct prepare_reply promise; /* its val unused, see letter */
	struct accept_reply accepted;
};

struct model_proposer {
	struct proposal round;
	bool open;
	enum kind awaits; /* PROMISE or ACCEPTED */
	int64_t seen;
};

struct model {
	struct random rng;
	int npeers;
	struct acceptor acceptors[5];
	struct model_proposer proposers[5]; /* one beside each acceptor */
	struct message bag[BAG_MAX];
	int in_bag;

	/* What an observer who sees everything knows, by ballot. */
	uint32_t voters[BALLOTS];
	unsigned char voted[BALLOTS];
	unsigned char chosen; /* 0: nothing yet */
	int decisions;
};

static struct value value_of(unsigned char *letter)
{
	return (struct value){ .data = letter, .len = 1 };
}

static void post(struct model *m, const struct message *msg)
{
	if (m->in_bag < BAG_MAX)
		m->bag[m->in_bag++] = *msg;
}

static void post_to_all(struct model *m, struct message msg)
{
	for (msg.acceptor = 0; msg.acceptor < m->npeers; msg.acceptor++)
		post(m, &msg);
}

/* Proposer I gives up its round, if it has one, and begins another. */
static void begin_round(struct model *m, int i)
{
	struct model_proposer *p = &m->proposers[i];
	unsigned char own = (unsigned char)('a' + i);
	int64_t n = ballot_next(p->seen, m->npeers, i);

	if (n >= BALLOTS)
		return;
	if (p->open)
		proposal_close(&p->round);
	proposal_open(&p->round, m->npeers, n, value_of(&own));
	p->open = true;
	p->awaits = PROMISE;
	p->seen = n;
	post_to_all(m, (struct message){
		.kind = PREPARE, .proposer = i, .n = n });
}

/* The observer: an acceptor has voted for LETTER under ballot N. */
static void observe_vote(struct model *m, int acceptor, int64_t n,
			 unsigned char letter)
{
	int i, count = 0;

	cr_assert('a' <= letter && letter < 'a' + m->npeers,
		  "nobody proposed %d", letter);
	cr_assert(m->voted[n] == 0 || m->voted[n] == letter,
		  "two values under ballot %" PRId64, n);
	m->voted[n] = letter;
	m->voters[n] |= UINT32_C(1) << acceptor;
	for (i = 0; i < m->npeers; i++)
		count += (m->voters[n] >> i) & 1;
	if (2 * count <= m->npeers)
		return;
	cr_assert(m->chosen == 0 || m->chosen == letter,
		  "%c was chosen, then %c", m->chosen, letter);
	m->chosen = letter;
}

static void deliver_to_acceptor(struct model *m, struct message msg)
{
	struct acceptor *a = &m->acceptors[msg.acceptor];

	if (msg.kind == PREPARE) {
		msg.promise = (struct prepare_reply){ .promised = 0 };
		acceptor_prepare(a, msg.n, &msg.promise);
		msg.letter = msg.promise.val.len > 0
				     ? msg.promise.val.data[0] : 0;
		value_free(&msg.promise.val);
		msg.kind = PROMISE;
	} else {
		msg.accepted = (struct accept_reply){ .promised = 0 };
		acceptor_accept(a, msg.n, value_of(&msg.letter),
				&msg.accepted);
		if (msg.accepted.outcome == OUTCOME_OK)
			observe_vote(m, msg.acceptor, msg.n, msg.letter);
		msg.kind = ACCEPTED;
	}
	post(m, &msg);
}

/* As rpc_next() does, a proposer drops replies to what it no longer asks. */
static void deliver_to_proposer(struct model *m, struct message msg)
{
	struct model_proposer *p = &m->proposers[msg.proposer];
	enum tally tally;

	if (!p->open || p->round.n != msg.n || p->awaits != msg.kind)
		return;
	if (msg.kind == PROMISE) {
		if (msg.letter != 0)
			msg.promise.val = value_of(&msg.letter);
		tally = proposal_promise(&p->round, msg.acceptor,
					 &msg.promise);
	} else {
		tally = proposal_accept(&p->round, msg.acceptor,
					&msg.accepted);
	}
	if (p->round.to_beat > p->seen)
		p->seen = p->round.to_beat;
	if (tally == TALLY_QUORUM && msg.kind == PROMISE) {
		p->awaits = ACCEPTED;
		post_to_all(m, (struct message){
			.kind = ACCEPT, .proposer = msg.proposer, .n = msg.n,
			.letter = p->round.value.data[0] });
	} else if (tally == TALLY_QUORUM) {
		cr_assert(p->round.value.data[0] == m->chosen,
			  "decided %c, which was not chosen",
			  p->round.value.data[0]);
		m->decisions++;
	}
	if (tally == TALLY_BEATEN ||
	    (tally == TALLY_QUORUM && msg.kind == ACCEPTED)) {
		proposal_close(&p->round);
		p->open = false;
	}
}

static void step(struct model *m)
{
	uint64_t what = random_below(&m->rng, 100);
	struct message msg;
	int i;

	if (m->in_bag == 0 || what < 4) {
		begin_round(m, (int)random_below(&m->rng,
						 (uint64_t)m->npeers));
		return;
	}
	i = (int)random_below(&m->rng, (uint64_t)m->in_bag);
	msg = m->bag[i];
	if (what >= 10) /* below: it is delivered and stays, a second copy */
		m->bag[i] = m->bag[--m->in_bag];
	if (what >= 90) /* lost */
		return;
	if (msg.kind == PREPARE || msg.kind == ACCEPT)
		deliver_to_acceptor(m, msg);
	else
		deliver_to_proposer(m, msg);
}

/* Runs one seed; returns how often a proposer decided. */
static int run_model(uint64_t seed)
{
	static struct model m;
	int i;

	m = (struct model){ .npeers = seed % 2 == 0 ? 3 : 5 };
	random_seed(&m.rng, seed);
	for (i = 0; i < STEPS; i++)
		step(&m);
	for (i = 0; i < m.npeers; i++) {
		acceptor_deinit(&m.acceptors[i]);
		if (m.proposers[i].open)
			proposal_close(&m.proposers[i].round);
	}
	return m.decisions;
}

/* 20,000 schedules of three and five peers who all propose. */
Test(model, one_value_is_chosen, .timeout = 600)
{
	int decisions = 0;
	uint64_t seed;

	for (seed = 0; seed < SEEDS; seed++)
		decisions += run_model(seed);
	cr_assert(decisions > SEEDS / 2, "only %d decisions: nothing tested",
		  decisions);
}
