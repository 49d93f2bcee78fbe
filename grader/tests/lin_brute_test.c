/*
 * lin_brute_test.c - the checker agrees with trying all orders, on random
 * small histories of many shapes.
 *
 * A history is made as a service would make it, one that takes effect at some
 * moment between call and return, and then perhaps spoilt.  What the checker
 * says of an illegal one is checked as well: that it was legal until then,
 * and each value that it calls possible, and that there are no others.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/linearizability.h"
#include "grader/tests/brute.h"
#include "labrpc/random.h"

/* What kind of history. */
struct shape {
	int clients, ops, keys;
	int values;        /* different ones to write; 0: each is new */
	double never;      /* chance not to return */
	int puts, appends; /* of 10 operations */
	int gap;           /* the longest pause; 0: many times are equal */
};

struct maker {
	struct random rng;
	struct brute b;
	char text[BRUTE_OPS][BRUTE_BYTES]; /* the values */
	int64_t effect[BRUTE_OPS];
	int order[BRUTE_OPS];
};

static void make_value(struct maker *m, int i, const struct shape *shape)
{
	struct lin_op *op = &m->b.ops[i];
	int len;

	if (shape->values == 0)
		len = snprintf(m->text[i], BRUTE_BYTES, "%c.", 'A' + i);
	else
		len = snprintf(m->text[i], BRUTE_BYTES, "%.*s",
			       (int)random_below(&m->rng, 3),
			       random_below(&m->rng,
					    (uint64_t)shape->values) == 0
				       ? "xx" : "xy");
	op->value = (struct value){ (unsigned char *)m->text[i],
				    (size_t)len };
}

static void make_op(struct maker *m, int i, const struct shape *shape,
		    int64_t *clock)
{
	static unsigned char names[] = "abc";
	struct lin_op *op = &m->b.ops[i];
	int kind = (int)random_below(&m->rng, 10);
	int64_t span;

	op->kind = kind < shape->puts ? LIN_PUT :
		   kind < shape->puts + shape->appends ? LIN_APPEND : LIN_GET;
	op->key.data = names + random_below(&m->rng, (uint64_t)shape->keys);
	op->key.len = 1;
	make_value(m, i, shape);
	op->call_ns = *clock +
		      (int64_t)random_below(&m->rng,
					    (uint64_t)shape->gap + 1);
	span = (int64_t)random_below(&m->rng, 8);
	m->effect[i] = op->call_ns +
		       (int64_t)random_below(&m->rng, (uint64_t)span + 1);
	op->return_ns = op->call_ns + span;
	*clock = op->return_ns;
	if (random_chance(&m->rng, shape->never)) {
		op->return_ns = LIN_NEVER;
		if (random_chance(&m->rng, 0.5))
			m->effect[i] += 100; /* later than anything */
	}
}

static const struct maker *sorting;

static int by_effect(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	int64_t s = sorting->effect[x], t = sorting->effect[y];

	return s != t ? (s > t) - (s < t) : (x > y) - (x < y);
}

/* Lets the operations take effect and the gets return what they find. */
static void make_results(struct maker *m)
{
	struct brute world = m->b;

	for (int i = 0; i < m->b.n; i++)
		m->order[i] = i;
	sorting = m;
	qsort(m->order, (size_t)m->b.n, sizeof(int), by_effect);
	for (int n = 0; n < m->b.n; n++) {
		int i = m->order[n], k = brute_key(&m->b.ops[i]);
		struct lin_op *op = &m->b.ops[i];

		if (op->kind == LIN_GET) {
			memcpy(m->text[i], world.state[k], world.len[k]);
			op->value.len = world.len[k];
		} else {
			brute_apply(&world, i);
		}
	}
}

