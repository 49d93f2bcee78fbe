/*
 * oracle.c - the rules of oracle.h, checked against what peers say.
 *
 * Invariant: of each instance the first decision that any peer named is the
 * instance's decision; it never changes, and every other one is a complaint.
 *
 * No locks: one thread.
 */
#include "grader/judge/oracle.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "grader/judge/seen.h"
#include "grader/process/memory.h"
#include "paxos/paxos.h"

static bool complain(struct complaint *c, const char *expected,
		     const char *saw)
{
	snprintf(c->expected, sizeof(c->expected), "%s", expected);
	snprintf(c->saw, sizeof(c->saw), "%s", saw);
	return false;
}

static bool check_validity(const struct oracle *o,
			   const struct seen *inst, int peer,
			   struct print v, struct complaint *complaint)
{
	char saw[512];
	int64_t other = 0;

	if (seen_proposer(inst, v) >= 0)
		return true;
	if (seen_elsewhere(o, v, &other))
		snprintf(saw, sizeof(saw), "peer %d decided %" PRIu64
			 " bytes that were proposed for instance %" PRId64,
			 peer, v.len, other);
	else
		snprintf(saw, sizeof(saw), "peer %d decided %" PRIu64
			 " bytes (#%08" PRIx64 ") that nobody proposed",
			 peer, v.len, v.fingerprint & 0xffffffff);
	return complain(complaint, "a decided value is one that was proposed "
			"for its instance (validity)", saw);
}

static bool check_decision(const struct oracle *o, struct seen *inst,
			   int peer, struct print v,
			   struct complaint *complaint)
{
	char saw[512];

	if (!check_validity(o, inst, peer, v, complaint))
		return false;
	if (!inst->decided) {
		inst->decided = true;
		inst->decision = v;
		inst->decided_by = peer;
		return true;
	}
	if (print_same(inst->decision, v))
		return true;
	if (inst->fates[peer] == FATE_DECIDED) {
		snprintf(saw, sizeof(saw), "peer %d decided instance %" PRId64
			 " and later held another value of it", peer,
			 inst->seq);
		return complain(complaint, "a decided value does not change "
				"(stability)", saw);
	}
	snprintf(saw, sizeof(saw), "peers %d and %d decided instance %" PRId64
		 " on different values", inst->decided_by, peer, inst->seq);
	return complain(complaint, "no two peers decide an instance "
			"differently (agreement)", saw);
}

static const char *fate_word(int fate)
{
	return fate == FATE_DECIDED ? "decided" :
	       fate == FATE_PENDING ? "pending" : "forgotten";
}

/* What PEER said earlier of the same instance must still be so. */
static bool check_stability(const struct oracle *o,
			    const struct seen *inst, int peer, int fate,
			    struct complaint *complaint)
{
	int before = inst->fates[peer];
	char saw[512];

	if (fate != FATE_FORGOTTEN &&
	    (before == FATE_FORGOTTEN ||
	     (before == FATE_DECIDED && fate == FATE_PENDING))) {
		snprintf(saw, sizeof(saw), "at peer %d instance %" PRId64
			 " was %s and then %s", peer, inst->seq,
			 fate_word(before), fate_word(fate));
		return complain(complaint, "what is decided or forgotten "
				"stays so (stability)", saw);
	}
	if (fate != FATE_FORGOTTEN && inst->seq < o->min[peer]) {
		snprintf(saw, sizeof(saw), "at peer %d instance %" PRId64
			 " is %s, while its Min() is %" PRId64, peer,
			 inst->seq, fate_word(fate), o->min[peer]);
		return complain(complaint, "instances below Min() are "
				"forgotten", saw);
	}
	return true;
}

bool oracle_fate(struct oracle *o, int peer, int64_t seq, int fate,
		 struct print v, struct complaint *complaint)
{
	struct seen *inst = seen_find(o, seq);
	struct seen nobody = { .seq = seq };
	char saw[512];

