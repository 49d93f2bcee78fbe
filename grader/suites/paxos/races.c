/*
 * races.c - one acceptor, and requests that reach it at the same moment.
 *
 * Peer 0 is yours.  Nodes 1 and 2 are played by the test, which sends their
 * requests in pairs, so that two of your handlers run at once.  In whatever
 * order they get hold of your lock, the answers have to be those of an
 * acceptor that does one thing after the other: it looks at what it has
 * promised and changes it in one section of the lock.  Thousands of pairs
 * meet at all points of your handlers; ThreadSanitizer, which runs these
 * tests once more, finds what is touched without a lock.
 *
 * Nobody starts an instance at peer 0.  If it proposes nevertheless, to find
 * out what came of a value that it has accepted, that is its right.
 */
#include "grader/judge/judge.h"
#include "grader/judge/volley.h"

#define INSTANCES 400
#define VOLLEYS 4

static struct shot prepare(int from, int64_t seq, int64_t n)
{
	return (struct shot){ .from = from, .kind = REQUEST_PREPARE,
			      .seq = seq, .n = n };
}

static struct shot accept(int from, int64_t seq, int64_t n, struct value v)
{
	return (struct shot){ .from = from, .kind = REQUEST_ACCEPT,
			      .seq = seq, .n = n, .val = v };
}

static struct shot decided(int from, int64_t seq, struct value v)
{
	return (struct shot){ .from = from, .kind = REQUEST_DECIDED,
			      .seq = seq, .val = v };
}

static const struct shot nothing = { .pause = true };

/* The prepare S is refused for a ballot that can only be one of peer 0. */
static bool is_outbid(const struct shot *s)
{
	return s->outcome == OUTCOME_REFUSED && s->promised >= s->n;
}

/* S, the highest ballot that the test has sent so far, is promised, and
 * reports ACCEPTED and V. */
static void expect_report(struct cluster *c, const struct shot *s,
			  int64_t accepted, struct value v)
{
	if (is_outbid(s))
		return;
	expect_that(c, s->outcome == OUTCOME_OK, "a prepare above every "
		    "other ballot is promised, whatever comes at the same "
		    "time", "outcome %d for instance %lld", (int)s->outcome,
		    (long long)s->seq);
	expect_that(c, s->accepted == accepted &&
		    (accepted == 0 || value_equal(s->reported, v)),
		    "a promise reports each lower ballot that is ever "
		    "accepted", "instance %lld: ballot %lld was promised with "
		    "a report of ballot %lld, and %lld is accepted",
		    (long long)s->seq, (long long)s->n,
		    (long long)s->accepted, (long long)accepted);
}

/* Two prepares of SEQ at once, then the accept of the lower one. */
#define DUEL 4
static void duel(struct shot s[DUEL], int64_t seq, int64_t n, struct value v)
{
	s[0] = prepare(1, seq, n);
	s[1] = prepare(2, seq, n + 1);
	s[2] = accept(1, seq, n, v);
	s[3] = nothing;
}

GRADED(races, promise_against_promise, .part = "A", .points = 2, .todo = 3,
       .needs = "acceptor/refuses_an_accept_below_its_promise",
       .steps = 60000,
       .about = "Of two prepares at once the higher one holds")
{
	/* Two prepares are the first that peer 0 hears of an instance, and
	 * come together.  The higher one must be promised.  The lower one is
	 * promised if it came first, and refused if not; but its accept, sent
	 * after both have been answered, is refused in any case.  If it is
	 * not, a promise fell. */
	static struct shot s[INSTANCES * DUEL];
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000), seq = 0;
	struct value v = draw_value(c, 100);

	for (int i = 0; i < VOLLEYS; i++) {
		for (int k = 0; k < INSTANCES; k++, n += 4)
			duel(&s[k * DUEL], seq++, n, v);
		volley(c, 0, s, INSTANCES * DUEL, 2);
		for (int k = 0; k < INSTANCES; k++) {
			const struct shot *d = &s[k * DUEL];

			expect_report(c, &d[1], 0, VALUE_EMPTY);
			expect_that(c, d[2].outcome == OUTCOME_REFUSED,
				    "an accept below a ballot that is "
				    "promised is refused", "instance %lld: "
				    "ballot %lld is accepted, %lld was "
				    "promised", (long long)d[2].seq,
				    (long long)d[2].n, (long long)d[1].n);
		}
	}
}

/* A promise, then its accept together with a higher prepare, then a last
 * prepare that asks what came of it. */
