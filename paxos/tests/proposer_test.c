/* proposer_test.c - ballots, and the tally of one round. */
#include "paxos/proposer.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

static char own_bytes[] = "own";
static const struct value own = { (unsigned char *)own_bytes, 3 };

/* A promise that reports VAL accepted under ACCEPTED, 0 for nothing. */
static struct prepare_reply promise(int64_t accepted, const char *val)
{
	return (struct prepare_reply){
		.outcome = OUTCOME_OK,
		.promised = 100,
		.accepted = accepted,
		.val = { (unsigned char *)(uintptr_t)val, strlen(val) },
	};
}

static const struct accept_reply accepted = { .outcome = OUTCOME_OK };

static void expect_value(const struct proposal *p, const char *want)
{
	cr_assert(p->value.len == strlen(want) &&
		  memcmp(p->value.data, want, strlen(want)) == 0,
		  "expected %s, got %.*s", want, (int)p->value.len,
		  (const char *)p->value.data);
}

/* Ballots are above what was seen, at least 1, and no two peers share one
 * (P13, P18). */
Test(proposer, ballots_are_higher_and_unique)
{
	int64_t seen, n;
	int npeers, me;

	for (npeers = 1; npeers <= PEERS_MAX; npeers++)
		for (seen = 0; seen < 100; seen++)
			for (me = 0; me < npeers; me++) {
				n = ballot_next(seen, npeers, me);
				cr_assert(n >= 1 && n > seen);
				cr_assert(n <= seen + npeers);
				cr_assert((n - 1) % npeers == me);
			}
	n = ballot_next(BALLOT_MAX, PEERS_MAX, PEERS_MAX - 1);
	cr_assert(n > BALLOT_MAX);
}

/* A quorum is more than half of the group, for even groups too (P4, P5). */
Test(proposer, quorum_is_a_majority_of_the_group)
{
	struct prepare_reply ok = promise(0, "");
	struct proposal p;
	int npeers, i;

	for (npeers = 1; npeers <= PEERS_MAX; npeers++) {
		proposal_open(&p, npeers, 100, own);
		for (i = 0; i < npeers / 2; i++)
			cr_assert(proposal_promise(&p, i, &ok) == TALLY_OPEN);
		cr_assert(proposal_promise(&p, i, &ok) == TALLY_QUORUM);
		for (i = 0; i < npeers / 2; i++)
			cr_assert(proposal_accept(&p, i, &accepted) ==
				  TALLY_OPEN);
		cr_assert(proposal_accept(&p, i, &accepted) == TALLY_QUORUM);
		expect_value(&p, "own");
		proposal_close(&p);
	}
}

/* A peer counts once, however often it answers (P7). */
Test(proposer, each_peer_counts_once)
{
	struct prepare_reply ok = promise(0, "");
	struct proposal p;

	proposal_open(&p, 3, 100, own);
	cr_assert(proposal_promise(&p, 1, &ok) == TALLY_OPEN);
	cr_assert(proposal_promise(&p, 1, &ok) == TALLY_OPEN);
	cr_assert(proposal_promise(&p, 2, &ok) == TALLY_QUORUM);
	cr_assert(proposal_accept(&p, 0, &accepted) == TALLY_OPEN);
	cr_assert(proposal_accept(&p, 0, &accepted) == TALLY_OPEN);
	cr_assert(proposal_accept(&p, 1, &accepted) == TALLY_QUORUM);
	proposal_close(&p);
}

/* A value that was accepted is adopted (P1), in any order the one of the
 * highest ballot (P2). */
Test(proposer, adopts_the_value_of_the_highest_ballot)
{
	const struct prepare_reply replies[3] = {
		promise(7, "seven"), promise(9, "nine"), promise(0, ""),
	};
	struct proposal p;
	int first, i;

	for (first = 0; first < 3; first++) {
		proposal_open(&p, 5, 100, own);
		for (i = 0; i < 3; i++)
			proposal_promise(&p, i, &replies[(first + i) % 3]);
		expect_value(&p, "nine");
		proposal_close(&p);
	}
}

/* The value of no bytes is adopted like any other. */
Test(proposer, adopts_the_empty_value)
{
	struct prepare_reply empty = promise(7, "");
	struct proposal p;

	proposal_open(&p, 3, 100, own);
	proposal_promise(&p, 0, &empty);
	cr_assert(p.value.len == 0 && p.adopted == 7);
	proposal_close(&p);
}

/* An adopted value is a copy: the reply may be overwritten (A11). */
Test(proposer, adopted_value_is_a_copy)
{
	char bytes[] = "before";
	struct prepare_reply reply = promise(7, bytes);
	struct proposal p;

	proposal_open(&p, 3, 100, own);
	proposal_promise(&p, 0, &reply);
	memset(bytes, 'x', sizeof(bytes));
	expect_value(&p, "before");
	proposal_close(&p);
}

/* A refusal is no promise (P20), and tells the ballot to beat (P13). */
Test(proposer, refusal_tells_the_ballot_to_beat)
{
	struct prepare_reply refused = {
		.outcome = OUTCOME_REFUSED, .promised = 250,
	};
	struct accept_reply not_accepted = {
		.outcome = OUTCOME_REFUSED, .promised = 300,
	};
	struct proposal p;

	proposal_open(&p, 3, 100, own);
	cr_assert(proposal_promise(&p, 1, &refused) == TALLY_BEATEN);
	cr_assert(p.promised_by == 0 && p.to_beat == 250);
	cr_assert(proposal_accept(&p, 2, &not_accepted) == TALLY_BEATEN);
	cr_assert(p.accepted_by == 0 && p.to_beat == 300);
	proposal_close(&p);
}

/* A refusal that names no higher ballot, or an absurd one, counts nothing. */
Test(proposer, refusal_without_a_reason)
{
	struct prepare_reply refused = {
		.outcome = OUTCOME_REFUSED, .promised = 100,
	};
	struct proposal p;

	proposal_open(&p, 3, 100, own);
	cr_assert(proposal_promise(&p, 1, &refused) == TALLY_OPEN);
	refused.promised = INT64_MAX;
	cr_assert(proposal_promise(&p, 1, &refused) == TALLY_OPEN);
	cr_assert(p.promised_by == 0 && p.to_beat == 0);
	proposal_close(&p);
}

/* A reported decision ends the round and is its value (L4, P11). */
Test(proposer, takes_a_reported_decision)
{
	struct prepare_reply adopted = promise(7, "seven");
	struct prepare_reply decided = promise(0, "chosen");
	struct proposal p;

	decided.outcome = OUTCOME_DECIDED;
	proposal_open(&p, 5, 100, own);
	proposal_promise(&p, 0, &adopted);
	cr_assert(proposal_promise(&p, 1, &decided) == TALLY_DECIDED);
	expect_value(&p, "chosen");
	proposal_close(&p);
}

/* Who has forgotten the instance has promised and accepted nothing. */
Test(proposer, forgotten_is_no_answer)
{
	struct prepare_reply forgot = { .outcome = OUTCOME_FORGOTTEN };
	struct accept_reply forgot_too = { .outcome = OUTCOME_FORGOTTEN };
	struct proposal p;
	int i;

	proposal_open(&p, 3, 100, own);
	for (i = 0; i < 3; i++) {
		cr_assert(proposal_promise(&p, i, &forgot) == TALLY_OPEN);
		cr_assert(proposal_accept(&p, i, &forgot_too) == TALLY_OPEN);
	}
	proposal_close(&p);
}
