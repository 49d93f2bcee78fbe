/* instances_test.c - the table of instances against a plain array. */
#include "paxos/instances.h"

#include <criterion/criterion.h>
#include <string.h>

#include "labrpc/random.h"

#define SEQS 2000

/* Random gets and forgets: the table holds what the array says. */
Test(instances, agrees_with_an_array)
{
	struct instances t = { 0 };
	bool there[SEQS] = { false };
	struct random rng;
	int64_t min = 0, seq;
	size_t count = 0;
	int step;

	random_seed(&rng, 1);
	for (step = 0; step < 20000 && min < SEQS - 1; step++) {
		seq = min + (int64_t)random_below(&rng,
						  (uint64_t)(SEQS - min));
		if (random_below(&rng, 100) > 0) {
			cr_assert(instances_get(&t, seq)->seq == seq);
			count += !there[seq];
			there[seq] = true;
		} else {
			min += (int64_t)random_below(&rng, 50);
			if (min >= SEQS)
				min = SEQS - 1;
			instances_forget(&t, min);
			for (seq = 0; seq < min; seq++) {
				count -= there[seq];
				there[seq] = false;
			}
		}
		cr_assert(t.count == count);
	}
	for (seq = 0; seq < SEQS; seq++)
		cr_assert((instances_find(&t, seq) != NULL) == there[seq]);
	instances_deinit(&t);
}

/* A Min far away empties the table without a walk through all numbers. */
Test(instances, forgets_everything_at_once, .timeout = 60)
{
	struct instances t = { 0 };
	int64_t seq;

	for (seq = 0; seq < 1000; seq++)
		instances_get(&t, seq * 1000003);
	instances_get(&t, INT64_MAX);
	instances_forget(&t, INT64_MAX);
	cr_assert(t.count == 1);
	cr_assert(instances_find(&t, INT64_MAX) != NULL);
	instances_deinit(&t);
}

/* A decided instance keeps one value: the decision. */
Test(instances, decision_frees_the_other_values)
{
	struct instances t = { 0 };
	struct instance *inst = instances_get(&t, 3);

	inst->acceptor.value = value_make("accepted", 8);
	inst->proposer.value = value_make("own", 3);
	cr_assert(instance_decide(inst, inst->acceptor.value));
	cr_assert(inst->learner.value.len == 8);
	cr_assert(inst->acceptor.value.len == 0);
	cr_assert(inst->proposer.value.len == 0);
	instances_deinit(&t);
}
