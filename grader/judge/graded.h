/*
 * graded.h - a test with its points.
 *
 *     GRADED(partition, minority_decides_nothing, .part = "A", .points = 3,
 *            .needs = "basic/one_proposer",
 *            .about = "Peers cut off from a majority decide nothing")
 *     {
 *             struct cluster *c = cluster_up(5);
 *             ...
 *     }
 *
 * is the Criterion test partition/minority_decides_nothing, and a line of
 * `judge --plan`, from which the grader knows all tests before it runs one.
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: what is missing
 * in a test (points, part, about) is named by `judge --plan`.
 */
#ifndef GRADER_JUDGE_GRADED_H
#define GRADER_JUDGE_GRADED_H

#include <criterion/criterion.h>

/* What can stand for the network and the machines under a test. */
enum worlds {
	WORLD_THREADS = 1, /* real sockets and time */
	WORLD_SIM = 2,     /* virtual time, many seeds */
};

struct graded {
	int points;
	const char *part;  /* "A" */
	const char *about; /* one line for the table of results */
	const char *needs; /* "suite/name" without which it scores nothing */
	const char *visibility; /* as Gradescope has it; NULL: "visible" */
	int todo;          /* the last TODO that it needs; 0: not known */
	int limit_s;       /* the longest that it may take; 0: LIMIT_S */
	unsigned worlds;   /* in which it makes sense; 0: in all */
	unsigned steps;    /* of a simulated run; 0: at most RUN_STEPS */
	bool scripted;     /* chance can do little in it: few runs will do */
	bool raceless;     /* it measures, or is large: no search for races */

	/* Filled in by GRADED. */
	const char *suite, *name, *file;
	int line;
	void (*body)(void);
};

/* Steps of an ordinary simulated run. */
#define RUN_STEPS 2000

/* Seconds that a test may take in the flavour plain; others take longer. */
#define LIMIT_S 60

/* Runs the body of TEST under Criterion and sends the verdict. */
void graded_run(const struct graded *test);

/*
 * Who uses Criterion's assertions in a test has made a mistake, as said in
 * judge.h; so has who ends a test by Criterion's other ways.
 */
_Noreturn void graded_misused(const char *file, int line);
#define criterion_abort_test() graded_misused(__FILE__, __LINE__)
#define criterion_continue_test() graded_misused(__FILE__, __LINE__)
#define criterion_skip_test(...) graded_misused(__FILE__, __LINE__)
#define criterion_test_die(...) graded_misused(__FILE__, __LINE__)

#define GRADED(suite_, name_, ...)                                            \
	static void suite_##_##name_##_body(void);                            \
	static const struct graded suite_##_##name_##_graded = {              \
		.suite = #suite_,                                             \
		.name = #name_,                                               \
		.file = __FILE__,                                             \
		.line = __LINE__,                                             \
		.body = suite_##_##name_##_body,                              \
		__VA_ARGS__                                                   \
	};                                                                    \
	__attribute__((used, section("graded"))) static const struct graded   \
		*suite_##_##name_##_entry = &suite_##_##name_##_graded;       \
	Test(suite_, name_)                                                   \
	{                                                                     \
		graded_run(&suite_##_##name_##_graded);                       \
	}                                                                     \
	static void suite_##_##name_##_body(void)

#endif
