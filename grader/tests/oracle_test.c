/*
 * oracle_test.c - the rules of the oracle, one wrong step at a time.
 */
#include "grader/judge/oracle.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "paxos/paxos.h"

static struct oracle *o;
static struct complaint why;
static const struct print none;

static void init(void)
{
	o = oracle_make(3);
}

static void fini(void)
{
	oracle_free(o);
}

TestSuite(oracle, .init = init, .fini = fini);

static struct print bytes(const char *s)
{
	return print_of((struct value){ (unsigned char *)(uintptr_t)s,
					strlen(s) });
}

/* The last step was wrong, and the complaint speaks of RULE. */
static void complains(bool fine, const char *rule)
{
	cr_assert(!fine, "no complaint about %s", rule);
	cr_assert(strstr(why.expected, rule) != NULL, "not about %s: %s, %s",
		  rule, why.expected, why.saw);
}

static bool decides(int peer, int64_t seq, const char *v)
{
	return oracle_fate(o, peer, seq, FATE_DECIDED, bytes(v), &why);
}

Test(oracle, a_good_course_is_silent)
{
	cr_assert(oracle_proposed(o, 0, 7, bytes("x")));
	cr_assert(oracle_proposed(o, 1, 7, bytes("y")));
	cr_assert(oracle_fate(o, 0, 7, FATE_PENDING, none, &why));
	cr_assert(decides(0, 7, "y"));
	cr_assert(decides(2, 7, "y"));
	cr_assert(oracle_bounds(o, 0, 7, 0, &why));
	cr_assert(decides(0, 7, "y"));
	for (int peer = 0; peer < 3; peer++)
		oracle_done(o, peer, 7);
	cr_assert(oracle_fate(o, 0, 7, FATE_FORGOTTEN, none, &why));
	cr_assert(oracle_bounds(o, 0, 7, 8, &why));
	cr_assert(decides(1, 7, "y"), "another peer may lag behind");
}

Test(oracle, agreement)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	oracle_proposed(o, 1, 1, bytes("y"));
	cr_assert(decides(0, 1, "x"));
	complains(decides(1, 1, "y"), "agreement");
}

Test(oracle, agreement_with_what_was_announced)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	oracle_proposed(o, 1, 1, bytes("y"));
	cr_assert(oracle_announced(o, 0, 1, bytes("x"), &why));
	complains(oracle_announced(o, 1, 1, bytes("y"), &why), "agreement");
	complains(decides(0, 1, "y"), "agreement");
}

Test(oracle, validity)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	complains(decides(0, 1, "xx"), "validity");
	complains(decides(0, 2, "x"), "validity");
	cr_assert(strstr(why.saw, "proposed for instance 1") != NULL, "%s",
		  why.saw);
	complains(oracle_announced(o, 0, 2, bytes("x"), &why), "validity");
}

Test(oracle, validity_of_no_bytes)
{
	complains(decides(0, 1, ""), "validity");
	oracle_proposed(o, 2, 1, bytes(""));
	cr_assert(decides(0, 1, ""));
}

Test(oracle, stability)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	oracle_proposed(o, 0, 1, bytes("y"));
	cr_assert(decides(0, 1, "x"));
	complains(decides(0, 1, "y"), "stability");
	complains(oracle_fate(o, 0, 1, FATE_PENDING, none, &why),
		  "stability");
}

Test(oracle, forgets_only_what_all_are_done_with)
{
	complains(oracle_fate(o, 0, 0, FATE_FORGOTTEN, none, &why),
		  "forgotten only");
	oracle_done(o, 0, 5);
	oracle_done(o, 1, 5);
	complains(oracle_fate(o, 0, 0, FATE_FORGOTTEN, none, &why),
		  "forgotten only");
	oracle_done(o, 2, 3);
	cr_assert_eq(oracle_min_bound(o), 4);
	cr_assert(oracle_fate(o, 0, 3, FATE_FORGOTTEN, none, &why));
	complains(oracle_fate(o, 0, 4, FATE_FORGOTTEN, none, &why),
		  "forgotten only");
}

