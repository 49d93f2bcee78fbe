/*
 * trial.c - runs one test from "began" to its verdict.
 *
 * Invariant: exactly one verdict is given, as the last thing but one: before
 * Criterion is told.  A pass is given only after the host has ended in an
 * orderly way with nothing found.
 *
 * No locks: one thread.
 */
#include "grader/judge/trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "grader/judge/cluster.h"
#include "grader/judge/confine.h"
#include "grader/judge/findings.h"
#include "grader/judge/history.h"
#include "grader/judge/look.h"
#include "grader/judge/stopwatch.h"
#include "grader/judge/verdict.h"
#include "grader/judge/world.h"
#include "labrpc/sockdir.h"

/* What is expected where a function turns out not to be written yet. */
#define TODO_EXPECTED "every function that the test needs is written"

/* Steps of an ordinary simulated run. */
#define RUN_WORK 5000

/* Seeds of runs stay short, for people to type. */
#define RUN_SEED_END UINT64_C(1000000000)

/* Values that one trial may keep at once. */
#define KEPT_MAX (1 << 16)

static struct trial {
	const struct graded *test;
	struct trial_settings settings;
	struct random random;
	struct history history;
	struct cluster *cluster;
	struct sockdir *own_dir; /* when nobody gave us one */
	struct value *kept;
	size_t nkept;
	int64_t began_ms;
	bool crashed; /* the host has, see host.h */
} trial;

const struct trial_settings *trial_settings(void)
{
	return &trial.settings;
}

const struct graded *trial_test(void)
{
	return trial.test;
}

struct random *trial_random(void)
{
	return &trial.random;
}

void trial_step(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	verdict_step(history_add(&trial.history, fmt, args));
	va_end(args);
}

void trial_attach(struct cluster *c)
{
	if (trial.cluster != NULL)
		trial_error("a test has one cluster, this one opens two");
	trial.cluster = c;
}

struct value trial_keep(struct value v)
{
	if (trial.nkept == KEPT_MAX)
		trial_error("the test uses more than %d values", KEPT_MAX);
	if (trial.kept == NULL)
		trial.kept = must_calloc(KEPT_MAX, sizeof(*trial.kept));
	trial.kept[trial.nkept++] = v;
	return v;
}

static void give(enum verdict_result result, const char *expected,
		 const char *saw, const struct lines *details,
		 const char *report)
{
	const struct flavour *flavour =
		trial.settings.flavour != NULL
			? flavour_find(trial.settings.flavour) : NULL;
	struct verdict v = {
		.result = result,
		.expected = expected,
		.saw = saw,
		.details = details,
		.report = report,
		.crashed = trial.crashed,
		.confined = flavour != NULL ? confine_words(flavour) : "",
		.seed = trial.settings.seed,
		.elapsed_ms = stopwatch_ms() - trial.began_ms,
	};
	char name[160];

	snprintf(name, sizeof(name), "%s/%s", trial.test->suite,
		 trial.test->name);
	verdict_give(name, &v);
	for (size_t i = 0; i < trial.nkept; i++)
		value_free(&trial.kept[i]);
	free(trial.kept);
	if (trial.own_dir != NULL)
		sockdir_remove(trial.own_dir);
}

