/*
 * brute.h - the slow and obvious way to check a small history: try all orders
 * of all operations of all keys.  Shares no code with the checker.
 */
#ifndef GRADER_TESTS_BRUTE_H
#define GRADER_TESTS_BRUTE_H

#include <string.h>

#include "grader/linearizability/linearizability.h"

#define BRUTE_OPS 12
#define BRUTE_KEYS 3
#define BRUTE_BYTES 64

struct brute {
	struct lin_op ops[BRUTE_OPS]; /* keys are "a", "b", "c" */
	int n;
	bool placed[BRUTE_OPS];
	char state[BRUTE_KEYS][BRUTE_BYTES];
	size_t len[BRUTE_KEYS];
};

static int brute_key(const struct lin_op *op)
{
	return op->key.data[0] - 'a';
}

/* Tells whether op I may come next: nothing else has to come before it. */
static bool brute_may(const struct brute *b, int i)
{
	if (b->placed[i])
		return false;
	for (int j = 0; j < b->n; j++)
		if (!b->placed[j] && b->ops[j].return_ns < b->ops[i].call_ns)
			return false;
	return true;
}

/* Lets op I take effect; false if it did not return what it should have. */
static bool brute_apply(struct brute *b, int i)
{
	const struct lin_op *op = &b->ops[i];
	int k = brute_key(op);

	b->placed[i] = true;
	if (op->kind == LIN_GET)
		return op->return_ns == LIN_NEVER ||
		       value_equal(op->value, (struct value){
				(unsigned char *)b->state[k], b->len[k] });
	if (op->kind == LIN_PUT)
		b->len[k] = 0;
	if (op->value.len > 0)
		memcpy(b->state[k] + b->len[k], op->value.data,
		       op->value.len);
	b->len[k] += op->value.len;
	return true;
}

/* Tells whether what is left of B can be placed. */
static bool brute_legal(const struct brute *b)
{
	bool all = true;

	for (int i = 0; i < b->n; i++)
		all = all && (b->placed[i] ||
			      b->ops[i].return_ns == LIN_NEVER);
	if (all)
		return true;
	for (int i = 0; i < b->n; i++) {
		struct brute next = *b;

		if (brute_may(b, i) && brute_apply(&next, i) &&
		    brute_legal(&next))
			return true;
	}
	return false;
}

/* What has happened of B when everything up to AT_NS has. */
static struct brute brute_until(const struct brute *b, int64_t at_ns)
{
	struct brute until = { .n = 0 };

	for (int i = 0; i < b->n; i++) {
		if (b->ops[i].call_ns > at_ns)
			continue;
		until.ops[until.n] = b->ops[i];
		if (b->ops[i].return_ns > at_ns)
			until.ops[until.n].return_ns = LIN_NEVER;
		until.n++;
	}
	return until;
}

#endif
