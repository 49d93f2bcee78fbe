/*
 * options.c - the command line: one table, from which it is read.
 *
 * Every option is --name=value, so that a value can never be taken for
 * another option and an empty one is seen for what it is.
 */
#define _XOPEN_SOURCE 700 /* realpath() */

#include "grader/grade/options.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/grade/text.h"

#define DEFAULT_SEED_BASE 6824
#define DEFAULT_RUNS 2000
#define RUNS_TOTAL_MAX 1000000000
#define DEFAULT_MEMORY_MB 1024
#define DEFAULT_START_LIMIT_S 60
#define DEFAULT_JOBS_MAX 4
#define JOBS_MAX 256

static const char help[] =
"grade - runs the tests of the Paxos lab against a submission\n"
"\n"
"  grade --suite=BIN... --host=BIN --submission=FILE.so [option...]\n"
"  grade --suite=BIN... --build-failed=LOG [option...]\n"
"  grade --suite=BIN... --list\n"
"\n"
"What to grade:\n"
"  --suite=BIN          a judge: an executable made of a folder of tests;\n"
"                       may be given up to 64 times\n"
"  --host=BIN           the program that runs the submission\n"
"  --submission=FILE    the submission, built as a shared object\n"
"  --flavour=NAME       how the host is built or run: plain, sim,\n"
"                       sim-race, thread, address, coverage, debug,\n"
"                       debug-sim, debug-sim-race, memcheck, helgrind or drd\n"
"                       (default plain); the last two give advice, no points\n"
"  --race-host=BIN      a host and a submission built with ThreadSanitizer:\n"
"  --race-submission=FILE\n"
"                       each test that passed is run once more with these,\n"
"                       and keeps its points only if it passes again\n"
"  --without-races      say in the total that no race was looked for\n"
"  --sim-host=BIN       a host and a submission for the simulated world:\n"
"  --sim-submission=FILE\n"
"                       each test that passed so far is run many times in it\n"
"  --seeds=N            how often, all tests together: what costs less is\n"
"                       run oftener (2000, but each at most ten times as\n"
"                       often as in a grade of all tests)\n"
"  --sim-race-host=BIN  a tenth as often, with a look at each memory access\n"
"  --sim-race-submission=FILE\n"
"  --without-sim        say in the total that nothing was simulated\n"
"  --build-failed=LOG   the submission did not build, LOG says why: every\n"
"                       test scores zero\n"
"\n"
"Which tests:\n"
"  --part=PART          only the tests of this part\n"
"  --test=PATTERN       only the tests whose suite/name matches, such as\n"
"                       'acceptor/*'; a suite's name stands for all of it\n"
"  --list               show the plan and end\n"
"  --debug              run the one test that --test names as it is, without\n"
"                       limits or a grade: the flavour `debug` runs its host\n"
"                       under gdb, on the terminal\n"
"\n"
"How:\n"
"  --seed=N             the seed of every test (to see a failure again)\n"
"  --seed-base=N        what the tests' own seeds are drawn from (6824)\n"
"  --jobs=N             tests at a time (default: as many as processors, at\n"
"                       most 4; always fewer where memory is short)\n"
"  --suppressions=FILE  what Valgrind is not to report\n"
"  --memory=MB          what the processes of one test may hold together\n"
"                       (1024; under a sanitizer or Valgrind 4 times that)\n"
"  --start-limit=S      how long a judge may take to begin (60)\n"
"  --log=LEVEL          log what peers do: error, info or debug\n"
"\n"
"Results:\n"
"  --out=DIR            where results.json (Gradescope), junit.xml,\n"
"                       results.tap and log/SUITE.NAME.log go (build/grade)\n"
"  --replay-args=ARGS   added to the make commands that replay a test\n"
"  --replay-paths=ARGS  the same of what only whoever grades has: added on a\n"
"                       terminal, but in no file, which students may see;\n"
"                       what is printed to one begins with ARGS\n"
"  --lock=FD            a descriptor open on a lock: kept from all others,\n"
"                       and closed at the end or when a debugger starts\n"
"\n"
"Exit status: 0 full score, 1 points lost, 2 wrong use, 3 the grader or the\n"
"machine failed.  Colours are off where NO_COLOR is set.\n";

enum option {
	OPT_SUITE, OPT_HOST, OPT_SUBMISSION, OPT_FLAVOUR, OPT_RACE_HOST,
	OPT_RACE_SUBMISSION, OPT_SIM_HOST, OPT_SIM_SUBMISSION,
	OPT_SIM_RACE_HOST, OPT_SIM_RACE_SUBMISSION, OPT_SEEDS,
	OPT_BUILD_FAILED, OPT_PART, OPT_TEST, OPT_SEED,
	OPT_SEED_BASE, OPT_JOBS, OPT_MEMORY, OPT_START_LIMIT, OPT_LOG,
	OPT_OUT, OPT_SUPPRESSIONS, OPT_REPLAY_ARGS, OPT_REPLAY_PATHS,
	OPT_LOCK,
	NOPTIONS,
};

