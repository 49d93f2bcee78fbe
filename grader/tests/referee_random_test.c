/*
 * referee_random_test.c - a referee says nothing about peers that keep the
 * rules, in whatever style and order, and names the peer that breaks one.
 *
 * After a reply that was made wrong the test tells by itself, from a list of
 * all handlers that said OK, whether one that had ended before contradicts it.
 */
#include <criterion/criterion.h>

#include "grader/tests/referee_model.h"

#define RUNS 6000
#define STEPS 1500
#define BUSY 30 /* tasks that go on; what lies beyond waits */

static struct model m;

/* ---- messages ----------------------------------------------------------- */

static struct request_seen request_of(const struct task *t)
{
	return (struct request_seen){ t->kind, t->from, t->inst, t->n,
				      model_mark(t->val), model_done };
}

static void fly(const struct task *what, int to)
{
	for (int i = 0; i < TASKS; i++)
		if (m.tasks[i].state == TASK_FREE) {
			m.tasks[i] = *what;
			m.tasks[i].state = TASK_FLYING;
			m.tasks[i].to = to;
			return;
		}
}

/* PEER sends a message to all others. */
static void broadcast(enum message_kind kind, int peer, int inst, int64_t n,
		      int val)
{
	struct task t = { .kind = kind, .from = peer, .inst = inst, .n = n,
			  .val = val };
	struct request_seen req = request_of(&t);

	if (kind == MESSAGE_DECIDED)
		m.told[inst] = true;
	m.asked[peer][inst] = true;
	referee_sends(m.referee, peer, &req, ++m.now);
	for (int to = 0; to < m.npeers; to++)
		if (to != peer)
			fly(&t, to);
}

static void learn(int peer, int inst, int val)
{
	if (m.learners[peer][inst].val != 0)
		cr_assert_eq(m.learners[peer][inst].val, val,
			     "the model is wrong, in style %d", m.style);
	m.learners[peer][inst].val = val;
}

/* ---- proposers ---------------------------------------------------------- */

/* A peer puts the question of its round to the others. */
static void ask_others(int peer, int inst)
{
	struct round *round = &m.rounds[peer][inst];

	round->asked_others = true;
	if (round->phase == 1)
		broadcast(MESSAGE_PREPARE, peer, inst, round->n, 0);
	else
		broadcast(MESSAGE_ACCEPT, peer, inst, round->n, round->val);
}

static void begin_phase(int peer, int inst, int phase)
{
	struct round *round = &m.rounds[peer][inst];

	round->phase = phase;
	round->yes = 0;
	round->asked_itself = round->asked_others = false;
	if (model_has(&m, STYLE_OWN_LAST))
		ask_others(peer, inst);
}

static void count(int peer, int inst, int from, const struct reply_seen *reply,
		  int val)
{
	struct round *round = &m.rounds[peer][inst];

	if (reply->outcome == OUTCOME_DECIDED && round->phase == 1) {
		learn(peer, inst, val);
		round->phase = 0;
		if (model_has(&m, STYLE_TELLS_AGAIN))
			broadcast(MESSAGE_DECIDED, peer, inst, 0, val);
	}
	if (reply->outcome != OUTCOME_OK)
		return;
	if (round->phase == 1 && reply->accepted > round->best) {
		round->best = reply->accepted;
		round->val = val;
	}
	round->yes |= UINT64_C(1) << from;
	if (__builtin_popcountll(round->yes) <= m.npeers / 2)
		return;
	if (round->phase == 1) {
		begin_phase(peer, inst, 2);
		return;
	}
	round->phase = 0;
	learn(peer, inst, round->val);
	referee_learned(m.referee, peer, inst, model_mark(round->val),
			++m.now);
	m.told[inst] = true;
	broadcast(MESSAGE_DECIDED, peer, inst, 0, round->val);
}

/*
 * A peer goes on with its round: puts its question to its own acceptor, which
 * may end the round, and, if that came first, to the others some time later.
 */
static void go_on(int peer, int inst)
{
	struct round *round = &m.rounds[peer][inst];
	bool others_last = !model_has(&m, STYLE_OWN_LAST);
	struct reply_seen reply;
	int val = 0;

	if (round->phase == 0 || m.learners[peer][inst].val != 0)
		return;
	if (round->asked_itself) {
		if (!round->asked_others)
			ask_others(peer, inst);
		return;
	}
	round->asked_itself = true;
	reply = round->phase == 1
		? model_prepare(&m, peer, inst, round->n, &val)
		: model_accept(&m, peer, inst, round->n, round->val);
	if (others_last && reply.outcome != OUTCOME_OK)
		round->phase = 0;
	else
		count(peer, inst, peer, &reply, val);
}

