/*
 * options.h - what grade was asked to do.
 *
 * Threads: read once, at the start, then constant.
 *
 * Memory: the paths are freed by options_free(), other strings are main()'s.
 *
 * Errors: an option that is unknown, lacks its value or has a value that
 * makes no sense, and a file that is not there, are usage errors that name
 * it.
 */
#ifndef GRADER_GRADE_OPTIONS_H
#define GRADER_GRADE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/process/flavour.h"

#define SUITES_MAX 64 /* suite executables in one run */

/*
 * One way to run a test.  The first pass is run for every test.  If there are
 * others, each test that passed the first is run once more in them, and counts
 * only if it passes that, too.
 */
struct pass {
	const struct flavour *flavour;
	char *host;       /* absolute, as all paths but `out`; NULL: none */
	char *submission;
};
enum { PASS_FIRST, PASS_RACES, PASS_SIM, PASS_SIM_RACES, PASSES_MAX };

struct options {
	char *suites[SUITES_MAX];
	int nsuites;
	struct pass passes[PASSES_MAX];
	uint64_t runs;            /* of all tests together, simulated, ... */
	bool runs_given;          /* ... also if these are few tests */
	char *build_failed;       /* the compiler's words, or NULL */
	char *suppressions;       /* of Valgrind's false alarms, or NULL */
	struct kept *kept;        /* copies of all files (keep.h), or NULL */
	int lock_fd;              /* a lock that we were given, or -1 */
	const char *part;         /* only this part, or NULL */
	const char *test;         /* only what matches, or NULL */
	bool seed_given;
	uint64_t seed;            /* of every test, if seed_given */
	uint64_t seed_base;       /* else drawn from this */
	int jobs;                 /* tests at a time */
	int memory_mb;            /* of one test's processes, unscaled */
	int start_limit_s;        /* until a judge must have begun */
	const char *out;          /* where the results go */
	const char *log;          /* LAB_LOG of the host, or NULL */
	const char *replay_args;  /* for make, in the command of a replay; */
	const char *replay_paths; /* the same, on this terminal alone */
	bool list;                /* only show the plan */
	bool debug;               /* only run one test, for its debugger */
	bool without_races;       /* say that there is no such pass */
	bool without_sim;
};

/* Tells whether there is a pass number PASS beside the first. */
static inline bool options_have(const struct options *options, int pass)
{
	return options->passes[pass].host != NULL;
}

/* Reads the command line; prints help and ends the process for --help. */
void options_parse(struct options *options, int argc, char **argv);

void options_free(struct options *options);

#endif