Test(oracle, done_with_every_number_that_there_is)
{
	for (int peer = 0; peer < 3; peer++)
		oracle_done(o, peer, INT64_MAX);
	cr_assert_eq(oracle_min_bound(o), INT64_MAX);
	cr_assert(oracle_bounds(o, 0, INT64_MAX, INT64_MAX, &why));
	cr_assert(oracle_fate(o, 0, INT64_MAX - 1, FATE_FORGOTTEN, none,
			      &why));
	complains(oracle_fate(o, 0, INT64_MAX - 1, FATE_PENDING, none, &why),
		  "below Min()");
}

Test(oracle, forgotten_stays_forgotten)
{
	for (int peer = 0; peer < 3; peer++)
		oracle_done(o, peer, 5);
	cr_assert(oracle_heard(o, 3));
	cr_assert(oracle_fate(o, 0, 3, FATE_FORGOTTEN, none, &why));
	complains(oracle_fate(o, 0, 3, FATE_PENDING, none, &why),
		  "stability");
	cr_assert(oracle_bounds(o, 1, -1, 4, &why));
	complains(oracle_fate(o, 1, 2, FATE_PENDING, none, &why),
		  "below Min()");
	cr_assert(oracle_fate(o, 1, 4, FATE_PENDING, none, &why));
}

Test(oracle, bounds_never_fall)
{
	oracle_heard(o, 9);
	for (int peer = 0; peer < 3; peer++)
		oracle_done(o, peer, 5);
	cr_assert(oracle_bounds(o, 0, 9, 6, &why));
	complains(oracle_bounds(o, 0, 8, 6, &why), "never falls");
	complains(oracle_bounds(o, 0, 9, 5, &why), "never falls");
}

Test(oracle, bounds_are_not_too_high)
{
	complains(oracle_bounds(o, 0, 0, 0, &why), "Max() of peer 0");
	complains(oracle_bounds(o, 0, -1, 1, &why), "Min() of peer 0");
	complains(oracle_bounds(o, 0, -2, 0, &why), "at least -1");
	oracle_heard(o, 4);
	cr_assert(oracle_bounds(o, 0, 4, 0, &why));
	cr_assert(oracle_bounds(o, 1, -1, 0, &why), "it need not know");
}

Test(oracle, max_covers_what_is_decided)
{
	oracle_proposed(o, 0, 4, bytes("x"));
	cr_assert(decides(0, 4, "x"));
	complains(oracle_bounds(o, 0, 3, 0, &why), "at least 4");
}

Test(oracle, one_ballot_one_value)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	oracle_proposed(o, 0, 1, bytes("y"));
	cr_assert(oracle_ballot(o, 0, 1, 10, bytes("x"), &why));
	cr_assert(oracle_ballot(o, 0, 1, 10, bytes("x"), &why));
	cr_assert(oracle_ballot(o, 0, 1, 13, bytes("y"), &why));
	cr_assert(oracle_ballot(o, 1, 1, 10, bytes("y"), &why),
		  "equal ballots of two peers are another matter");
	complains(oracle_ballot(o, 0, 1, 10, bytes("y"), &why),
		  "under one ballot");
}

Test(oracle, a_reborn_peer_may_know_nothing)
{
	oracle_proposed(o, 0, 1, bytes("x"));
	oracle_proposed(o, 0, 1, bytes("y"));
	cr_assert(decides(0, 1, "x"));
	oracle_reborn(o, 0);
	cr_assert(oracle_fate(o, 0, 1, FATE_PENDING, none, &why));
	cr_assert(oracle_bounds(o, 0, -1, 0, &why));
	complains(decides(0, 1, "y"), "agreement");
}

Test(oracle, no_such_fate)
{
	complains(oracle_fate(o, 0, 1, 0, none, &why), "a fate");
	complains(oracle_fate(o, 0, 1, 4, none, &why), "a fate");
}

Test(oracle, memory_is_bounded)
{
	char v[32];
	int i;

	for (i = 0; i < ORACLE_PROPOSALS; i++) {
		snprintf(v, sizeof(v), "value %d", i);
		cr_assert(oracle_proposed(o, 0, 0, bytes(v)));
	}
	cr_assert(oracle_proposed(o, 1, 0, bytes("value 0")), "not new");
	cr_assert(!oracle_proposed(o, 0, 0, bytes("one too many")));
	for (i = 1; i < ORACLE_INSTANCES; i++)
		cr_assert(oracle_heard(o, i));
	cr_assert(!oracle_heard(o, ORACLE_INSTANCES));
}