static void begin_round(int peer, int inst)
{
	struct round *round = &m.rounds[peer][inst];
	int64_t n = m.highest[peer] + 1 + model_below(&m, 2);

	if (m.learners[peer][inst].val != 0 && model_below(&m, 4) > 0)
		return;
	if (!model_has(&m, STYLE_SHARED_BALLOTS))
		while ((n - 1) % m.npeers != peer)
			n++;
	m.highest[peer] = n;
	*round = (struct round){ .n = n, .val = 1 + peer + inst * PEERS };
	begin_phase(peer, inst,
		    n == 1 && model_has(&m, STYLE_SKIPS_PHASE_1) ? 2 : 1);
}

/* ---- handlers ----------------------------------------------------------- */

static void take_effect(struct task *t)
{
	t->reply = (struct reply_seen){ .outcome = OUTCOME_OK,
					.done = model_done };
	t->reply_val = 0;
	if (t->kind == MESSAGE_PREPARE)
		t->reply = model_prepare(&m, t->to, t->inst, t->n,
					 &t->reply_val);
	else if (t->kind == MESSAGE_ACCEPT)
		t->reply = model_accept(&m, t->to, t->inst, t->n, t->val);
	else
		learn(t->to, t->inst, t->val);
}

static void end_handler(struct task *t)
{
	t->ended = ++m.now;
	t->reply.val = model_mark(t->reply_val);
	referee_replied(m.referee, &t->h, &t->reply, t->ended);
	if (t->kind == MESSAGE_PREPARE &&
	    t->reply.outcome == OUTCOME_DECIDED)
		m.told[t->inst] = true;
	if (t->kind != MESSAGE_DECIDED && t->reply.outcome == OUTCOME_OK &&
	    m.nended < TASKS)
		m.ended[m.nended++] = *t;
}

/* The reply of OVER reaches its caller, or is lost, or comes too late. */
static void hear(const struct task *over)
{
	const struct task t = *over;
	const struct round *round = &m.rounds[t.from][t.inst];

	if (t.kind != MESSAGE_DECIDED && model_below(&m, 8) > 0 &&
	    round->n == t.n &&
	    round->phase == (t.kind == MESSAGE_PREPARE ? 1 : 2))
		count(t.from, t.inst, t.to, &t.reply, t.reply_val);
}

static void advance(struct task *t)
{
	struct request_seen req = request_of(t);

	switch (t->state) {
	case TASK_FREE:
		return;
	case TASK_FLYING:
		if (model_below(&m, 8) == 0)
			t->state = TASK_FREE; /* lost */
		if (t->state == TASK_FREE)
			return;
		if (model_below(&m, 8) == 0)
			fly(t, t->to);
		t->began = ++m.now;
		referee_handles(m.referee, t->to, &req, t->began, &t->h);
		t->state = TASK_BEGUN;
		return;
	case TASK_BEGUN:
		take_effect(t);
		t->state = TASK_DONE;
		return;
	case TASK_DONE:
		end_handler(t);
		t->state = TASK_FREE; /* for whatever comes of it */
		hear(t);
		return;
	}
}

static void step(void)
{
	int peer = model_below(&m, m.npeers);
	int inst = model_below(&m, INSTANCES);
	int what = model_below(&m, 100);

	if (what == 0)
		begin_round(peer, inst);
	else if (what < 10)
		go_on(peer, inst);
	else
		advance(&m.tasks[model_below(&m, BUSY)]);
}

/* ---- wrong replies ------------------------------------------------------ */

enum wrong {
	PROMISES_BELOW, ACCEPTS_BELOW, FORGETS, MAKES_UP, TWO_VALUES,
	NO_MAJORITY, WRONGS
};