/* Tells Criterion that the test has failed, and leaves it. */
static _Noreturn void leave(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

static _Noreturn void leave(const char *fmt, ...)
{
	char text[1536];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	cr_assert(false, "%s", text);
	criterion_abort_test();
}

/* What a failed test ends with, from whatever cause. */
static _Noreturn void end_badly(enum verdict_result result, int64_t seq,
				bool ask, const char *expected,
				const char *saw, struct ending *known)
{
	struct lines details = { .n = 0 };
	struct ending ending = { .report = NULL };
	char text[1024];

	snprintf(text, sizeof(text), "%s", saw);
	if (trial.cluster != NULL) {
		if (trial.cluster->flavour != NULL &&
		    trial.cluster->flavour->debugger)
			fprintf(stderr, "\nThe test has failed: %s.\nExpected "
				"was: %s.\nInterrupt (Ctrl-C) to look at the "
				"peers, quit gdb to end.\n", saw, expected);
		look_describe(trial.cluster, seq, ask, &details);
		cluster_kill(trial.cluster, &ending);
		trial.cluster = NULL;
	}
	if (known != NULL)
		ending = *known;
	trial.crashed = ending.crashed;
	history_write(&trial.history, &details);
	if (ending.is_todo) { /* which says it all, whatever came of it */
		expected = TODO_EXPECTED;
		snprintf(text, sizeof(text), "%s", ending.words);
		lines_deinit(&details);
	}
	give(result, expected, text, &details,
	     ending.report != NULL ? ending.report : "");
	ending_deinit(&ending);
	lines_deinit(&details);
	leave("expected: %s; saw: %s", expected, text);
}

void trial_fail(int64_t seq, const char *expected, const char *fmt, ...)
{
	char saw[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(saw, sizeof(saw), fmt, args);
	va_end(args);
	end_badly(VERDICT_FAIL, seq, true, expected, saw, NULL);
}

void trial_fail_unasked(const char *expected, const char *fmt, ...)
{
	char saw[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(saw, sizeof(saw), fmt, args);
	va_end(args);
	end_badly(VERDICT_FAIL, NO_SEQ, false, expected, saw, NULL);
}

void trial_fail_ended(struct ending *ending, const char *doing)
{
	char saw[1024];

	snprintf(saw, sizeof(saw), "%s, during %s", ending->words, doing);
	end_badly(VERDICT_FAIL, NO_SEQ, false, "the program runs until the "
		  "test ends it", saw, ending);
}

void trial_fail_run(const char *expected, struct ending *ending)
{
	end_badly(VERDICT_FAIL, NO_SEQ, false, expected, ending->words,
		  ending);
}

void trial_error(const char *fmt, ...)
{
	char saw[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(saw, sizeof(saw), fmt, args);
	va_end(args);
	end_badly(VERDICT_GRADER_ERROR, NO_SEQ, false,
		  "the grader can do its work", saw, NULL);
}

static const char *setting(const char *name, const char *otherwise)
{
	const char *set = getenv(name);

	if (set != NULL && set[0] != '\0')
		return set;
	if (otherwise == NULL)
		trial_error("the environment variable %s is not set", name);
	return otherwise;
}

/* The number in the environment variable NAME, or in OTHERWISE. */
static uint64_t read_number(const char *name, const char *otherwise)
{
	const char *text = setting(name, otherwise);
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || text[0] == '-')
		trial_error("%s=%s is no number", name, text);
	return number;
}

static void read_settings(struct trial_settings *s)
{
	char now[32];

	/* Without a seed each run has another one; it is printed. */
	snprintf(now, sizeof(now), "%" PRId64, stopwatch_ms());
	s->seed = read_number("LAB_SEED", now);
	s->runs = read_number("LAB_RUNS", "1");
	s->host = setting("LAB_HOST", NULL);
	s->submission = setting("LAB_SUBMISSION", NULL);
	s->flavour = setting("LAB_FLAVOUR", "plain");
	s->world = setting("LAB_WORLD", "threads");
	s->dir = getenv("LAB_DIR");
	if (s->dir != NULL && s->dir[0] != '\0')
		return;
	trial.own_dir = sockdir_make();
	if (trial.own_dir == NULL)
		trial_error("cannot make a folder: %s", strerror(errno));
	s->dir = sockdir_path(trial.own_dir);
}

/* The orderly end of a cluster whose test body has nothing to complain of. */
static void end_well(void)
{
	struct lines none = { .n = 0 };
	struct ending ending = { .clean = true };

	if (trial.cluster != NULL) {
		trial_step("end: kill and free every peer");
		cluster_finish(trial.cluster, &ending);
		trial.cluster = NULL;
	}
	if (!ending.clean) {
		struct lines details = { .n = 0 };

		trial.crashed = ending.crashed;
		history_write(&trial.history, &details);
		give(VERDICT_FAIL,
		     !ending.by_itself ? "every thread ends soon after "
					 "paxos_kill() and paxos_free()" :
		     ending.is_todo ? TODO_EXPECTED :
		     ending.is_finding ? "no data race, leak or bad access" :
		     "an orderly end after paxos_kill() and paxos_free()",
		     !ending.by_itself ? "the test was passed, but threads "
					 "were still running" : ending.words,
		     &details, ending.report);
		lines_deinit(&details);
		ending_deinit(&ending);
		leave("the host did not end well");
	}
	/* Of a pass, what is found is advice. */
	give(VERDICT_PASS, "", "", &none,
	     ending.is_finding ? ending.report : "");
	ending_deinit(&ending);
}

/* Lets go of what the run before has left; returns what it has cost. */
static uint64_t end_run(void)
{
	uint64_t work = 0;

	if (trial.cluster != NULL) {
		struct cluster *c = trial.cluster;

		trial.cluster = NULL;
		work = cluster_end_run(c);
	}
	for (size_t k = 0; k < trial.nkept; k++)
		value_free(&trial.kept[k]);
	trial.nkept = 0;
	trial.history.n = 0;
	verdict_steps_anew();
	return work;
}

/*
 * Runs the body as often as was asked for, but not for more than that would
 * cost at RUN_WORK each; the last one is left for end_well().  The first run
 * has the test's seed itself, so that the seed of a failed run repeats it.
 */
static void run_many(void)
{
	const struct world *world = world_find(trial.settings.world);
	const uint64_t seed = trial.settings.seed;
	const uint64_t runs = world != NULL && world->simulated
				      ? trial.settings.runs : 1;
	uint64_t work = 0, i;

	for (i = 0; i == 0 || (i < runs && work / RUN_WORK < runs); i++) {
		if (i > 0) {
			work += end_run();
			trial.settings.seed =
				random_mix(seed, i) % RUN_SEED_END;
		}
		random_seed(&trial.random, trial.settings.seed);
		trial.test->body();
	}
	trial.settings.seed = seed;
}

void graded_run(const struct graded *test)
{
	char why[256] = "";

	/* Criterion has run us anew: shut out whoever shares our user. */
	prctl(PR_SET_DUMPABLE, 0);
	trial = (struct trial){ .test = test, .began_ms = stopwatch_ms() };
	if (!verdict_begin(why, sizeof(why))) {
		leave("%s", why);
	}
	read_settings(&trial.settings);
	run_many();
	end_well();
}
