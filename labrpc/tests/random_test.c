/*
 * random_test.c - the generator is splitmix64, its ranges and chances are
 * what they say, and every function takes exactly one number.
 */
#include "labrpc/random.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <inttypes.h>
#include <signal.h>

Test(random, numbers_are_those_of_splitmix64)
{
	/* The published sequence from state 1234567. */
	static const uint64_t known[] = {
		UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	struct random rng = { .state = 1234567 };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		uint64_t next = random_next(&rng);

		cr_assert(next == known[i], "number %zu: %" PRIu64, i, next);
	}
}

Test(random, a_seed_repeats_and_another_differs)
{
	struct random a, b, c;
	int same = 0;

	random_seed(&a, 7);
	random_seed(&b, 7);
	random_seed(&c, 8);
	for (int i = 0; i < 1000; i++) {
		uint64_t next = random_next(&a);

		cr_assert(next == random_next(&b));
		same += next == random_next(&c);
	}
	cr_assert(same == 0, "%d numbers in common", same);
}

Test(random, every_function_takes_one_number)
{
	struct random a, b;

	random_seed(&a, 1);
	b = a;
	random_below(&a, 10);
	random_chance(&a, 0.5);
	random_chance(&a, 0);
	random_next(&b);
	random_next(&b);
	random_next(&b);
	cr_assert(a.state == b.state);
}

Test(random, below_reaches_all_and_no_more)
{
	int seen[10] = { 0 };
	struct random rng;

	random_seed(&rng, 2);
	for (int i = 0; i < 10000; i++) {
		uint64_t n = random_below(&rng, 10);

		cr_assert(n < 10, "%" PRIu64, n);
		seen[n]++;
	}
	for (int i = 0; i < 10; i++)
		cr_assert(seen[i] > 900 && seen[i] < 1100, "%d came %d times",
			  i, seen[i]);
	cr_assert(random_below(&rng, 1) == 0);
}

Test(random, below_nothing_is_fatal, .signal = SIGABRT)
{
	struct random rng;

	cr_redirect_stderr();
	random_seed(&rng, 2);
	random_below(&rng, 0);
}

Test(random, chances_are_what_they_say)
{
	struct random rng;
	int hits = 0;

	random_seed(&rng, 3);
	for (int i = 0; i < 10000; i++) {
		cr_assert(!random_chance(&rng, 0));
		cr_assert(random_chance(&rng, 1));
		hits += random_chance(&rng, 0.25);
	}
	cr_assert(hits > 2350 && hits < 2650, "%d of 10000", hits);
}

Test(random, mixing_depends_on_order)
{
	uint64_t ab = random_mix(random_mix(0, 1), 2);
	uint64_t ba = random_mix(random_mix(0, 2), 1);

	cr_assert(ab != ba && ab == random_mix(random_mix(0, 1), 2));
}
