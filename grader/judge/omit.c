/*
 * omit.c - see omit.h.
 *
 * Invariant: `found` is about the run under way, whether it is reduced or not.
 *
 * No locks: one thread.
 */
#include "grader/judge/omit.h"

#include "grader/judge/trial.h"

static const struct reduction *now;
static struct omittable found;

void omit(const struct reduction *r)
{
	now = r;
}

void omit_begin(void)
{
	found = (struct omittable){ .nsteps = 0 };
}

const struct omittable *omit_found(void)
{
	return &found;
}

void omit_tell(struct ctl_open_args *args, unsigned char kept[])
{
	if (now == NULL)
		return;
	ctl_write_numbers(now->kept, now->nkept, kept);
	args->salt = now->salt;
	args->steps_max = now->steps_max;
	args->mercy = now->mercy;
	args->listed = now->listed;
	args->kept = (struct value){ .data = kept,
				     .len = CTL_NUMBER_BYTES * now->nkept };
}

static bool is_among(int64_t seq, const int64_t seqs[], int n)
{
	for (int i = 0; i < n; i++)
		if (seqs[i] == seq)
			return true;
	return false;
}

bool omits_instance(int64_t seq)
{
	if (!is_among(seq, found.seqs, found.nseqs) &&
	    found.nseqs < OMIT_SEQS_MAX)
		found.seqs[found.nseqs++] = seq;
	return now != NULL && is_among(seq, now->seqs, now->nseqs);
}

bool omits_step(int64_t seq)
{
	bool omits = seq != NO_SEQ && omits_instance(seq);

	if (found.nsteps == OMIT_STEPS_MAX)
		return omits;
	omits = omits || (now != NULL && now->steps[found.nsteps]);
	found.out[found.nsteps++] = omits;
	return omits;
}

int omit_operations(int n)
{
	if (n > found.operations)
		found.operations = n;
	return now != NULL && now->operations > 0 && n > now->operations
		       ? now->operations : n;
}
