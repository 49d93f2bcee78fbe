/*
 * record.c - see record.h.
 *
 * Invariant: an instance lies in the bucket of its number, once; `count` of
 * them do.
 *
 * No locks: one thread.
 */
#include "grader/referee/record.h"

#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"

struct mark mark_of(struct value v)
{
	return (struct mark){ value_fingerprint(v), v.len };
}

bool mark_same(struct mark a, struct mark b)
{
	return a.fingerprint == b.fingerprint && a.len == b.len;
}

uint64_t node_bit(int node)
{
	return node >= 0 && node < 64 ? UINT64_C(1) << node : 0;
}

/* Neighbours, which live together, lie in buckets of their own. */
static size_t bucket_of(int64_t seq)
{
	return (uint64_t)seq % RECORD_BUCKETS;
}

static void *must_make(size_t size)
{
	void *made = malloc(size);

	if (made == NULL)
		lab_fatal("no memory for a referee's record");
	return made;
}

/* ---- instances ---------------------------------------------------------- */

/* Takes out the instance that *AT leads to. */
static void drop(struct record *r, struct instance_seen **at)
{
	struct instance_seen *inst = *at;
	struct ballot_seen *b;

	*at = inst->next;
	while ((b = inst->ballots) != NULL) {
		inst->ballots = b->next;
		b->next = r->spare_ballots;
		r->spare_ballots = b;
	}
	inst->next = r->spare_instances;
	r->spare_instances = inst;
	r->count--;
}

static void drop_all(struct record *r)
{
	for (int i = 0; i < RECORD_BUCKETS && r->count > 0; i++)
		while (r->buckets[i] != NULL)
			drop(r, &r->buckets[i]);
}

void record_deinit(struct record *r)
{
	struct instance_seen *inst;
	struct ballot_seen *b;

	drop_all(r);
	while ((inst = r->spare_instances) != NULL) {
		r->spare_instances = inst->next;
		free(inst);
	}
	while ((b = r->spare_ballots) != NULL) {
		r->spare_ballots = b->next;
		free(b);
	}
}

void record_open(struct record *r, int npeers)
{
	if (npeers != r->npeers)
		record_deinit(r); /* instances are as large as the group */
	else
		drop_all(r);
	r->npeers = npeers;
}

struct instance_seen *record_find(const struct record *r, int64_t seq)
{
	struct instance_seen *inst = r->buckets[bucket_of(seq)];

	while (inst != NULL && inst->seq != seq)
		inst = inst->next;
	return inst;
}

struct instance_seen *record_get(struct record *r, int64_t seq)
{
	size_t size = sizeof(struct instance_seen) +
		      (size_t)r->npeers * sizeof(struct acceptor_seen);
	struct instance_seen *inst = record_find(r, seq);

	if (inst != NULL || r->count == REFEREE_INSTANCES)
		return inst;
	inst = r->spare_instances;
	if (inst != NULL)
		r->spare_instances = inst->next;
	else
		inst = must_make(size);
	memset(inst, 0, size);
	inst->seq = seq;
	inst->next = r->buckets[bucket_of(seq)];
	r->buckets[bucket_of(seq)] = inst;
	r->count++;
	return inst;
}

static void forget_one(struct record *r, int64_t seq)
{
	struct instance_seen **at = &r->buckets[bucket_of(seq)];

	while (*at != NULL && (*at)->seq != seq)
		at = &(*at)->next;
	if (*at != NULL)
		drop(r, at);
}

void record_forget(struct record *r, int64_t from, int64_t floor)
{
	if ((uint64_t)floor - (uint64_t)from < RECORD_BUCKETS) {
		for (int64_t seq = from; seq < floor; seq++)
			forget_one(r, seq);
		return;
	}
	for (int i = 0; i < RECORD_BUCKETS; i++) {
		struct instance_seen **at = &r->buckets[i];

		while (*at != NULL) {
			if ((*at)->seq < floor)
				drop(r, at);
			else
				at = &(*at)->next;
		}
	}
}

/* What others have promised or accepted of PEER's stays. */
void record_born(struct record *r, int peer)
{
	struct instance_seen *inst;
	struct ballot_seen *b;

	for (int i = 0; i < RECORD_BUCKETS && r->count > 0; i++)
		for (inst = r->buckets[i]; inst != NULL; inst = inst->next) {
			memset(&inst->acceptors[peer], 0,
			       sizeof(inst->acceptors[peer]));
			for (b = inst->ballots; b != NULL; b = b->next) {
				b->promised[peer].n = 0;
				for (int v = 0; v < b->nvalues; v++)
					b->values[v].sent &= ~node_bit(peer);
			}
		}
}

/* ---- ballots and values ------------------------------------------------- */

struct ballot_seen *ballot_find(const struct instance_seen *inst, int64_t n)
{
	struct ballot_seen *b = inst->ballots;

	while (b != NULL && b->n != n)
		b = b->next;
	return b;
}

struct ballot_seen *ballot_get(struct record *r, struct instance_seen *inst,
			       int64_t n)
{
	struct ballot_seen *b = ballot_find(inst, n);

	if (b != NULL)
		return b;
	if (inst->nballots == RECORD_BALLOTS) {
		inst->lost = true;
		return NULL;
	}
	b = r->spare_ballots;
	if (b != NULL)
		r->spare_ballots = b->next;
	else
		b = must_make(sizeof(*b));
	b->n = n;
	b->claimed = b->sent = b->prepared = b->reported = 0;
	b->nvalues = 0;
	for (int i = 0; i < r->npeers; i++)
		b->promised[i].n = 0;
	b->next = inst->ballots;
	inst->ballots = b;
	inst->nballots++;
	return b;
}

struct value_seen *value_find(struct ballot_seen *ballot, struct mark val)
{
	for (int i = 0; i < ballot->nvalues; i++)
		if (mark_same(ballot->values[i].val, val))
			return &ballot->values[i];
	return NULL;
}

struct value_seen *value_get(struct instance_seen *inst,
			     struct ballot_seen *ballot, struct mark val,
			     int64_t now_us)
{
	struct value_seen *v = value_find(ballot, val);

	if (v != NULL)
		return v;
	if (ballot->nvalues == RECORD_VALUES) {
		inst->lost = true;
		return NULL;
	}
	v = &ballot->values[ballot->nvalues++];
	*v = (struct value_seen){ .val = val, .at_us = now_us };
	return v;
}

/* ---- decisions ---------------------------------------------------------- */

bool decision_told(const struct instance_seen *inst, struct mark val)
{
	for (int i = 0; i < inst->ndecisions; i++)
		if (mark_same(inst->decisions[i], val))
			return true;
	return false;
}

void decision_note(struct instance_seen *inst, struct mark val)
{
	if (decision_told(inst, val))
		return;
	if (inst->ndecisions == RECORD_VALUES)
		inst->lost = true;
	else
		inst->decisions[inst->ndecisions++] = val;
}
