/*
 * shrink.c - delta debugging of a run that failed.
 *
 * A candidate is the same seed with something left out.  It takes the place of
 * the best one so far if it fails in the same way: by the same rule or
 * expectation, whichever peer and instance that is about; a run that ended by
 * itself also for the same reason.  Larger parts are tried first: all chance,
 * a kind of it, all other instances; then halves, quarters and so on of what
 * is left, in the order of time (Zeller and Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", 2002).
 *
 * Invariant: `best` fails so, `harms` is what chance did in it, and `found`
 * what the body did.  Which candidates are tried depends on the seed alone,
 * and their number on the steps that they cost, never on time: so a replay
 * comes to the same end.
 *
 * No locks: one thread.
 */
#include "grader/judge/shrink.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge/omit.h"
#include "grader/judge/trial.h"
#include "grader/process/memory.h"

/* How many candidates, and how many steps all together; a few seconds. */
#define ATTEMPTS_MAX 2000
#define WORK_MAX UINT64_C(8000000)

/* How often each is tried, with other turns: at first, and later. */
#define SALTS_FIRST 4
#define SALTS 16

/* A candidate may take so many times the steps of the best one so far. */
#define STEPS_TIMES 4
#define STEPS_MORE 2000

/* What a host costs, in steps, where a run has ended one: to start another,
 * and the room for its copies of the submission. */
#define HOST_WORK 250000

/* Candidates are looked for anew as long as that brings something. */
#define ROUNDS_MAX 4

static struct search {
	uint64_t seed;
	const struct failure *target;
	int64_t seq;             /* that the best one fails over */
	int attempts;
	uint64_t work;
	struct reduction best, next;
	struct omittable found;
	uint64_t harms[HARMS_MAX];
	size_t nharms;
	bool complete;           /* these are all */
	int successes;
	uint32_t salts;
	struct shrunk result;
} *search;

/* ---- the same failure -------------------------------------------------- */

