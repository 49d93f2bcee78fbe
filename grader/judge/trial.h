/*
 * trial.h - the one test that this process runs: its seed, its steps, its
 * cluster, and its end.
 *
 * The judge's own; suites use judge.h.
 *
 * Threads: one.
 *
 * Memory: trial_keep() takes values that are to live as long as the test.
 *
 * Errors: trial_fail() and trial_error() end the test and do not return.
 */
#ifndef GRADER_JUDGE_TRIAL_H
#define GRADER_JUDGE_TRIAL_H

#include <stdint.h>

#include "grader/judge/graded.h"
#include "grader/judge/verdict.h"
#include "labrpc/random.h"
#include "labrpc/value.h"

struct cluster;

/* What grade, or a person, has asked for in the environment. */
struct trial_settings {
	const char *host, *submission, *dir, *flavour, *world;
	uint64_t seed; /* of the first run */
	uint64_t runs; /* how often the body is run, with other seeds */
};
const struct trial_settings *trial_settings(void);
void settings_read(struct trial_settings *settings);

const struct graded *trial_test(void);

/* The test's chance, for what the body draws. */
struct random *trial_random(void);

/* Takes note of a step of the test, for the report. */
void trial_step(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Adds to a trace, if one is made of this run, what the test has seen. */
void trial_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* C is now the cluster of the test; there can be one. */
void trial_attach(struct cluster *c);

/* Returns V, which is freed at the end of the run, as all that were kept. */
struct value trial_keep(struct value v);
void trial_drop_kept(void);

/* No instance in particular. */
#define NO_SEQ INT64_MIN

/*
 * Ends the test as failed: EXPECTED, and FMT for what was seen instead.  The
 * report shows what every peer holds of instance SEQ.
 */
_Noreturn void trial_fail(int64_t seq, const char *expected, const char *fmt,
			  ...) __attribute__((format(printf, 3, 4)));

/* The same over BROKEN, a rule that holds whatever a test does (omit.h). */
struct complaint;
_Noreturn void trial_fail_rule(int64_t seq, const struct complaint *broken);

/* The same for a host that did not do its part; the cluster is not asked. */
_Noreturn void trial_fail_unasked(const char *expected, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for a host that ended, as in ENDING, in the middle of DOING. */
struct ending;
_Noreturn void trial_fail_ended(struct ending *ending, const char *doing);

/* The same for a run of the simulation that ended as in ENDING. */
_Noreturn void trial_fail_run(const char *expected, struct ending *ending);

/* Ends the test as the grader's or the machine's fault. */
_Noreturn void trial_error(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Why a test ends: what the functions above make of it. */
struct cause {
	enum verdict_result result;
	int64_t seq;          /* the instance that it is about, or NO_SEQ */
	bool ask;             /* the peers can be asked what they hold of it */
	bool rule;            /* what was broken holds whatever a test does */
	const char *expected, *saw;
	struct ending *known; /* how the host has ended, or NULL */
};
_Noreturn void trial_end(const struct cause *cause);

#endif