static void spoil(struct maker *m)
{
	int i = (int)random_below(&m->rng, (uint64_t)m->b.n);
	int j = (int)random_below(&m->rng, (uint64_t)m->b.n);
	struct lin_op *op = &m->b.ops[i];

	switch (random_below(&m->rng, 4)) {
	case 0: /* a get returns what another operation has */
		if (op->kind == LIN_GET)
			op->value = m->b.ops[j].value;
		break;
	case 1: /* an operation was not there */
		*op = m->b.ops[--m->b.n];
		break;
	case 2: /* a value loses its end */
		if (op->value.len > 0)
			op->value.len--;
		break;
	case 3: /* it took less time */
		if (op->return_ns != LIN_NEVER && op->return_ns > op->call_ns)
			op->return_ns--;
		break;
	}
}

static void make(struct maker *m, const struct shape *shape)
{
	int64_t clocks[BRUTE_OPS] = { 0 };
	int ids[BRUTE_OPS], next = shape->clients;

	m->b = (struct brute){ .n = 1 + (int)random_below(
				       &m->rng, (uint64_t)shape->ops) };
	for (int c = 0; c < shape->clients; c++)
		ids[c] = c;
	for (int i = 0; i < m->b.n; i++) {
		int c = (int)random_below(&m->rng, (uint64_t)shape->clients);

		make_op(m, i, shape, &clocks[c]);
		m->b.ops[i].client = ids[c];
		if (m->b.ops[i].return_ns == LIN_NEVER)
			ids[c] = next++;
	}
	make_results(m);
	for (uint64_t n = random_below(&m->rng, 3); n > 0 && m->b.n > 1; n--)
		spoil(m);
}

static struct lin_history *history_of(const struct brute *b)
{
	struct lin_history *h = lin_history_make();

	for (int i = 0; i < b->n; i++)
		lin_history_add(h, &b->ops[i]);
	return h;
}

static void print(const struct brute *b)
{
	for (int i = 0; i < b->n; i++)
		fprintf(stderr, "%d: client %d %s %c \"%.*s\" %lld..%lld\n",
			i, (int)b->ops[i].client,
			b->ops[i].kind == LIN_GET ? "get" :
			b->ops[i].kind == LIN_PUT ? "put" : "append",
			b->ops[i].key.data[0], (int)b->ops[i].value.len,
			(const char *)b->ops[i].value.data,
			(long long)b->ops[i].call_ns,
			b->ops[i].return_ns == LIN_NEVER
				? -1 : (long long)b->ops[i].return_ns);
}

/* Would B be legal if its operation OP had returned V? */
static bool legal_with(struct brute b, int op, struct value v)
{
	b.ops[op].value = v;
	return brute_legal(&b);
}

/* All values that op OP of B could have returned are among those reported. */
static bool complete(const struct brute *b, struct brute at, int op,
		     const struct lin_report *report)
{
	if (!at.placed[op] && brute_may(&at, op)) {
		int k = brute_key(&at.ops[op]), i = 0;
		struct value v = { (unsigned char *)at.state[k], at.len[k] };

		while (i < report->npossible &&
		       !value_equal(report->possible[i], v))
			i++;
		if (i == report->npossible && legal_with(*b, op, v))
			return false;
	}
	for (int i = 0; i < at.n; i++) {
		struct brute next = at;

		if (i != op && brute_may(&at, i) && brute_apply(&next, i) &&
		    !complete(b, next, op, report))
			return false;
	}
	return true;
}

/* Tells whether the report of B, which is illegal, is right. */
static bool explained(const struct brute *b, const struct lin_report *report)
{
	int64_t end = b->ops[report->op].return_ns;
	struct brute until = brute_until(b, end);
	int op = 0;

	/* Others that return at the same time may have done so before. */
	while (until.ops[op].client != b->ops[report->op].client ||
	       until.ops[op].call_ns != b->ops[report->op].call_ns ||
	       until.ops[op].key.data != b->ops[report->op].key.data ||
	       until.ops[op].kind != LIN_GET)
		op++;
	if (!report->shortest || report->text == NULL ||
	    b->ops[report->op].kind != LIN_GET || brute_legal(&until))
		return false;
	until = brute_until(b, end - 1);
	if (!brute_legal(&until))
		return false;
	until = brute_until(b, end);
	for (int i = 0; i < until.n; i++)
		if (until.ops[i].return_ns == end && i != op)
			return true; /* of equal moments it is not told */
	if (report->npossible == 0)
		return false;
	for (int i = 0; i < report->npossible; i++)
		if (!legal_with(until, op, report->possible[i]))
			return false;
	return report->more || complete(&until, until, op, report);
}

