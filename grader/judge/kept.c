/*
 * kept.c - the values that live as long as a run of the test.
 *
 * No locks: one thread.
 */
#include <stdlib.h>

#include "grader/judge/trial.h"
#include "grader/process/memory.h"

/* So many may there be at once. */
#define KEPT_MAX (1 << 16)

static struct value *kept; /* room for all, once there is one */
static size_t nkept;

struct value trial_keep(struct value v)
{
	if (nkept == KEPT_MAX)
		trial_error("the test uses more than %d values", KEPT_MAX);
	if (kept == NULL)
		kept = must_calloc(KEPT_MAX, sizeof(*kept));
	kept[nkept++] = v;
	return v;
}

void trial_drop_kept(void)
{
	for (size_t i = 0; i < nkept; i++)
		value_free(&kept[i]);
	free(kept);
	kept = NULL;
	nkept = 0;
}
