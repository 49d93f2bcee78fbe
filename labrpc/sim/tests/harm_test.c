/*
 * harm_test.c - what chance does to a run has names, and can be called off:
 * all of it, by its kind, or all but what is listed; the rest stays.
 */
#include "labrpc/sim/harm.h"

#include <stdlib.h>

#include "labrpc/sim/tests/group.h"
#include "labrpc/sim/tests/runs.h"

#define SEEDS 60
#define ALL ((UINT32_C(1) << HARM_KINDS) - 1)

static uint64_t kept[HARMS_MAX];
static size_t nkept;

/* Runs the group of SEED with MERCY; returns the hash. */
static uint64_t run_group(uint64_t seed, struct sim_mercy mercy)
{
	struct sim_config config = run_config(seed);
	struct group g = { .seed = seed };

	config.mercy = mercy;
	cr_assert(run(&config, group_run, &g) == SIM_FINE,
		  "seed %" PRIu64 ": %s", seed, sim_report()->words);
	return sim_hash();
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What came over the last run, in rising order. */
static void take_harms(void)
{
	const uint64_t *harms = sim_harms(&nkept);

	cr_assert(nkept <= HARMS_MAX, "%zu pieces of harm", nkept);
	memcpy(kept, harms, nkept * sizeof(kept[0]));
	qsort(kept, nkept, sizeof(kept[0]), compare);
}

static struct sim_mercy only_kept(void)
{
	return (struct sim_mercy){ .listed = true, .kept = kept,
				   .nkept = nkept };
}

Test(harm, to_keep_all_changes_nothing)
{
	const struct sim_mercy none = { .kinds = 0 };
	size_t harms = 0;
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		uint64_t hash = run_group(seed, none);

		take_harms();
		harms += nkept;
		cr_assert(run_group(seed, only_kept()) == hash,
			  "seed %" PRIu64, seed);
	}
	cr_assert(harms > SEEDS, "%zu pieces of harm in all", harms);
}

Test(harm, each_has_a_name_of_its_own)
{
	const struct sim_mercy none = { .kinds = 0 };
	uint64_t seed;
	size_t i;

	for (seed = 1; seed <= SEEDS; seed++) {
		run_group(seed, none);
		take_harms();
		for (i = 1; i < nkept; i++)
			cr_assert(kept[i - 1] != kept[i],
				  "seed %" PRIu64 ": %016" PRIx64 " twice",
				  seed, kept[i]);
	}
}

Test(harm, all_can_be_called_off)
{
	const struct sim_mercy all = { .kinds = ALL };
	const struct sim_mercy none_is_listed = { .listed = true };
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		run_group(seed, all);
		take_harms();
		cr_assert(nkept == 0, "seed %" PRIu64 ": %zu", seed, nkept);
		run_group(seed, none_is_listed);
		take_harms();
		cr_assert(nkept == 0, "seed %" PRIu64 ": %zu", seed, nkept);
	}
}

Test(harm, a_kind_goes_and_others_stay)
{
	const struct sim_mercy mercy = { .kinds = 1 << HARM_SLOW |
						  1 << HARM_LOST_REPLY };
	bool seen[HARM_KINDS] = { false };
	uint64_t seed;
	size_t i;

	for (seed = 1; seed <= SEEDS; seed++) {
		run_group(seed, mercy);
		take_harms();
		for (i = 0; i < nkept; i++)
			seen[harm_read(kept[i]).kind] = true;
	}
	cr_assert(!seen[HARM_SLOW] && !seen[HARM_LOST_REPLY]);
	cr_assert(seen[HARM_LOST_REQUEST] && seen[HARM_DOUBLED] &&
		  seen[HARM_LATE] && seen[HARM_HELD] && seen[HARM_STALL] &&
		  seen[HARM_WAKE]);
}

Test(harm, a_part_of_the_list_is_all_that_comes)
{
	const struct sim_mercy none = { .kinds = 0 };
	static uint64_t half[HARMS_MAX];
	uint64_t seed;
	size_t i, n;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct sim_mercy mercy = only_kept();

		run_group(seed, none);
		take_harms();
		for (i = n = 0; i < nkept; i += 2)
			half[n++] = kept[i];
		mercy.listed = true;
		mercy.kept = half;
		mercy.nkept = n;
		run_group(seed, mercy);
		take_harms();
		for (i = 0; i < nkept; i++)
			cr_assert(bsearch(&kept[i], half, n, sizeof(half[0]),
					  compare) != NULL,
				  "seed %" PRIu64 ": %016" PRIx64, seed,
				  kept[i]);
	}
}

Test(harm, names_are_read_back)
{
	const struct harm harm = {
		.kind = HARM_SLOW, .from = 63, .to = 1, .proc = 3,
		.reply = true, .nth = UINT32_MAX,
	};
	const struct harm back = harm_read(harm_name(&harm));

	cr_assert(back.kind == harm.kind && back.from == harm.from &&
		  back.to == harm.to && back.proc == harm.proc &&
		  back.reply == harm.reply && back.nth == harm.nth);
}