/* Makes the reply of T, which has taken effect, wrong; false if it cannot. */
static bool make_wrong(struct task *t, enum wrong wrong)
{
	const struct accepting *a = &m.acceptors[t->to][t->inst];
	bool promise = t->kind == MESSAGE_PREPARE;

	if (t->state != TASK_DONE || t->kind == MESSAGE_DECIDED)
		return false;
	switch (wrong) {
	case PROMISES_BELOW:
	case ACCEPTS_BELOW:
		if (promise != (wrong == PROMISES_BELOW) ||
		    t->reply.outcome != OUTCOME_REFUSED)
			return false;
		t->reply.outcome = OUTCOME_OK;
		t->reply.accepted = promise ? a->accepted : 0;
		t->reply_val = promise ? a->val : 0;
		return true;
	case FORGETS:
		if (!promise || t->reply.outcome != OUTCOME_OK ||
		    t->reply.accepted == 0)
			return false;
		t->reply.accepted = 0;
		t->reply_val = 0;
		return true;
	default:
		if (!promise || t->reply.outcome != OUTCOME_OK ||
		    t->reply.accepted == 0)
			return false;
		t->reply_val = 99;
		return true;
	}
}

/* Of the handlers that ended before T began, one proves that T is wrong. */
static bool is_certain(const struct task *t, enum wrong wrong)
{
	for (int i = 0; i < m.nended; i++) {
		const struct task *e = &m.ended[i];
		bool before = e->ended < t->began;

		if (e->to != t->to || e->inst != t->inst || !before)
			continue;
		if (wrong == FORGETS ? e->kind == MESSAGE_ACCEPT
				     : e->n > t->n)
			return true;
		if (wrong == MAKES_UP && e->kind == MESSAGE_ACCEPT &&
		    e->n == t->reply.accepted)
			return true;
	}
	return false;
}

/* ---- the tests ---------------------------------------------------------- */

static void silent(int run)
{
	const struct accusation *a = referee_accusation(m.referee);

	cr_assert(a == NULL, "run %d, style %d, %d peers: %s: %s\n%s\n%s",
		  run, m.style, m.npeers, a->expected, a->saw,
		  a->messages[0], a->messages[1]);
}

Test(referee_random, correct_peers_are_never_accused)
{
	struct referee *r = referee_make();
	int decided = 0;

	for (int run = 0; run < RUNS; run++) {
		model_open(&m, r, (uint64_t)run, run % STYLES);
		for (int i = 0; i < STEPS; i++)
			step();
		silent(run);
		decided += m.told[0];
	}
	cr_assert_gt(decided, RUNS / 2, "the model comes to nothing: %d",
		     decided);
	referee_free(r);
}

/* Breaks a rule in a peer's own name; false if there is no occasion. */
static bool misbehave(enum wrong wrong)
{
	int peer = model_below(&m, m.npeers);
	int inst = model_below(&m, INSTANCES);
	struct round *round = &m.rounds[peer][inst];

	if (wrong == TWO_VALUES && round->phase == 2 && round->asked_others)
		broadcast(MESSAGE_ACCEPT, peer, inst, round->n, 99);
	else if (wrong == NO_MAJORITY && !m.told[inst])
		referee_learned(m.referee, peer, inst, model_mark(99),
				++m.now);
	else
		return false;
	return true;
}

static void run_wrong(struct referee *r, int run, int caught[WRONGS])
{
	enum wrong wrong = (enum wrong)(run % WRONGS);

	/* Where the decision may be promised anyhow it proves nothing. */
	model_open(&m, r, (uint64_t)run, run / WRONGS % STYLES &
		   ~(STYLE_DECIDED_PROMISES | STYLE_DECIDED_GOES_ON));
	for (int i = 0; i < STEPS; i++) {
		struct task *t = &m.tasks[model_below(&m, BUSY)];
		bool certain;

		step();
		silent(run);
		if (i < 100)
			continue;
		if (misbehave(wrong)) {
			cr_assert(referee_accusation(r) != NULL,
				  "run %d: not accused of %d", run, wrong);
			caught[wrong]++;
			return;
		}
		if (wrong >= TWO_VALUES || !make_wrong(t, wrong))
			continue;
		/* Who asks, or is told, may know of a decision. */
		certain = is_certain(t, wrong) && !m.told[t->inst] &&
			  !m.asked[t->to][t->inst];
		end_handler(t);
		cr_assert(!certain || referee_accusation(r) != NULL,
			  "run %d: not accused of %d", run, wrong);
		caught[wrong] += certain;
		return;
	}
}

Test(referee_random, who_breaks_a_rule_for_certain_is_accused)
{
	struct referee *r = referee_make();
	int caught[WRONGS] = { 0 };

	for (int run = 0; run < RUNS; run++)
		run_wrong(r, run, caught);
	for (int wrong = 0; wrong < WRONGS; wrong++)
		cr_assert_gt(caught[wrong], 20, "wrong %d was caught %d "
			     "times", wrong, caught[wrong]);
	referee_free(r);
}
