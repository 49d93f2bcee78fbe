/* acceptor_test.c - the acceptor's rules, one message at a time. */
#include "paxos/acceptor.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

static struct value text(const char *s)
{
	return value_make(s, strlen(s));
}

/* Sends a prepare and checks outcome, promise and what was accepted. */
static void expect_prepare(struct acceptor *a, int64_t n, outcome want,
			   int64_t promised, int64_t accepted, const char *val)
{
	struct prepare_reply reply = { .promised = -1 };
	struct value wanted = text(val);

	acceptor_prepare(a, n, &reply);
	cr_assert(reply.outcome == want, "prepare %" PRId64 ": outcome %d", n,
		  (int)reply.outcome);
	cr_assert(reply.promised == promised, "promised %" PRId64,
		  reply.promised);
	cr_assert(reply.accepted == accepted, "accepted %" PRId64,
		  reply.accepted);
	cr_assert(value_equal(reply.val, wanted), "the value differs");
	value_free(&reply.val);
	value_free(&wanted);
}

static void expect_accept(struct acceptor *a, int64_t n, const char *val,
			  outcome want, int64_t promised)
{
	struct accept_reply reply = { .promised = -1 };
	struct value v = text(val);

	acceptor_accept(a, n, v, &reply);
	value_free(&v);
	cr_assert(reply.outcome == want, "accept %" PRId64 ": outcome %d", n,
		  (int)reply.outcome);
	cr_assert(reply.promised == promised, "promised %" PRId64,
		  reply.promised);
}

/* A promise never falls, and an equal ballot is not promised twice (A1). */
Test(acceptor, promise_never_falls)
{
	struct acceptor a = { 0 };

	expect_prepare(&a, 5, OUTCOME_OK, 5, 0, "");
	expect_prepare(&a, 4, OUTCOME_REFUSED, 5, 0, "");
	expect_prepare(&a, 5, OUTCOME_REFUSED, 5, 0, "");
	expect_prepare(&a, 6, OUTCOME_OK, 6, 0, "");
	acceptor_deinit(&a);
}

/* What is below the promise is not accepted (A2). */
Test(acceptor, accept_honours_the_promise)
{
	struct acceptor a = { 0 };

	expect_prepare(&a, 5, OUTCOME_OK, 5, 0, "");
	expect_accept(&a, 4, "x", OUTCOME_REFUSED, 5);
	expect_prepare(&a, 6, OUTCOME_OK, 6, 0, "");
	acceptor_deinit(&a);
}

/* The ballot promised is accepted, so the first instance goes on (A3). */
Test(acceptor, accept_of_the_promised_ballot)
{
	struct acceptor a = { 0 };

	expect_prepare(&a, 5, OUTCOME_OK, 5, 0, "");
	expect_accept(&a, 5, "x", OUTCOME_OK, 5);
	acceptor_deinit(&a);
}

/*
 * Accepting without having promised raises the promise: neither a late
 * accept nor a late prepare of a lower ballot gets through (A4).
 */
Test(acceptor, accept_raises_the_promise)
{
	struct acceptor a = { 0 };

	expect_accept(&a, 7, "x", OUTCOME_OK, 7);
	expect_accept(&a, 6, "y", OUTCOME_REFUSED, 7);
	expect_prepare(&a, 7, OUTCOME_REFUSED, 7, 0, "");
	expect_prepare(&a, 8, OUTCOME_OK, 8, 7, "x");
	acceptor_deinit(&a);
}

/* A promise reports the ballot accepted, not the one promised (A6, A8). */
Test(acceptor, promise_reports_the_accepted_ballot)
{
	struct acceptor a = { 0 };

	expect_accept(&a, 3, "x", OUTCOME_OK, 3);
	expect_prepare(&a, 9, OUTCOME_OK, 9, 3, "x");
	expect_prepare(&a, 10, OUTCOME_OK, 10, 3, "x");
	expect_accept(&a, 10, "y", OUTCOME_OK, 10);
	expect_prepare(&a, 12, OUTCOME_OK, 12, 10, "y");
	acceptor_deinit(&a);
}

/* A second copy of an accept is accepted like the first. */
Test(acceptor, accept_twice)
{
	struct acceptor a = { 0 };

	expect_accept(&a, 3, "x", OUTCOME_OK, 3);
	expect_accept(&a, 3, "x", OUTCOME_OK, 3);
	expect_prepare(&a, 4, OUTCOME_OK, 4, 3, "x");
	acceptor_deinit(&a);
}

/* No ballot is below 1. */
Test(acceptor, no_ballot_below_one)
{
	struct acceptor a = { 0 };

	expect_prepare(&a, 0, OUTCOME_REFUSED, 0, 0, "");
	expect_prepare(&a, -1, OUTCOME_REFUSED, 0, 0, "");
	expect_accept(&a, 0, "x", OUTCOME_REFUSED, 0);
	expect_accept(&a, INT64_MIN, "x", OUTCOME_REFUSED, 0);
	expect_prepare(&a, 1, OUTCOME_OK, 1, 0, "");
	acceptor_deinit(&a);
}

/* The value is a copy of all its bytes, NULs too (A11). */
Test(acceptor, keeps_a_copy_of_all_bytes)
{
	unsigned char bytes[5000];
	struct value v = { .data = bytes, .len = sizeof(bytes) }, kept;
	struct acceptor a = { 0 };
	struct accept_reply accepted = { .promised = 0 };
	struct prepare_reply promised = { .promised = 0 };
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i % 7);
	kept = value_copy(v);
	acceptor_accept(&a, 1, v, &accepted);
	memset(bytes, 0xff, sizeof(bytes));

	acceptor_prepare(&a, 2, &promised);
	cr_assert(value_equal(promised.val, kept));
	value_free(&promised.val);
	value_free(&kept);
	acceptor_deinit(&a);
}
