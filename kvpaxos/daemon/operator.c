/*
 * operator.c - kvctl's status, cut and heal.
 *
 * Invariant: what is said of a replica is what it has answered itself.
 *
 * No locks: one thread.
 */
#include <inttypes.h>
#include <stdio.h>

#include "kvpaxos/daemon/kvctl.h"

static void show_state(const struct kvadmin_state *state)
{
	const char *before = "  cut off from ";

	printf("replica %d  process %d  %" PRId64 " of %" PRId64
	       " log entries decided", state->me, state->pid, state->decided,
	       state->known);
	for (int to = 0; to < state->replicas; to++) {
		if (!(state->cut >> to & 1))
			continue;
		printf("%s%d", before, to);
		before = ", ";
	}
	printf("\n");
}

int operator_status(struct replicas *all)
{
	int up = 0;

	replicas_ask(all);
	for (int i = 0; i < all->n; i++) {
		up += all->list[i].answers;
		if (all->list[i].answers)
			show_state(&all->list[i].state);
		else
			replica_excuse(stdout, &all->list[i]);
	}
	return up * 2 > all->total ? EXIT_DONE : EXIT_NO_ANSWER;
}

/*
 * Tells every replica that answers, and says which these are: DONE is what it
 * comes to.  One that has ended has nothing to be told.  A replica does its
 * part alone, so that of the others STILL holds.
 */
static int tell_all(struct replicas *all, const struct rpc_proc *proc,
		    const void *args, const char *done, const char *still)
{
	const char *before = "told ";
	struct kvadmin_done reply;
	int untold = all->total;

	for (int i = 0; i < all->n; i++) {
		struct replica *r = &all->list[i];

		r->answers = r->answers &&
			     rpc_call(r->end, proc, args, &reply) && reply.ok;
		untold -= r->answers || replica_has_ended(r);
		if (!r->answers)
			continue;
		printf("%s%d", before, r->number);
		before = ", ";
	}
	if (before[0] != ',') {
		fprintf(stderr, "kvctl: nothing was done, nobody answers:\n");
		replicas_excuse(all);
		return EXIT_NO_ANSWER;
	}
	printf(": %s%s\n", done, untold == 0 ? "" : ", in part");
	if (untold == 0)
		return EXIT_DONE;
	fprintf(stderr, "kvctl: %d could not be told: %s\n", untold, still);
	replicas_excuse(all);
	if (all->n < all->total)
		fprintf(stderr, "of %d replicas %d are named\n", all->total,
			all->n);
	return EXIT_NO_ANSWER;
}

int operator_cut(struct replicas *all, const char *number)
{
	struct kvadmin_cut_args args;
	char done[64], still[96];

	replicas_ask(all);
	args.node = (int32_t)number_of(number, "there is no replica ",
				       all->total - 1);
	for (int i = 0; i < all->n; i++) {
		if (all->list[i].number != args.node ||
		    !replica_has_ended(&all->list[i]))
			continue;
		fprintf(stderr, "kvctl: nothing was done, replica %d has "
			"ended\n", args.node);
		return EXIT_REFUSED;
	}
	snprintf(done, sizeof(done), "replica %d is cut off", args.node);
	snprintf(still, sizeof(still), "whatever goes from there to replica "
		 "%d, or from it, still does", args.node);
	return tell_all(all, &PROC_KVADMIN_CUT, &args, done, still);
}

int operator_heal(struct replicas *all)
{
	replicas_ask(all);
	return tell_all(all, &PROC_KVADMIN_HEAL, NULL, "all lines are whole",
			"what was cut from there still is");
}
