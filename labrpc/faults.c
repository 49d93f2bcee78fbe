/*
 * faults.c - the presets, and the rule by which a call meets its fate.
 *
 * The rule is a pure function.  It takes one random number per decision, in
 * fixed order and whether the decision matters or not: so a change of one
 * probability leaves all other decisions of a seed as they were.
 */
#include "labrpc/link.h"

#include <string.h>

#include "labrpc/random.h"

/* LOSS_SOON: below this, drawn evenly. */
#define NOTICE_SOON_MS 100

static const struct {
	const char *name;
	struct faults faults;
} presets[] = {
	{ "reliable", { .loss_notice = LOSS_AT_ONCE } },
	{ "classic",
	  { .loss_notice = LOSS_AT_ONCE,
	    .lose_request = 0.10,
	    .lose_reply = 0.20 } },
	{ "rough",
	  { .loss_notice = LOSS_SOON,
	    .lose_request = 0.10,
	    .lose_reply = 0.10,
	    .duplicate = 0.10,
	    .hold_reply = 2.0 / 3.0,
	    .hold_min_ms = 200,
	    .hold_max_ms = 2200,
	    .delay_min_ms = 0,
	    .delay_max_ms = 26 } },
};

const struct faults *faults_preset(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i].faults;
	}
	return NULL;
}

/* An even draw of MIN to MAX, both included. */
static int draw_ms(struct random *rng, int min, int max)
{
	return min + (int)random_below(rng, (uint64_t)(max - min) + 1);
}

static int draw_notice_ms(struct random *rng, enum loss_notice notice)
{
	int soon_ms = draw_ms(rng, 0, NOTICE_SOON_MS - 1);

	switch (notice) {
	case LOSS_AT_ONCE:
		return 0;
	case LOSS_SOON:
		return soon_ms;
	case LOSS_BY_TIMEOUT:
		break;
	}
	return -1;
}

struct fate fate_draw(const struct faults *faults, uint64_t seed, int from,
		      int to, const struct rpc_proc *proc, uint64_t nth)
{
	struct random rng;
	struct fate fate = { .nth = nth };
	uint64_t key = random_mix(0, seed);
	int hold_ms;
	bool held;

	key = random_mix(key, (uint64_t)from);
	key = random_mix(key, (uint64_t)to);
	key = random_mix(key, proc->program);
	key = random_mix(key, proc->version);
	key = random_mix(key, proc->number);
	random_seed(&rng, random_mix(key, nth));

	fate.lose_request = random_chance(&rng, faults->lose_request);
	fate.lose_reply = random_chance(&rng, faults->lose_reply);
	fate.duplicate = random_chance(&rng, faults->duplicate);
	held = random_chance(&rng, faults->hold_reply);
	hold_ms = draw_ms(&rng, faults->hold_min_ms, faults->hold_max_ms);
	fate.delay_ms = draw_ms(&rng, faults->delay_min_ms,
				faults->delay_max_ms);
	fate.copy_delay_ms = draw_ms(&rng, faults->delay_min_ms,
				     faults->delay_max_ms);
	fate.notice_ms = draw_notice_ms(&rng, faults->loss_notice);

	fate.least_ms = faults->delay_min_ms;
	fate.certain = faults->lose_request >= 1 || faults->lose_reply >= 1 ||
		       faults->duplicate >= 1 || faults->hold_reply >= 1;

	/* What never left has no reply to lose and no copy. */
	if (fate.lose_request)
		fate.lose_reply = fate.duplicate = false;
	fate.hold_ms = held && !fate.lose_reply && !fate.lose_request ?
		       hold_ms : 0;
	if (!fate.duplicate)
		fate.copy_delay_ms = 0;
	return fate;
}