	assert(peer >= 0 && peer < o->npeers);
	if (inst == NULL)
		inst = &nobody;
	if (fate < FATE_DECIDED || fate > FATE_FORGOTTEN) {
		snprintf(saw, sizeof(saw), "paxos_status() of peer %d "
			 "returned %d, which is none of them", peer, fate);
		return complain(complaint, "a fate: FATE_DECIDED, "
				"FATE_PENDING or FATE_FORGOTTEN", saw);
	}
	if (fate == FATE_FORGOTTEN && seq >= oracle_min_bound(o)) {
		snprintf(saw, sizeof(saw), "peer %d has forgotten instance %"
			 PRId64 ", while Min() can be at most %" PRId64, peer,
			 seq, oracle_min_bound(o));
		return complain(complaint, "an instance is forgotten only "
				"when all peers are done with it", saw);
	}
	if (fate == FATE_DECIDED &&
	    !check_decision(o, inst, peer, v, complaint))
		return false;
	if (!check_stability(o, inst, peer, fate, complaint))
		return false;
	inst->fates[peer] = (unsigned char)fate;
	if (fate == FATE_DECIDED && seq > o->max[peer])
		o->max[peer] = seq; /* it knows this one for certain */
	return true;
}

bool oracle_has_decided(const struct oracle *o, int peer, int64_t seq)
{
	const struct seen *inst = seen_find(o, seq);

	return inst != NULL && inst->fates[peer] == FATE_DECIDED;
}

static bool check_range(const char *what, int peer, int64_t now,
			int64_t before, int64_t most, const char *why,
			struct complaint *complaint)
{
	char expected[256], saw[512];

	if (now < before) {
		snprintf(expected, sizeof(expected), "%s of peer %d is at "
			 "least %" PRId64 ", and never falls", what, peer,
			 before);
	} else if (now > most) {
		snprintf(expected, sizeof(expected), "%s of peer %d is at "
			 "most %" PRId64 ", %s", what, peer, most, why);
	} else {
		return true;
	}
	snprintf(saw, sizeof(saw), "it is %" PRId64, now);
	return complain(complaint, expected, saw);
}

bool oracle_bounds(struct oracle *o, int peer, int64_t max, int64_t min,
		   struct complaint *complaint)
{
	assert(peer >= 0 && peer < o->npeers);
	if (!check_range("Max()", peer, max, o->max[peer], o->highest,
			 "the highest instance that anyone was told of",
			 complaint))
		return false;
	if (!check_range("Min()", peer, min, o->min[peer],
			 oracle_min_bound(o), "one more than the lowest Done "
			 "of all peers", complaint))
		return false;
	o->max[peer] = max;
	o->min[peer] = min;
	return true;
}

bool oracle_ballot(struct oracle *o, int peer, int64_t seq, int64_t n,
		   struct print v, struct complaint *complaint)
{
	struct seen *inst = seen_get(o, seq);
	char saw[512];

	if (inst == NULL)
		return true;
	if (inst->ballots == NULL)
		inst->ballots = must_calloc(BALLOTS, sizeof(*inst->ballots));
	for (int i = 0; i < BALLOTS; i++) {
		struct ballot_seen *b = &inst->ballots[i];

		if (b->n != n || b->peer != peer)
			continue;
		if (print_same(b->value, v))
			return true;
		snprintf(saw, sizeof(saw), "peer %d sent two different "
			 "values for instance %" PRId64 " under ballot %"
			 PRId64, peer, seq, n);
		return complain(complaint, "under one ballot one value is "
				"proposed", saw);
	}
	inst->ballots[inst->nballots++ % BALLOTS] =
		(struct ballot_seen){ n, peer, v };
	return check_validity(o, inst, peer, v, complaint);
}

bool oracle_announced(struct oracle *o, int peer, int64_t seq, struct print v,
		      struct complaint *complaint)
{
	struct seen *inst = seen_get(o, seq);
	char saw[512];

	if (inst == NULL)
		return true;
	if (!check_validity(o, inst, peer, v, complaint))
		return false;
	if (!inst->decided) {
		inst->decided = true;
		inst->decision = v;
		inst->decided_by = peer;
	}
	if (print_same(inst->decision, v))
		return true;
	snprintf(saw, sizeof(saw), "for instance %" PRId64 " peer %d "
		 "announced another value than peer %d had decided or "
		 "announced", seq, peer, inst->decided_by);
	return complain(complaint, "no two peers decide an instance "
			"differently (agreement)", saw);
}
