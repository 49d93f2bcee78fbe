/* learner_test.c - decisions, and Done with Min. */
#include "paxos/learner.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

static void expect_min(const struct done *d, int64_t want)
{
	cr_assert(done_min(d) == want, "Min is %" PRId64 ", not %" PRId64,
		  done_min(d), want);
}

/* Sets all entries to -1, as from a peer that knows nothing. */
static void nothing(int64_t of[PEERS_MAX])
{
	int i;

	for (i = 0; i < PEERS_MAX; i++)
		of[i] = -1;
}

/* The first decision stays, as a copy. */
Test(learner, a_decision_does_not_change)
{
	char bytes[] = "first";
	struct value first = { (unsigned char *)bytes, 5 };
	struct learner l = { .decided = false };

	cr_assert(learner_learn(&l, first));
	memset(bytes, 'x', 5);
	cr_assert(!learner_learn(&l, first));
	cr_assert(l.decided && l.value.len == 5 &&
		  memcmp(l.value.data, "first", 5) == 0);
	learner_deinit(&l);
	cr_assert(!l.decided);
}

/* Min is 0 until every peer has been heard of (D2), then one more than the
 * lowest (D3). */
Test(learner, min_counts_the_silent_peers)
{
	struct done d;

	done_init(&d, 3);
	expect_min(&d, 0);
	done_raise(&d, 0, 0);
	done_raise(&d, 1, 9);
	expect_min(&d, 0);
	done_raise(&d, 2, 4);
	expect_min(&d, 1);
	done_raise(&d, 0, 7);
	expect_min(&d, 5);
}

/* Done never goes back, neither told nor heard (D4). */
Test(learner, done_never_falls)
{
	int64_t of[PEERS_MAX];
	struct done d;

	nothing(of);
	done_init(&d, 2);
	done_raise(&d, 0, 5);
	done_raise(&d, 0, 3);
	of[1] = 8;
	done_merge(&d, of);
	expect_min(&d, 6);
	of[0] = 2;
	of[1] = 4;
	done_merge(&d, of);
	cr_assert(d.of[0] == 5 && d.of[1] == 8);
	expect_min(&d, 6);
}

/* Entries beyond the group count for nothing. */
Test(learner, other_entries_do_not_matter)
{
	int64_t of[PEERS_MAX];
	struct done d;

	nothing(of);
	of[0] = 3;
	of[1] = 3;
	of[2] = INT64_MIN;
	of[PEERS_MAX - 1] = 1;
	done_init(&d, 2);
	done_merge(&d, of);
	expect_min(&d, 4);
	cr_assert(d.of[2] == -1 && d.of[PEERS_MAX - 1] == -1);
}

/* The largest and smallest numbers do no harm. */
Test(learner, extreme_numbers)
{
	struct done d;

	done_init(&d, 1);
	done_raise(&d, 0, INT64_MIN);
	expect_min(&d, 0);
	done_raise(&d, 0, INT64_MAX);
	expect_min(&d, INT64_MAX);
}