/* Checks TIMES histories of a SHAPE; some of each verdict must be there. */
static void agree(const struct shape *shape, int times)
{
	static struct maker m;
	int legal = 0;

	random_seed(&m.rng, 1);
	for (int t = 0; t < times; t++) {
		struct lin_history *h;
		struct lin_report report;
		struct lin_flaw flaw;
		bool expected;

		make(&m, shape);
		h = history_of(&m.b);
		cr_assert(!lin_history_flaw(h, &flaw), "history %d: %s", t,
			  flaw.why);
		lin_check(h, NULL, &report);
		expected = brute_legal(&m.b);
		if (report.verdict != (expected ? LIN_OK : LIN_ILLEGAL) ||
		    (!expected && !explained(&m.b, &report))) {
			print(&m.b);
			cr_assert(false, "history %d: verdict %d, legal: %d"
				  "\n%s", t, report.verdict, expected,
				  report.text ? report.text : "");
		}
		legal += expected;
		lin_report_deinit(&report);
		lin_history_free(h);
	}
	cr_assert(legal > times / 20 && legal < times * 19 / 20,
		  "%d of %d are legal", legal, times);
}

#define TIMES 16000

Test(lin_brute, each_value_is_new)
{
	agree(&(struct shape){ .clients = 4, .ops = 9, .keys = 1, .gap = 3,
			       .puts = 3, .appends = 2 }, TIMES);
}

Test(lin_brute, few_values)
{
	agree(&(struct shape){ .clients = 4, .ops = 9, .keys = 1, .gap = 3,
			       .values = 2, .puts = 3, .appends = 2 }, TIMES);
}

Test(lin_brute, one_value)
{
	agree(&(struct shape){ .clients = 4, .ops = 9, .keys = 1, .gap = 3,
			       .values = 1, .puts = 2, .appends = 3 }, TIMES);
}

Test(lin_brute, appends_alone)
{
	agree(&(struct shape){ .clients = 4, .ops = 8, .keys = 1, .gap = 2,
			       .appends = 5 }, TIMES);
}

Test(lin_brute, many_do_not_return)
{
	agree(&(struct shape){ .clients = 3, .ops = 8, .keys = 1, .gap = 3,
			       .never = 0.3, .puts = 4, .appends = 2 },
	      TIMES);
}

Test(lin_brute, few_values_and_many_do_not_return)
{
	agree(&(struct shape){ .clients = 3, .ops = 8, .keys = 1, .gap = 3,
			       .values = 2, .never = 0.3, .puts = 2,
			       .appends = 4 }, TIMES);
}

Test(lin_brute, several_keys)
{
	agree(&(struct shape){ .clients = 4, .ops = 10, .keys = 3, .gap = 3,
			       .never = 0.05, .puts = 3, .appends = 2 },
	      TIMES);
}

Test(lin_brute, writes_that_few_can_see)
{
	agree(&(struct shape){ .clients = 4, .ops = 9, .keys = 1, .gap = 4,
			       .values = 0, .never = 0.1, .puts = 6,
			       .appends = 2 }, TIMES);
}

Test(lin_brute, all_at_the_same_time)
{
	agree(&(struct shape){ .clients = 6, .ops = 6, .keys = 1, .gap = 0,
			       .values = 2, .puts = 3, .appends = 2 }, TIMES);
}
