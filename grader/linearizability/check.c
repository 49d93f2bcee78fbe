/*
 * check.c - the check of a history: its keys, one slice after the other.
 *
 * A history is linearizable if and only if the operations of each key are
 * (Herlihy and Wing, "Linearizability", TOPLAS 1990, theorem 1).  All keys
 * advance together, so that a violation is found as soon as the quickest key
 * shows one, however long the others would take.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/check.h"

#include <stdlib.h>

#include "grader/linearizability/room.h"
#include "labrpc/fatal.h"

/* Configurations that a key may look at before it is the next one's turn. */
#define SLICE 1024

struct part {
	size_t key;
	struct lin_problem problem;
	struct lin_search search;
	bool done; /* and gone */
};

struct lin_meter lin_meter_of(const struct lin_limits *limits)
{
	struct lin_meter meter = { .configurations_max = LIN_CONFIGURATIONS,
				   .bytes_max = LIN_BYTES };

	if (limits != NULL && limits->configurations > 0)
		meter.configurations_max = limits->configurations;
	if (limits != NULL && limits->bytes > 0)
		meter.bytes_max = limits->bytes;
	return meter;
}

static void part_init(struct part *part, const struct lin_timeline *t,
		      size_t key, uint32_t limit, struct lin_meter *meter)
{
	part->key = key;
	lin_problem_init(&part->problem, t, key, limit, LIN_NONE);
	lin_search_init(&part->search, &part->problem, meter, NULL, 0);
}

static void part_deinit(struct part *part)
{
	lin_search_deinit(&part->search);
	lin_problem_deinit(&part->problem);
	part->done = true;
}

enum lin_verdict lin_check_key(const struct lin_timeline *t, size_t key,
			       uint32_t limit, struct lin_meter *meter)
{
	struct part part;
	enum lin_found found;

	part_init(&part, t, key, limit, meter);
	found = lin_search_run(&part.search, UINT64_MAX);
	part_deinit(&part);
	return found == LIN_FOUND ? LIN_OK :
	       found == LIN_FOUND_NOT ? LIN_ILLEGAL : LIN_UNKNOWN;
}

/*
 * Gives each of the N PARTS a slice until none needs more, one has no legal
 * order, or the meter is over; tells what that means.
 */
static enum lin_verdict give_slices(struct part *parts, size_t n,
				    const struct lin_meter *meter,
				    size_t *key)
{
	for (size_t searching = n; searching > 0;) {
		searching = 0;
		for (size_t i = 0; i < n; i++) {
			if (parts[i].done)
				continue;
			switch (lin_search_run(&parts[i].search, SLICE)) {
			case LIN_FOUND:
				part_deinit(&parts[i]);
				break;
			case LIN_FOUND_NOT:
				*key = parts[i].key;
				return LIN_ILLEGAL;
			case LIN_SEARCHING:
				searching++;
				break;
			}
		}
		if (searching > 0 && lin_meter_over(meter))
			return LIN_UNKNOWN;
	}
	return LIN_OK;
}

enum lin_verdict lin_check_keys(const struct lin_timeline *t, uint32_t limit,
				struct lin_meter *meter, size_t *key)
{
	size_t n = lin_history_keys(t->history);
	struct part *parts = room_make(n, sizeof(struct part));
	enum lin_verdict verdict;

	for (size_t i = 0; i < n; i++)
		part_init(&parts[i], t, i, limit, meter);
	verdict = give_slices(parts, n, meter, key);
	for (size_t i = 0; i < n; i++)
		if (!parts[i].done)
			part_deinit(&parts[i]);
	free(parts);
	return verdict;
}

void lin_check(const struct lin_history *h, const struct lin_limits *limits,
	       struct lin_report *report)
{
	struct lin_meter meter = lin_meter_of(limits);
	struct lin_timeline t;
	struct lin_flaw flaw;
	size_t key = 0;

	if (lin_history_flaw(h, &flaw))
		lab_fatal("lin_check: operation %zu: %s", flaw.op, flaw.why);
	lin_timeline_init(&t, h);
	*report = (struct lin_report){
		.verdict = lin_check_keys(&t, LIN_LATEST, &meter, &key),
	};
	report->configurations = meter.configurations;
	report->bytes = meter.bytes_peak;
	if (report->verdict == LIN_ILLEGAL) {
		lin_explain(&t, key, LIN_LATEST, limits, report);
		lin_words(&t, report);
	}
	lin_timeline_deinit(&t);
}

void lin_report_deinit(struct lin_report *report)
{
	for (int i = 0; i < report->npossible; i++)
		value_free(&report->possible[i]);
	free(report->text);
	*report = (struct lin_report){ .text = NULL };
}
