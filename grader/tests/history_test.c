/*
 * history_test.c - histories keep what they are told, and tell those that no
 * clients can have made.
 */
#include "grader/linearizability/linearizability.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "grader/linearizability/history.h"
#include "labrpc/random.h"

static struct lin_history *h;

static void init(void)
{
	h = lin_history_make();
}

static void fini(void)
{
	lin_history_free(h);
}

TestSuite(history, .init = init, .fini = fini);

static struct value bytes(const char *s)
{
	return (struct value){ (unsigned char *)(uintptr_t)s, strlen(s) };
}

static void add(int64_t client, int64_t call, int64_t back)
{
	lin_history_add(h, &(struct lin_op){ client, LIN_GET, bytes("x"),
					     bytes("v"), call, back });
}

/* H is flawed at operation OP for a reason that has WORDS. */
static void flawed(size_t op, const char *words)
{
	struct lin_flaw flaw;

	cr_assert(lin_history_flaw(h, &flaw), "no flaw");
	cr_assert_eq(flaw.op, op, "operation %zu: %s", flaw.op, flaw.why);
	cr_assert(strstr(flaw.why, words) != NULL, "%s", flaw.why);
}

static void flawless(void)
{
	struct lin_flaw flaw;

	cr_assert(!lin_history_flaw(h, &flaw), "%zu: %s", flaw.op, flaw.why);
}

Test(history, clients_take_turns_with_themselves)
{
	flawless();
	add(2, 10, 30);
	add(1, 5, 10);
	add(1, 0, 5);
	add(1, 10, 10);
	add(1, 11, LIN_NEVER);
	flawless();
}

Test(history, a_return_before_the_call)
{
	add(1, 0, 5);
	add(1, 8, 7);
	flawed(1, "returns at 7, before its call at 8");
}

Test(history, two_operations_at_once)
{
	add(1, 0, 5);
	add(2, 4, 9);
	add(1, 4, 9);
	flawed(2, "client 1 calls at 4, but its operation of 0 returns only "
		  "at 5");
}

Test(history, a_call_after_one_that_did_not_return)
{
	add(7, 3, LIN_NEVER);
	add(7, 9, 11);
	flawed(1, "its operation of 3 never returned");
}

Test(history, keeps_what_it_is_told)
{
	struct lin_op op = { 3, LIN_APPEND, { (unsigned char *)"\0k", 2 },
			     { (unsigned char *)"a\0", 2 }, -4, LIN_NEVER };
	struct lin_op kept;

	add(1, 0, 5);
	lin_history_add(h, &op);
	cr_assert_eq(lin_history_count(h), 2);
	kept = lin_history_op(h, 1);
	cr_assert(kept.client == 3 && kept.kind == LIN_APPEND &&
		  kept.call_ns == -4 && kept.return_ns == LIN_NEVER);
	cr_assert(value_equal(kept.key, op.key));
	cr_assert(value_equal(kept.value, op.value));
	op.kind = LIN_GET;
	lin_history_add(h, &op);
	cr_assert_eq(lin_history_op(h, 2).value.len, 0,
		     "what a get that did not return would have returned");
}

#define LONGEST 3000

Test(history, long_values_that_begin_alike_are_kept_as_they_are)
{
	static unsigned char buffer[3][LONGEST];
	struct { int base; size_t len; } kept[2000];
	struct random rng;

	random_seed(&rng, 1);
	for (size_t i = 0; i < LONGEST; i++) {
		unsigned char c = (unsigned char)random_below(&rng, 256);

		for (int base = 0; base < 3; base++)
			buffer[base][i] =
				(unsigned char)(c ^ (i > 700 ? base : 0));
	}
	for (size_t i = 0; i < 2000; i++) {
		kept[i].base = (int)random_below(&rng, 3);
		kept[i].len = (size_t)random_below(&rng, LONGEST + 1);
		lin_history_add(h, &(struct lin_op){
			.kind = LIN_GET,
			.key = bytes(i % 2 ? "x" : "y"),
			.value = { buffer[kept[i].base], kept[i].len },
		});
	}
	for (size_t i = 0; i < 2000; i++) {
		struct value expected = { buffer[kept[i].base], kept[i].len };

		cr_assert(value_equal(lin_history_op(h, i).value, expected),
			  "value %zu", i);
		cr_assert(kept[i].len < 64 ||
			  lin_history_entry(h, i)->value.at < 2 * 3,
			  "more than a trunk for each key and beginning");
	}
}

Test(history, many_keys)
{
	char key[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key %d", i * 7919 % 1000);
		lin_history_add(h, &(struct lin_op){ .key = bytes(key) });
	}
	cr_assert_eq(lin_history_keys(h), 1000);
	for (size_t i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key %zu", i * 7919 % 1000);
		cr_assert(value_equal(lin_history_op(h, i).key, bytes(key)));
	}
	for (size_t i = 0; i < 1000; i++)
		cr_assert_eq(lin_history_key(h, i)->ops, 5);
}
