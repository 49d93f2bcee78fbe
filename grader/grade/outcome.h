/*
 * outcome.h - how one test came out.
 *
 * A test's supervisor (supervise.h) is a process of its own, so an outcome
 * also has a form in which it travels to grade: one JSON object.
 *
 * Threads: none.
 *
 * Memory: outcome_free() frees every string and the trace.  All strings are
 * clean (text.h) and none is NULL once outcome_init() was called.
 *
 * Errors: outcome_decode() tells whether it was given an outcome.
 */
#ifndef GRADER_GRADE_OUTCOME_H
#define GRADER_GRADE_OUTCOME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/grade/options.h"

enum result {
	RESULT_NONE,        /* not yet run */
	RESULT_PASS,
	RESULT_FAIL,        /* so says the judge */
	RESULT_CUT_SHORT,   /* no verdict that counts: crash, limit, forgery */
	RESULT_SKIPPED,     /* what it needs did not pass */
	RESULT_NOT_BEGUN,   /* the judge never began: to be run again */
	RESULT_GRADER_ERROR /* the grader or the machine failed */
};

#define DETAILS_MAX 512

struct outcome {
	enum result result;
	char *expected;  /* what should have been, may be empty */
	char *saw;       /* what was; for a test cut short, the reason */
	char *details[DETAILS_MAX]; /* what each peer held, and the like */
	int ndetails;
	char *report;    /* the first report of a sanitizer, or of Valgrind */
	char *lint;      /* what a simulated pass warns of, or empty */
	bool crashed;    /* of a crash, and nothing says where */
	char *story;     /* of a simulated run: what happened, line by line */
	json_t *trace;   /* the same whole, or NULL: see trace.h */
	char *output;    /* what the judge printed: its first and last bytes */
	char *confined;  /* what confined the submission, in words, or empty */
	char *log;       /* the file that holds everything, or empty */
	char *trace_log; /* the file that holds the trace, or empty */
	int64_t elapsed_ms;
	int runs;        /* more than 1 if the judge did not begin at first */
	/* Of the passes after the first (options.h). */
	struct {
		enum result result;   /* RESULT_NONE: there was none */
		int64_t elapsed_ms;
	} again[PASSES_MAX];
	uint64_t seed;   /* of the run that the words above are about, ... */
	bool has_seed;   /* ... if the judge has said it */
	int pass;        /* index of the pass that the words above are about */
};

void outcome_init(struct outcome *outcome);
void outcome_free(struct outcome *outcome);

/* Replaces the string at FIELD by one made as by printf. */
void outcome_set(char **field, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Reads the verdict-like part of OBJECT (expected, saw, details, report) into
 * OUTCOME; what is missing stays empty. */
void outcome_read(struct outcome *outcome, const json_t *object);

/* OUTCOME as one JSON text, to be freed; and back. */
char *outcome_encode(const struct outcome *outcome);
bool outcome_decode(struct outcome *outcome, const char *text, size_t len);

/* Says of OUTCOME that it came out when TEST was run in pass number PASS; of a
 * failure in another one than the test's first, also in words. */
struct test;
void outcome_of_pass(struct outcome *outcome, const struct options *options,
		     const struct test *test, int pass);

/* Tells whether TEST passed where it was run first: what a later pass finds is
 * held against it, not against what needs it. */
bool outcome_passed_first(const struct outcome *outcome,
			  const struct options *options,
			  const struct test *test);

/* What a simulated run that has passed reports is but a warning. */
void outcome_take_lint(struct outcome *outcome, const struct options *options);

/* OUTCOME is of the first pass that its test is run in. */
void outcome_begin(struct outcome *outcome);

/*
 * Takes into OUTCOME, a pass, what came of another pass, AGAIN->pass: what
 * fails there has failed; what could not be run there keeps its points, and is
 * a fault.  AGAIN is used up.
 */
void outcome_take_again(struct outcome *outcome, struct outcome *again);

/* What all passes took together. */
int64_t outcome_ms(const struct outcome *outcome);

/* Through no fault of the submission something could not be found out. */
bool outcome_is_fault(const struct outcome *outcome);

/* Passed, and no pass was left out through a fault. */
bool outcome_is_good(const struct outcome *outcome);

/* Has failed, by its own fault. */
bool outcome_is_failure(const struct outcome *outcome);

/* Passed, and a checker that takes no points has something to say. */
bool outcome_is_advice(const struct outcome *outcome);

#endif