#define MEETING 6
static void meeting(struct shot s[MEETING], int64_t seq, int64_t n,
		    struct value v)
{
	s[0] = prepare(1, seq, n);
	s[1] = nothing;
	s[2] = accept(1, seq, n, v);
	s[3] = prepare(2, seq, n + 2);
	s[4] = prepare(1, seq, n + 4);
	s[5] = nothing;
}

GRADED(races, promise_against_accept, .part = "A", .points = 3, .todo = 3,
       .needs = "acceptor/reports_what_it_accepted",
       .steps = 100000,
       .about = "A prepare and a lower accept at once: one sees the other")
{
	/* Node 1 holds a promise.  Its accept arrives together with a higher
	 * prepare of node 2.  If the accept comes first, the promise has to
	 * report it.  If the prepare comes first, the accept has to be
	 * refused.  What must not be: accepted, and not reported.  Then node
	 * 2 would get another value chosen. */
	static struct shot s[INSTANCES * MEETING];
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000), seq = 0;
	struct value v = draw_value(c, 100);

	for (int i = 0; i < VOLLEYS; i++) {
		for (int k = 0; k < INSTANCES; k++, n += 8)
			meeting(&s[k * MEETING], seq++, n, v);
		volley(c, 0, s, INSTANCES * MEETING, 2);
		for (int k = 0; k < INSTANCES; k++) {
			const struct shot *m = &s[k * MEETING];
			int64_t accepted = m[2].outcome == OUTCOME_OK ?
					   m[2].n : 0;

			expect_report(c, &m[0], 0, VALUE_EMPTY);
			expect_report(c, &m[3], accepted, v);
			expect_report(c, &m[4], accepted, v);
		}
	}
}

GRADED(races, decision_against_round, .part = "A", .points = 2, .todo = 3,
       .needs = "acceptor/accepted_is_not_decided",
       .steps = 20000,
       .about = "A decision that comes in the midst of a round")
{
	/* Four requests at once about an instance whose value is chosen: the
	 * decision, twice, an accept of the same value, and a prepare.  The
	 * prepare may come before or after the others, but what it is told
	 * is that value or none.  Afterwards the value is decided. */
	static struct shot s[100 * 4];
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);

	for (int k = 0; k < 100; k++, n += 2) {
		struct value v = draw_bytes(c, 1000);

		s[4 * k] = decided(1, k, v);
		s[4 * k + 1] = accept(1, k, n, v);
		s[4 * k + 2] = prepare(2, k, n + 1);
		s[4 * k + 3] = decided(2, k, v);
	}
	volley(c, 0, s, 100 * 4, 4);
	for (int k = 0; k < 100; k++) {
		const struct shot *p = &s[4 * k + 2];

		bool none = p->outcome == OUTCOME_OK && p->accepted == 0;
		bool told = (p->outcome == OUTCOME_OK ||
			     p->outcome == OUTCOME_DECIDED) &&
			    value_equal(p->reported, s[4 * k].val);

		expect_that(c, none || told || is_outbid(p),
			    "a prepare is promised, with the value accepted, "
			    "or told the decision", "instance %lld: outcome "
			    "%d, accepted %lld, and another value",
			    (long long)p->seq, (int)p->outcome,
			    (long long)p->accepted);
		expect_value(c, k, s[4 * k].val);
	}
}

GRADED(races, forgotten_meanwhile, .part = "A", .points = 2, .todo = 10,
       .needs = "forgetting/forgotten_stays_forgotten",
       .steps = 30000,
       .about = "An instance is forgotten while requests about it come in")
{
	/* Accepts, the decision and a prepare of one instance, and together
	 * with them a message that tells that all are done with it.  Each is
	 * answered as before or as after that; what was looked up in the
	 * table may be gone after every unlock. */
	struct cluster *c = cluster(.peers = 3, .scripted = "1 2");
	int64_t n = 100 + draw_below(c, 1000);

	for (int64_t seq = 0; seq < 150; seq++) {
		struct value v = draw_bytes(c, 1000);
		struct shot s[] = {
			decided(1, seq, v), accept(1, seq, n, v),
			decided(1, seq, v), prepare(1, seq, n + 1),
			prepare(2, 1000, n + seq), decided(1, seq, v),
			accept(1, seq, n, v), decided(1, seq, v),
		};

		send_prepare(c, 1, 0, seq, n);
		done(c, 0, seq);
		script_says(c, 2, 1, seq);
		script_done(c, 2, seq);
		volley(c, 0, s, 8, 8);
		expect_min(c, 0, seq + 1);
		expect_fate(c, 0, seq, FATE_FORGOTTEN);
	}
}
