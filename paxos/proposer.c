/*
 * proposer.c - the proposer's rules: ballots, and the tally of one round.
 *
 * Invariant: once a majority has promised, `value` is the value accepted
 * under the highest ballot that any of them reported, or the proposer's own
 * if none has accepted anything.  That is P2c of the paper, which makes a
 * chosen value stay chosen.
 *
 * No locks here; see proposer.h.
 */
#include "paxos/proposer.h"

#include <assert.h>
#include <stdbool.h>

#include "labrpc/todo.h"

#ifndef LAB_SOLVED
#define LAB_SOLVED 99 /* all TODOs */
#endif

/*
 * The ballots 1, 2, 3, ... are dealt out to the peers in turn: of three
 * peers, peer 0 owns 1, 4, 7 and so on, peer 1 owns 2, 5, 8, peer 2 owns 3,
 * 6, 9.  The result is the lowest ballot of peer ME that is above SEEN.
 */
int64_t ballot_next(int64_t seen, int npeers, int me)
{
	assert(0 <= me && me < npeers && npeers <= PEERS_MAX);
	assert(0 <= seen && seen <= BALLOT_MAX);

#if LAB_SOLVED >= 4
	int64_t n = seen / npeers * npeers + me + 1;

	return n > seen ? n : n + npeers;
#else
	lab_todo(4, "ballot_next");
#endif
}

void proposal_open(struct proposal *p, int npeers, int64_t n,
		   struct value own)
{
	assert(n >= 1 && npeers >= 1 && npeers <= PEERS_MAX);

	*p = (struct proposal){
		.npeers = npeers,
		.n = n,
		.value = value_copy(own),
	};
}

void proposal_close(struct proposal *p)
{
	value_free(&p->value);
}

#if LAB_SOLVED >= 5
/* More than half of the whole group, whether it answers or not. */
static bool is_majority(uint32_t peers, int npeers)
{
	int count = 0;
	int i;

	for (i = 0; i < npeers; i++)
		count += (peers >> i) & 1;
	return count > npeers / 2;
}

/*
 * The paper (end of section 2.2): a proposer that hears of a higher ballot
 * should abandon its own.  A refusal that names none, for instance of a
 * second copy of our own prepare, says nothing.
 */
static enum tally proposal_refused(struct proposal *p, int64_t promised)
{
	if (promised <= p->n || promised > BALLOT_MAX)
		return TALLY_OPEN;
	if (promised > p->to_beat)
		p->to_beat = promised;
	return TALLY_BEATEN;
}

static void proposal_set_value(struct proposal *p, struct value v)
{
	value_free(&p->value);
	p->value = value_copy(v);
}
#else
#endif

/*
 * What each answer to a prepare means:
 *
 * OUTCOME_OK: FROM has promised.  A peer counts once, however often it
 * answers.  If it has accepted a value, under a higher ballot than the one
 * that P->value was accepted under so far, then that value takes the place
 * of P->value (as a copy: the reply is not ours).  Once more than half of the
 * whole group has promised, answering or not, there is a quorum.
 *
 * OUTCOME_REFUSED: FROM has promised the ballot reply->promised.  If that is
 * above ours (and at most BALLOT_MAX), note the highest in P->to_beat: this
 * round is beaten.  A refusal that names no higher ballot, for instance of a
 * second copy of our own prepare, says nothing.
 *
 * OUTCOME_DECIDED: reply->val is the decision, and becomes P->value.
 *
 * Whatever says nothing leaves the phase open.
 */
enum tally proposal_promise(struct proposal *p, int from,
			    const struct prepare_reply *reply)
{
	assert(0 <= from && from < p->npeers);

#if LAB_SOLVED >= 5
	switch (reply->outcome) {
	case OUTCOME_DECIDED:
		proposal_set_value(p, reply->val);
		return TALLY_DECIDED;
	case OUTCOME_REFUSED:
		return proposal_refused(p, reply->promised);
	case OUTCOME_OK:
		break;
	default:
		return TALLY_OPEN;
	}

	p->promised_by |= UINT32_C(1) << from;
	if (reply->accepted > p->adopted) {
		p->adopted = reply->accepted;
		proposal_set_value(p, reply->val);
	}
	return is_majority(p->promised_by, p->npeers) ? TALLY_QUORUM
						      : TALLY_OPEN;
#else
	(void)reply;
	lab_todo(5, "proposal_promise");
#endif
}

/*
 * The same for the answers to an accept: those that say OUTCOME_OK have
 * accepted, and a majority of the group that has makes P->value chosen; a
 * refusal for a higher ballot beats the round; all else says nothing.
 */
enum tally proposal_accept(struct proposal *p, int from,
			   const struct accept_reply *reply)
{
	assert(0 <= from && from < p->npeers);

#if LAB_SOLVED >= 8
	switch (reply->outcome) {
	case OUTCOME_REFUSED:
		return proposal_refused(p, reply->promised);
	case OUTCOME_OK:
		break;
	default:
		return TALLY_OPEN;
	}

	p->accepted_by |= UINT32_C(1) << from;
	return is_majority(p->accepted_by, p->npeers) ? TALLY_QUORUM
						      : TALLY_OPEN;
#else
	(void)reply;
	lab_todo(8, "proposal_accept");
#endif
}
