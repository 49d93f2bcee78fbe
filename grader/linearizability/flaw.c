/*
 * flaw.c - what no clients can have done.
 *
 * No locks: no shared state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grader/linearizability/history.h"
#include "grader/linearizability/room.h"

struct stay {
	int64_t client, call_ns, return_ns;
	size_t op;
};

/* By client, then by call, then by return. */
static int in_client_order(const void *a, const void *b)
{
	const struct stay *x = a, *y = b;

	if (x->client != y->client)
		return x->client < y->client ? -1 : 1;
	if (x->call_ns != y->call_ns)
		return x->call_ns < y->call_ns ? -1 : 1;
	if (x->return_ns != y->return_ns)
		return x->return_ns < y->return_ns ? -1 : 1;
	return (x->op > y->op) - (x->op < y->op);
}

/* STAY returns before its call, or overlaps BEFORE (NULL: there is none). */
static bool is_flawed(const struct stay *before, const struct stay *stay,
		      struct lin_flaw *flaw)
{
	flaw->op = stay->op;
	if (stay->return_ns < stay->call_ns) {
		snprintf(flaw->why, sizeof(flaw->why), "it returns at %"
			 PRId64 ", before its call at %" PRId64,
			 stay->return_ns, stay->call_ns);
		return true;
	}
	if (before == NULL || before->client != stay->client ||
	    before->return_ns <= stay->call_ns)
		return false;
	if (before->return_ns == LIN_NEVER)
		snprintf(flaw->why, sizeof(flaw->why), "client %" PRId64
			 " calls at %" PRId64 ", but its operation of %"
			 PRId64 " never returned", stay->client,
			 stay->call_ns, before->call_ns);
	else
		snprintf(flaw->why, sizeof(flaw->why), "client %" PRId64
			 " calls at %" PRId64 ", but its operation of %"
			 PRId64 " returns only at %" PRId64, stay->client,
			 stay->call_ns, before->call_ns, before->return_ns);
	return true;
}

bool lin_history_flaw(const struct lin_history *h, struct lin_flaw *flaw)
{
	size_t n = lin_history_count(h);
	struct stay *stays = room_make(n, sizeof(struct stay));
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		const struct lin_entry *entry = lin_history_entry(h, i);

		stays[i] = (struct stay){ entry->client, entry->call_ns,
					  entry->return_ns, i };
	}
	qsort(stays, n, sizeof(struct stay), in_client_order);
	for (size_t i = 0; i < n && !found; i++)
		found = is_flawed(i > 0 ? &stays[i - 1] : NULL, &stays[i],
				  flaw);
	free(stays);
	return found;
}
