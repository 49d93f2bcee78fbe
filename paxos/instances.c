/*
 * instances.c - a hash table from an instance's number to the instance.
 *
 * Invariant: an instance hangs in the chain that its number's hash names, and
 * there are at least as many chains as instances.  None is below t->min.
 *
 * No locks here; see instances.h.
 */
#include "paxos/instances.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CHAINS 64

static void *zeroed(size_t n, size_t size)
{
	void *mem = calloc(n, size);

	if (mem == NULL) {
		fprintf(stderr, "paxos: out of memory for instances\n");
		abort();
	}
	return mem;
}

/* Numbers that follow each other land in different chains. */
static struct instance **chain_of(const struct instances *t, int64_t seq)
{
	return &t->chains[(uint64_t)seq & (t->nchains - 1)];
}

static void instance_free(struct instance *inst)
{
	acceptor_deinit(&inst->acceptor);
	learner_deinit(&inst->learner);
	value_free(&inst->proposer.value);
	free(inst);
}

/* Frees the instances of one chain that are below MIN. */
static void forget_in_chain(struct instances *t, struct instance **link,
			    int64_t min)
{
	while (*link != NULL) {
		struct instance *inst = *link;

		if (inst->seq < min) {
			*link = inst->next;
			instance_free(inst);
			t->count--;
		} else {
			link = &inst->next;
		}
	}
}

/* Looks into the chains of the numbers that MIN has passed, each once. */
void instances_forget(struct instances *t, int64_t min)
{
	uint64_t passed, i;

	assert(min >= t->min);

	passed = (uint64_t)(min - t->min);
	for (i = 0; i < passed && i < t->nchains; i++)
		forget_in_chain(t, chain_of(t, t->min + (int64_t)i), min);
	t->min = min;
}

void instances_deinit(struct instances *t)
{
	size_t i;

	for (i = 0; i < t->nchains; i++) {
		while (t->chains[i] != NULL) {
			struct instance *inst = t->chains[i];

			t->chains[i] = inst->next;
			instance_free(inst);
		}
	}
	free(t->chains);
	*t = (struct instances){ 0 };
}

struct instance *instances_find(const struct instances *t, int64_t seq)
{
	struct instance *inst;

	if (t->nchains == 0)
		return NULL;
	inst = *chain_of(t, seq);
	while (inst != NULL && inst->seq != seq)
		inst = inst->next;
	return inst;
}

/* Hangs INST into the chain where it belongs. */
static void put_in_chain(struct instances *t, struct instance *inst)
{
	struct instance **chain = chain_of(t, inst->seq);

	inst->next = *chain;
	*chain = inst;
}

static void grow(struct instances *t)
{
	struct instances old = *t;
	size_t i;

	t->nchains = old.nchains == 0 ? FIRST_CHAINS : 2 * old.nchains;
	t->chains = zeroed(t->nchains, sizeof(struct instance *));
	for (i = 0; i < old.nchains; i++) {
		struct instance *inst = old.chains[i];

		while (inst != NULL) {
			struct instance *next = inst->next;

			put_in_chain(t, inst);
			inst = next;
		}
	}
	free(old.chains);
}

struct instance *instances_get(struct instances *t, int64_t seq)
{
	struct instance *inst = instances_find(t, seq);

	assert(seq >= t->min);

	if (inst != NULL)
		return inst;
	if (t->count == t->nchains)
		grow(t);
	inst = zeroed(1, sizeof(*inst));
	inst->seq = seq;
	put_in_chain(t, inst);
	t->count++;
	return inst;
}

bool instance_decide(struct instance *inst, struct value v)
{
	if (!learner_learn(&inst->learner, v))
		return false;
	value_free(&inst->acceptor.value);
	value_free(&inst->proposer.value);
	return true;
}
