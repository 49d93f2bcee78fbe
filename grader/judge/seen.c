/*
 * seen.c - the memory of an oracle.
 *
 * Invariant: an instance is in the table once, and its proposals are all
 * different.
 *
 * No locks: one thread.
 */
#include "grader/judge/seen.h"

#include <assert.h>
#include <stdlib.h>

#include "grader/process/memory.h"

struct print print_of(struct value v)
{
	return (struct print){ value_fingerprint(v), v.len };
}

bool print_same(struct print a, struct print b)
{
	return a.fingerprint == b.fingerprint && a.len == b.len;
}

struct oracle *oracle_make(int npeers)
{
	struct oracle *o = must_calloc(1, sizeof(*o));

	assert(npeers >= 1 && npeers <= PEERS_MAX);
	o->instances = must_calloc(ORACLE_INSTANCES, sizeof(*o->instances));
	o->npeers = npeers;
	o->highest = -1;
	for (int i = 0; i < npeers; i++) {
		o->done[i] = -1;
		o->max[i] = -1;
	}
	return o;
}

void oracle_free(struct oracle *o)
{
	if (o == NULL)
		return;
	for (int i = 0; i < o->count; i++) {
		free(o->instances[i]->proposals);
		free(o->instances[i]->ballots);
		free(o->instances[i]);
	}
	free(o->instances);
	free(o);
}

/* The newest first: tests mostly talk of the instance they just started. */
struct seen *seen_find(const struct oracle *o, int64_t seq)
{
	for (int i = o->count - 1; i >= 0; i--)
		if (o->instances[i]->seq == seq)
			return o->instances[i];
	return NULL;
}

struct seen *seen_get(struct oracle *o, int64_t seq)
{
	struct seen *inst = seen_find(o, seq);

	if (inst != NULL || o->count == ORACLE_INSTANCES)
		return inst;
	inst = must_calloc(1, sizeof(*inst));
	inst->seq = seq;
	o->instances[o->count++] = inst;
	if (seq > o->highest)
		o->highest = seq;
	return inst;
}

int seen_proposer(const struct seen *inst, struct print v)
{
	for (int i = 0; inst != NULL && i < inst->nproposals; i++)
		if (print_same(inst->proposals[i].value, v))
			return inst->proposals[i].who;
	return -1;
}

int oracle_proposer(const struct oracle *o, int64_t seq, struct print v)
{
	return seen_proposer(seen_find(o, seq), v);
}

bool oracle_proposed(struct oracle *o, int who, int64_t seq, struct print v)
{
	struct seen *inst = seen_get(o, seq);
	struct proposal_seen *grown;

	if (inst == NULL)
		return false;
	if (seen_proposer(inst, v) >= 0)
		return true;
	if (inst->nproposals == ORACLE_PROPOSALS)
		return false;
	grown = must_realloc(inst->proposals, (size_t)inst->nproposals + 1,
			     sizeof(*grown));
	inst->proposals = grown;
	grown[inst->nproposals++] = (struct proposal_seen){ v, who };
	return true;
}

bool oracle_heard(struct oracle *o, int64_t seq)
{
	return seen_get(o, seq) != NULL;
}

bool oracle_knows(const struct oracle *o, int64_t seq)
{
	return seen_find(o, seq) != NULL;
}

int64_t oracle_highest(const struct oracle *o)
{
	return o->highest;
}

void oracle_done(struct oracle *o, int peer, int64_t seq)
{
	assert(peer >= 0 && peer < o->npeers);
	if (seq > o->done[peer])
		o->done[peer] = seq;
	if (seq > o->highest)
		o->highest = seq;
}

void oracle_reborn(struct oracle *o, int peer)
{
	assert(peer >= 0 && peer < o->npeers);
	o->min[peer] = 0;
	o->max[peer] = -1;
	for (int i = 0; i < o->count; i++)
		o->instances[i]->fates[peer] = 0;
}

int64_t oracle_min_bound(const struct oracle *o)
{
	int64_t lowest = o->done[0];

	for (int i = 1; i < o->npeers; i++)
		if (o->done[i] < lowest)
			lowest = o->done[i];
	return lowest < INT64_MAX ? lowest + 1 : INT64_MAX;
}

bool oracle_instance(const struct oracle *o, int i, int64_t *seq)
{
	if (i < 0 || i >= o->count)
		return false;
	*seq = o->instances[i]->seq;
	return true;
}

/* Where V was proposed, if anywhere, to tell a mix-up from an invention. */
bool seen_elsewhere(const struct oracle *o, struct print v, int64_t *seq)
{
	for (int i = 0; i < o->count; i++) {
		if (seen_proposer(o->instances[i], v) >= 0) {
			*seq = o->instances[i]->seq;
			return true;
		}
	}
	return false;
}
