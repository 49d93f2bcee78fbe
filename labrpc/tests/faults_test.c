/*
 * faults_test.c - presets do what they say, and a fate is a function of the
 * seed, the link, the procedure and the number of the call, and of nothing
 * else.
 *
 * All draws are from fixed seeds, so every count below is exact for ever; the
 * bounds are four standard deviations of what is wanted and show that the
 * recorded stream is a fair one.
 */
#include "labrpc/link.h"

#include <criterion/criterion.h>
#include <string.h>

#define DRAWS 100000
#define SEED UINT64_C(20240824)

static const struct rpc_proc proc = {
	.name = "p", .program = 0x20000824, .version = 1, .number = 2,
};

static const struct faults *preset(const char *name)
{
	const struct faults *faults = faults_preset(name);

	cr_assert(faults != NULL, "%s", name);
	return faults;
}

static bool same_fate(const struct fate *a, const struct fate *b)
{
	return a->lose_request == b->lose_request &&
	       a->lose_reply == b->lose_reply &&
	       a->duplicate == b->duplicate && a->delay_ms == b->delay_ms &&
	       a->copy_delay_ms == b->copy_delay_ms &&
	       a->hold_ms == b->hold_ms && a->notice_ms == b->notice_ms;
}

/* What came of many draws. */
struct tally {
	int request_lost, reply_lost, duplicated, held;
	int delay_min, delay_max, copy_max, hold_min, hold_max;
	int notice_min, notice_max;
	double delay_sum;
};

static int lower(int a, int b)
{
	return a < b ? a : b;
}

static int higher(int a, int b)
{
	return a > b ? a : b;
}

static void count(struct tally *t, const struct fate *fate)
{
	t->request_lost += fate->lose_request;
	t->reply_lost += fate->lose_reply;
	t->duplicated += fate->duplicate;
	t->held += fate->hold_ms > 0;
	t->delay_min = lower(t->delay_min, fate->delay_ms);
	t->delay_max = higher(t->delay_max, fate->delay_ms);
	t->copy_max = higher(t->copy_max, fate->copy_delay_ms);
	if (fate->hold_ms > 0)
		t->hold_min = lower(t->hold_min, fate->hold_ms);
	t->hold_max = higher(t->hold_max, fate->hold_ms);
	t->notice_min = lower(t->notice_min, fate->notice_ms);
	t->notice_max = higher(t->notice_max, fate->notice_ms);
	t->delay_sum += fate->delay_ms;
	/* Together they make no sense. */
	cr_assert(!fate->lose_request ||
		  (!fate->lose_reply && !fate->duplicate));
	cr_assert(!fate->lose_reply || fate->hold_ms == 0);
	cr_assert(fate->duplicate || fate->copy_delay_ms == 0);
}

static struct tally tally(const struct faults *faults)
{
	struct tally t = { .delay_min = 1 << 30, .hold_min = 1 << 30,
			   .notice_min = 1 << 30, .notice_max = -1 };

	for (uint64_t nth = 0; nth < DRAWS; nth++) {
		struct fate fate = fate_draw(faults, SEED, 0, 1, &proc, nth);

		count(&t, &fate);
	}
	return t;
}

/* Tells that HITS of TRIALS is within four deviations of probability P. */
static void expect_rate(const char *what, int hits, int trials, double p)
{
	double off = hits - trials * p;
	double variance = trials * p * (1 - p);

	cr_assert(off * off <= 16 * variance, "%s: %d of %d, wanted %g", what,
		  hits, trials, trials * p);
}

Test(faults, unknown_preset_is_none)
{
	cr_assert(faults_preset("cosy") == NULL);
	cr_assert(faults_preset("") == NULL);
}

Test(faults, reliable_does_nothing)
{
	static const struct fate nothing = { .notice_ms = 0 };

	for (uint64_t nth = 0; nth < DRAWS; nth++) {
		struct fate fate = fate_draw(preset("reliable"), SEED, 3, 4,
					     &proc, nth);

		cr_assert(same_fate(&fate, &nothing));
	}
}

Test(faults, classic_loses_one_in_ten_and_one_in_five_of_the_rest)
{
	struct tally t = tally(preset("classic"));

	expect_rate("requests", t.request_lost, DRAWS, 0.10);
	expect_rate("replies", t.reply_lost, DRAWS - t.request_lost, 0.20);
	cr_assert(t.duplicated == 0 && t.held == 0);
	cr_assert(t.delay_max == 0 && t.copy_max == 0);
	cr_assert(t.notice_min == 0 && t.notice_max == 0);
}