/* Passes over a number; one stands for all others. */
static const char *skip_number(const char *s)
{
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* Tells whether A and B differ in numbers only, up to a character of END. */
static bool alike(const char *a, const char *b, const char *end)
{
	while (*a != '\0' && *b != '\0' && strchr(end, *a) == NULL) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a = skip_number(a);
			b = skip_number(b);
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

static bool is_same(const struct failure *a, const struct failure *b)
{
	return a->rule == b->rule && a->known == b->known &&
	       alike(a->expected, b->expected, "") &&
	       (!a->known || alike(a->saw, b->saw, "("));
}

/* ---- candidates -------------------------------------------------------- */

/* Takes over what chance did in the run that failed as F. */
static void take_harms(const struct failure *f)
{
	search->nharms = ctl_read_numbers(f->harm, search->harms, HARMS_MAX);
	search->complete = f->lives && f->harms == search->nharms;
}

/* The most steps of a candidate, where the best one has cost WORK. */
static uint32_t bound(uint64_t work)
{
	return (uint32_t)(STEPS_TIMES * work + STEPS_MORE);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Runs search->next; true if it fails in the same way: then it is the best. */
static bool try_once(void)
{
	struct reduction *next = &search->next;
	struct failure f;
	uint64_t work = 0;
	bool same;

	if (search->attempts == ATTEMPTS_MAX || search->work >= WORK_MAX)
		return false;
	search->attempts++;
	qsort(next->kept, next->nkept, sizeof(next->kept[0]), compare);
	omit(next);
	if (trial_search(search->seed, &f, &work)) {
		search->work += work;
		return false;
	}
	search->work += work + (f.fresh ? HOST_WORK : 0);
	same = is_same(search->target, &f);
	if (same) {
		search->best = *next;
		if (f.lives)
			search->best.steps_max = bound(work);
		search->found = *omit_found();
		search->seq = f.seq;
		search->successes++;
		take_harms(&f);
	}
	failure_deinit(&f);
	return same;
}

/*
 * The same with several draws of turns and delays: what is left out moves all
 * that comes after it, and the failure may need a coincidence.
 */
static bool try_next(void)
{
	uint32_t salt = search->best.salt;

	for (uint32_t i = 0; i < search->salts; i++) {
		search->next.salt = salt + i;
		if (try_once())
			return true;
	}
	return false;
}

/*
 * Tries to leave out parts of N things, smaller and smaller ones: PROPOSE says
 * in search->next that those from FROM to before END are left out, of those
 * that there are now; false: they are already.
 */
static void halve(size_t (*count)(void),
		  bool (*propose)(size_t from, size_t end))
{
	for (size_t size = count(); size > 0; size /= 2) {
		size_t at = 0;

		while (at < count()) {
			size_t end = at + size < count() ? at + size : count();

			search->next = search->best;
			/* If it is gone the next ones have moved up. */
			if (!propose(at, end) || !try_next())
				at = end;
		}
	}
}

/* ---- chance ------------------------------------------------------------ */

static void drop_kinds(void)
{
	search->next = search->best;
	search->next.mercy = (UINT32_C(1) << HARM_KINDS) - 1;
	if (search->best.mercy == search->next.mercy || try_next())
		return;
	for (int kind = HARM_KINDS - 1; kind >= 0; kind--) {
		search->next = search->best;
		search->next.mercy |= UINT32_C(1) << kind;
		if (search->next.mercy != search->best.mercy)
			try_next();
	}
}

static size_t count_harms(void)
{
	return search->complete ? search->nharms : 0;
}

static bool propose_harms(size_t from, size_t end)
{
	struct reduction *next = &search->next;

	next->listed = true;
	next->nkept = 0;
	for (size_t i = 0; i < search->nharms; i++)
		if (i < from || i >= end)
			next->kept[next->nkept++] = search->harms[i];
	return true;
}

/* ---- what the body does ------------------------------------------------ */

static bool is_out(int64_t seq)
{
	for (int i = 0; i < search->best.nseqs; i++)
		if (search->best.seqs[i] == seq)
			return true;
	return false;
}

static void leave_out(int64_t seq)
{
	struct reduction *next = &search->next;

	if (seq != search->seq && !is_out(seq) && next->nseqs < OMIT_SEQS_MAX)
		next->seqs[next->nseqs++] = seq;
}

static size_t count_seqs(void)
{
	return (size_t)search->found.nseqs;
}

static bool propose_seqs(size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		leave_out(search->found.seqs[i]);
	return search->next.nseqs > search->best.nseqs;
}

static size_t count_steps(void)
{
	return (size_t)search->found.nsteps;
}

static bool propose_steps(size_t from, size_t end)
{
	bool any = false;

	for (size_t i = from; i < end; i++) {
		any = any || !search->found.out[i];
		search->next.steps[i] = true;
	}
	return any;
}

/* Fewer operations of each clerk, by halves and then by one. */
static void drop_operations(void)
{
	int n = search->found.operations;

	for (int less = n / 2; less > 0;) {
		search->next = search->best;
		search->next.operations = n - less;
		if (n - less > 0 && try_next())
			n -= less;
		else
			less /= 2;
	}
}

static void drop_steps(void)
{
	if (search->seq != NO_SEQ)
		halve(count_seqs, propose_seqs);
	halve(count_steps, propose_steps);
	drop_operations();
}

/* ---- the search -------------------------------------------------------- */

static void note_result(void)
{
	struct shrunk *result = &search->result;

	result->runs = search->attempts;
	result->best = &search->best;
	result->found = search->found;
	result->harms = search->harms;
	result->nharms = search->nharms;
	result->complete = search->complete;
}

void shrink(uint64_t seed, const struct failure *failure, uint64_t work)
{
	int before;

	search = must_calloc(1, sizeof(*search));
	search->seed = seed;
	search->target = failure;
	search->seq = failure->seq;
	search->found = search->result.found_before = *omit_found();
	take_harms(failure);
	search->result.harms_before = (size_t)failure->harms;
	search->best.steps_max = bound(work);
	/* One that costs so much is shown as it is. */
	for (int i = 0; i < ROUNDS_MAX && work < WORK_MAX / 4; i++) {
		before = search->successes;
		search->salts = i == 0 ? SALTS_FIRST : SALTS;
		drop_kinds();
		if (failure->rule)
			drop_steps();
		halve(count_harms, propose_harms);
		if (i > 0 && search->successes == before)
			break;
	}
	search->best.steps_max = 0;
	note_result();
	omit(&search->best);
}

const struct shrunk *shrink_result(void)
{
	return search != NULL ? &search->result : NULL;
}