static const char *const names[NOPTIONS] = {
	[OPT_SUITE] = "suite", [OPT_HOST] = "host",
	[OPT_SUBMISSION] = "submission", [OPT_FLAVOUR] = "flavour",
	[OPT_RACE_HOST] = "race-host",
	[OPT_RACE_SUBMISSION] = "race-submission",
	[OPT_SIM_HOST] = "sim-host", [OPT_SIM_SUBMISSION] = "sim-submission",
	[OPT_SIM_RACE_HOST] = "sim-race-host",
	[OPT_SIM_RACE_SUBMISSION] = "sim-race-submission",
	[OPT_SEEDS] = "seeds",
	[OPT_BUILD_FAILED] = "build-failed", [OPT_PART] = "part",
	[OPT_TEST] = "test", [OPT_SEED] = "seed",
	[OPT_SEED_BASE] = "seed-base", [OPT_JOBS] = "jobs",
	[OPT_MEMORY] = "memory", [OPT_START_LIMIT] = "start-limit",
	[OPT_LOG] = "log", [OPT_OUT] = "out",
	[OPT_SUPPRESSIONS] = "suppressions",
	[OPT_REPLAY_ARGS] = "replay-args",
	[OPT_REPLAY_PATHS] = "replay-paths", [OPT_LOCK] = "lock",
};

static uint64_t number(enum option option, const char *value, uint64_t least,
		       uint64_t most)
{
	uint64_t n;

	if (!text_number(value, &n))
		usage_error("--%s=%s: not a number that fits in 64 bits",
			    names[option], value);
	if (n < least || n > most)
		usage_error("--%s=%s: must be %ju to %ju", names[option],
			    value, (uintmax_t)least, (uintmax_t)most);
	return n;
}

/* The absolute path of a file that must be there and allow ACCESS_MODE. */
static char *file(enum option option, const char *value, int access_mode)
{
	char *path = realpath(value, NULL);

	if (path == NULL)
		usage_error("--%s=%s: there is no such file", names[option],
			    value);
	if (access(path, access_mode) != 0)
		usage_error("--%s=%s: the file cannot be %s", names[option],
			    value,
			    access_mode == X_OK ? "executed" : "read");
	return path;
}

/* A descriptor that we were given; no program of ours gets it. */
static int descriptor(enum option option, const char *value)
{
	int fd = (int)number(option, value, 3, INT_MAX);

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		usage_error("--%s=%s: no such descriptor is open",
			    names[option], value);
	return fd;
}

static const struct flavour *flavour(const char *value)
{
	const struct flavour *found = flavour_find(value);
	char known[FLAVOUR_NAMES_BYTES];

	if (found == NULL)
		usage_error("--flavour=%s: unknown; there are %s", value,
			    flavour_names(known));
	return found;
}

/* Checks VALUE, the log level that WHO asks for. */
static const char *log_level(const char *who, const char *value)
{
	static const char *const levels[] = {
		"off", "error", "info", "debug",
	};

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		if (strcmp(levels[i], value) == 0)
			return levels[i];
	usage_error("%s=%s: unknown; there are off, error, info and debug",
		    who, value);
}

/* Replaces the path in FIELD. */
static void set_file(char **field, enum option option, const char *value,
		     int access_mode)
{
	free(*field);
	*field = file(option, value, access_mode);
}

static void add_suite(struct options *o, const char *value)
{
	if (o->nsuites == SUITES_MAX)
		usage_error("--suite=%s: more than %d suites", value,
			    SUITES_MAX);
	o->suites[o->nsuites++] = file(OPT_SUITE, value, X_OK);
}

