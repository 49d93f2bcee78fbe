/*
 * main.c - the judge's command line.
 *
 *     judge --plan             the tests, one JSON object per line
 *     judge --run=suite/name   runs one of them under Criterion
 *
 * Criterion runs this executable once more for the test itself; that second
 * process never gets here.
 *
 * No locks: one thread.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <criterion/logging.h>
#include <criterion/options.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "grader/judge/plan.h"

/* Criterion says that a test has crashed, not by what. */
ReportHook(TEST_CRASH)(struct criterion_test_stats *stats)
{
	fprintf(stderr, "judge: the process of the test was killed by signal "
		"%d (%s)\n", stats->signal, strsignal(stats->signal));
}

static int usage(void)
{
	fprintf(stderr, "usage: judge --plan | --run=suite/name\n");
	return 2;
}

static int run(const char *name)
{
	/* How the test went is told elsewhere. */
	static struct criterion_logger quiet;
	struct criterion_test_set *tests;
	bool ok;

	if (plan_find(name) == NULL) {
		fprintf(stderr, "judge: there is no test %s\n", name);
		return 2;
	}
	tests = criterion_initialize();
	criterion_options.pattern = name;
	criterion_options.jobs = 1;
	quiet = *criterion_options.logger;
	quiet.log_test_crash = NULL;
	quiet.log_abnormal_exit = NULL;
	quiet.log_post_test = NULL;
	quiet.log_post_all = NULL;
	criterion_options.logger = &quiet;
	ok = criterion_run_all_tests(tests);
	criterion_finalize(tests);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	/* The environment holds the channel's token: it is nobody else's. */
	prctl(PR_SET_DUMPABLE, 0);
	if (argc != 2)
		return usage();
	if (strcmp(argv[1], "--plan") == 0)
		return plan_print(stdout) && fflush(stdout) == 0 ? 0 : 1;
	if (strncmp(argv[1], "--run=", strlen("--run=")) == 0)
		return run(argv[1] + strlen("--run="));
	return usage();
}