Test(faults, rough_does_all_there_is)
{
	struct tally t = tally(preset("rough"));
	int handled = DRAWS - t.request_lost;

	expect_rate("requests", t.request_lost, DRAWS, 0.10);
	expect_rate("replies", t.reply_lost, handled, 0.10);
	expect_rate("copies", t.duplicated, handled, 0.10);
	expect_rate("held", t.held, handled - t.reply_lost, 2.0 / 3.0);
	cr_assert(t.delay_min == 0 && t.delay_max == 26, "%d..%d",
		  t.delay_min, t.delay_max);
	cr_assert(t.delay_sum / DRAWS > 12.9 && t.delay_sum / DRAWS < 13.1,
		  "%g", t.delay_sum / DRAWS);
	cr_assert(t.copy_max == 26, "%d", t.copy_max);
	cr_assert(t.hold_min == 200 && t.hold_max == 2200, "%d..%d",
		  t.hold_min, t.hold_max);
	cr_assert(t.notice_min == 0 && t.notice_max == 99, "%d..%d",
		  t.notice_min, t.notice_max);
}

Test(faults, losses_by_timeout_have_no_notice)
{
	struct faults faults = { .loss_notice = LOSS_BY_TIMEOUT };
	struct tally t = tally(&faults);

	cr_assert(t.notice_min == -1 && t.notice_max == -1);
}

/* How many of 1,000 calls of two tuples meet the same fate. */
static int alike(uint64_t seed, int from, int to,
		 const struct rpc_proc *other, uint64_t shift)
{
	const struct faults *rough = preset("rough");
	int same = 0;

	for (uint64_t nth = 0; nth < 1000; nth++) {
		struct fate a = fate_draw(rough, 1, 0, 1, &proc, nth);
		struct fate b = fate_draw(rough, seed, from, to, other,
					  nth + shift);

		same += same_fate(&a, &b);
	}
	return same;
}

Test(faults, same_tuple_same_fate)
{
	struct rpc_proc named = proc;

	cr_assert(alike(1, 0, 1, &proc, 0) == 1000);
	/* Its numbers make a procedure, not its name nor where it lies. */
	named.name = "q";
	cr_assert(alike(1, 0, 1, &named, 0) == 1000);
}

Test(faults, each_component_changes_the_stream)
{
	struct rpc_proc program = proc, version = proc, number = proc;
	int same[7];

	program.program++;
	version.version++;
	number.number++;
	same[0] = alike(2, 0, 1, &proc, 0);
	same[1] = alike(1, 2, 1, &proc, 0);
	same[2] = alike(1, 0, 2, &proc, 0);
	same[3] = alike(1, 0, 1, &program, 0);
	same[4] = alike(1, 0, 1, &version, 0);
	same[5] = alike(1, 0, 1, &number, 0);
	same[6] = alike(1, 0, 1, &proc, 1);
	for (int i = 0; i < 7; i++)
		cr_assert(same[i] < 50, "component %d: %d of 1000 alike", i,
			  same[i]);
	/* Nor may two of them stand in for each other. */
	cr_assert(alike(1, 1, 0, &proc, 0) < 50);
	cr_assert(alike(0, 1, 1, &proc, 0) < 50);
}

Test(faults, a_seed_keeps_its_fates)
{
	/* Recorded: seeds in old reports must go on meaning the same. */
	static const char recorded[] =
		"--hhddrhd--hhhh-hdhhh-hhhhdrr-dqrhrhqdh-";
	char now[sizeof recorded];

	for (uint64_t nth = 0; nth < sizeof recorded - 1; nth++) {
		struct fate fate = fate_draw(preset("rough"), 42, 0, 1, &proc,
					     nth);

		now[nth] = fate.lose_request ? 'q' : fate.lose_reply ? 'r' :
			   fate.duplicate ? 'd' : fate.hold_ms ? 'h' : '-';
	}
	now[sizeof recorded - 1] = '\0';
	cr_assert(strcmp(now, recorded) == 0, "%s", now);
}

Test(faults, decisions_are_independent)
{
	struct faults calm = *preset("rough");
	int both = 0, copies = 0, held = 0, n = 0;

	calm.lose_request = calm.lose_reply = 0;
	for (uint64_t nth = 0; nth < DRAWS; nth++) {
		struct fate a = fate_draw(&calm, SEED, 0, 1, &proc, nth);
		struct fate b = fate_draw(preset("rough"), SEED, 0, 1, &proc,
					  nth);

		copies += a.duplicate;
		held += a.hold_ms > 0;
		both += a.duplicate && a.hold_ms > 0;
		n++;
		/* Losses apart, a change of theirs changes nothing. */
		cr_assert(a.delay_ms == b.delay_ms);
		cr_assert(a.notice_ms == b.notice_ms);
		if (!b.lose_request && !b.lose_reply)
			cr_assert(same_fate(&a, &b));
	}
	expect_rate("held copies", both, n,
		    (double)copies / n * held / n);
}