static void set(struct options *o, enum option option, const char *value)
{
	struct pass *first = &o->passes[PASS_FIRST];
	struct pass *races = &o->passes[PASS_RACES];
	struct pass *sim = &o->passes[PASS_SIM];
	struct pass *sim_races = &o->passes[PASS_SIM_RACES];

	switch (option) {
	case OPT_SUITE: add_suite(o, value); break;
	case OPT_HOST: set_file(&first->host, option, value, X_OK); break;
	case OPT_SUBMISSION:
		set_file(&first->submission, option, value, R_OK);
		break;
	case OPT_FLAVOUR: first->flavour = flavour(value); break;
	case OPT_RACE_HOST:
		set_file(&races->host, option, value, X_OK);
		break;
	case OPT_RACE_SUBMISSION:
		set_file(&races->submission, option, value, R_OK);
		break;
	case OPT_SIM_HOST: set_file(&sim->host, option, value, X_OK); break;
	case OPT_SIM_SUBMISSION:
		set_file(&sim->submission, option, value, R_OK);
		break;
	case OPT_SIM_RACE_HOST:
		set_file(&sim_races->host, option, value, X_OK);
		break;
	case OPT_SIM_RACE_SUBMISSION:
		set_file(&sim_races->submission, option, value, R_OK);
		break;
	case OPT_SEEDS:
		o->runs = number(option, value, 1, RUNS_TOTAL_MAX);
		o->runs_given = true;
		break;
	case OPT_BUILD_FAILED:
		set_file(&o->build_failed, option, value, R_OK);
		break;
	case OPT_SUPPRESSIONS:
		set_file(&o->suppressions, option, value, R_OK);
		break;
	case OPT_PART: o->part = value; break;
	case OPT_TEST: o->test = value; break;
	case OPT_SEED:
		o->seed = number(option, value, 0, UINT64_MAX);
		o->seed_given = true;
		break;
	case OPT_SEED_BASE:
		o->seed_base = number(option, value, 0, UINT64_MAX);
		break;
	case OPT_JOBS:
		o->jobs = (int)number(option, value, 1, JOBS_MAX);
		break;
	case OPT_MEMORY:
		o->memory_mb = (int)number(option, value, 16, 1 << 20);
		break;
	case OPT_START_LIMIT:
		o->start_limit_s = (int)number(option, value, 1, 3600);
		break;
	case OPT_LOG: o->log = log_level("--log", value); break;
	case OPT_OUT: o->out = value; break;
	case OPT_REPLAY_ARGS: o->replay_args = value; break;
	case OPT_REPLAY_PATHS: o->replay_paths = value; break;
	case OPT_LOCK: o->lock_fd = descriptor(option, value); break;
	case NOPTIONS: break;
	}
}

static void parse_one(struct options *o, const char *arg)
{
	const char *equals = strchr(arg, '=');
	size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);

	if (strcmp(arg, "--help") == 0) {
		fputs(help, stdout);
		exit(EXIT_FULL);
	}
	if (strcmp(arg, "--without-races") == 0) {
		o->without_races = true;
		return;
	}
	if (strcmp(arg, "--without-sim") == 0) {
		o->without_sim = true;
		return;
	}
	if (strcmp(arg, "--list") == 0) {
		o->list = true;
		return;
	}
	if (strcmp(arg, "--debug") == 0) {
		o->debug = true;
		return;
	}
	for (int i = 0; i < NOPTIONS && strncmp(arg, "--", 2) == 0; i++) {
		if (len - 2 != strlen(names[i]) ||
		    strncmp(arg + 2, names[i], len - 2) != 0)
			continue;
		if (equals == NULL ||
		    (equals[1] == '\0' && i != OPT_REPLAY_ARGS &&
		     i != OPT_REPLAY_PATHS))
			usage_error("--%s needs a value: --%s=...", names[i],
				    names[i]);
		set(o, (enum option)i, equals + 1);
		return;
	}
	usage_error("unknown option: %s (grade --help lists them)", arg);
}

static int default_jobs(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return processors < 1 ? 1
	     : processors > DEFAULT_JOBS_MAX ? DEFAULT_JOBS_MAX
	     : (int)processors;
}

/* What the options of each further pass begin with. */
static const char *const prefixes[PASSES_MAX] = {
	[PASS_RACES] = "race", [PASS_SIM] = "sim",
	[PASS_SIM_RACES] = "sim-race",
};

static void check(struct options *o)
{
	const struct pass *first = &o->passes[PASS_FIRST];
	const char *log = getenv("LAB_LOG");

	if (log != NULL && log[0] != '\0')
		log_level("LAB_LOG", log);
	if (o->nsuites == 0)
		usage_error("which tests?  --suite=BIN is missing");
	if (o->list || o->build_failed != NULL)
		return;
	if (first->host == NULL)
		usage_error("--host=BIN is missing");
	if (first->submission == NULL)
		usage_error("what to grade?  --submission=FILE.so or "
			    "--build-failed=LOG is missing");
	for (int pass = PASS_RACES; pass < PASSES_MAX; pass++)
		if ((o->passes[pass].host == NULL) !=
		    (o->passes[pass].submission == NULL))
			usage_error("--%s-host=BIN and "
				    "--%s-submission=FILE.so belong together",
				    prefixes[pass], prefixes[pass]);
}

void options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options){
		.passes = { { .flavour = flavour("plain") },
			    { .flavour = flavour("thread") },
			    { .flavour = flavour("sim") },
			    { .flavour = flavour("sim-race") } },
		.runs = DEFAULT_RUNS,
		.seed_base = DEFAULT_SEED_BASE,
		.jobs = default_jobs(),
		.memory_mb = DEFAULT_MEMORY_MB,
		.start_limit_s = DEFAULT_START_LIMIT_S,
		.out = "build/grade",
		.replay_args = "",
		.replay_paths = "",
		.lock_fd = -1,
	};
	for (int i = 1; i < argc; i++)
		parse_one(options, argv[i]);
	check(options);
}

void options_free(struct options *options)
{
	for (int i = 0; i < options->nsuites; i++)
		free(options->suites[i]);
	for (int i = 0; i < PASSES_MAX; i++) {
		free(options->passes[i].host);
		free(options->passes[i].submission);
	}
	free(options->build_failed);
	free(options->suppressions);
}
