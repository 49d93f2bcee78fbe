/*
 * main.c - grade: from the command line to the results.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "grader/grade/debug.h"
#include "grader/grade/files.h"
#include "grader/grade/keep.h"
#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"
#include "grader/grade/report.h"
#include "grader/grade/run.h"
#include "grader/grade/screen.h"
#include "grader/grade/supervise.h"
#include "grader/grade/text.h"
#include "labrpc/sockdir.h"

/* Old results must not be taken for those of a run that did not end. */
static void clear_results(const struct plan *plan,
			  const struct options *options)
{
	char *logs = text_format("%s/log", options->out);

	folder_claim(options->out);
	/* Those of another submission are not for this one's author. */
	if (options->test == NULL && !folder_remove(logs))
		machine_error("cannot remove all of %s", logs);
	folder_make(logs);
	if (!options->passes[0].flavour->advises)
		reports_clear(options);
	for (int i = 0; i < plan->n * PASSES_MAX; i++) {
		char *log = supervise_log_path(&plan->tests[i / PASSES_MAX],
					       options, i % PASSES_MAX);

		unlink(log);
		free(log);
	}
	free(logs);
}

static int run_tests(const struct plan *plan, const struct options *options,
		     const char *dir, struct outcome outcomes[])
{
	int jobs = run_jobs(options);

	/* Others of this user cannot trace grade, nor open what it holds. */
	prctl(PR_SET_DUMPABLE, 0);
	screen_begin(plan, options, jobs);
	return run_plan(plan, options, jobs, dir, outcomes);
}

static void fail_all(const struct plan *plan, struct outcome outcomes[])
{
	for (int i = 0; i < plan->n; i++) {
		outcomes[i].result = RESULT_CUT_SHORT;
		outcome_set(&outcomes[i].saw, "the submission did not build");
	}
}

static enum grade_exit judge_all(const struct plan *plan,
				 const struct options *options,
				 const struct outcome outcomes[])
{
	enum grade_exit result = EXIT_FULL;
	bool advises = options->passes[0].flavour->advises;

	for (int i = 0; i < plan->n; i++) {
		if (outcome_is_fault(&outcomes[i]))
			return EXIT_MACHINE;
		if (!outcome_is_good(&outcomes[i]) && !advises)
			result = EXIT_LOST;
	}
	return result;
}

/* Grades PLAN in DIR and writes the results; returns the exit status. */
static int grade(const struct plan *plan, const struct options *options,
		 const char *dir)
{
	struct outcome *outcomes = room_make((size_t)plan->n,
					     sizeof *outcomes);
	int64_t began_ms = clock_ms(), elapsed_ms;
	int signal_number = 0, status;

	for (int i = 0; i < plan->n; i++)
		outcome_init(&outcomes[i]);
	clear_results(plan, options);
	if (options->build_failed != NULL)
		fail_all(plan, outcomes);
	else
		signal_number = run_tests(plan, options, dir, outcomes);
	elapsed_ms = clock_ms() - began_ms;
	if (signal_number == 0) {
		if (!options->passes[0].flavour->advises)
			reports_write(plan, outcomes, options, elapsed_ms);
		screen_table(plan, outcomes, options);
		status = judge_all(plan, options, outcomes);
	} else {
		screen_clear();
		fprintf(stderr, "grade: stopped; there are no results\n");
		status = 128 + signal_number;
	}
	for (int i = 0; i < plan->n; i++)
		outcome_free(&outcomes[i]);
	free(outcomes);
	return status;
}

/*
 * A folder for the tests, with copies of all that they need; NULL where there
 * is nothing to run.
 */
static struct sockdir *prepare(struct options *options)
{
	struct sockdir *dir;

	if (options->list || options->build_failed != NULL)
		return NULL;
	dir = sockdir_make();
	if (dir == NULL)
		machine_error("cannot make a private folder: %s",
			      strerror(errno));
	keep_files(options, sockdir_path(dir));
	if (options->debug && options->lock_fd >= 0)
		close(options->lock_fd); /* a person takes time */
	return dir;
}

int main(int argc, char **argv)
{
	struct options options;
	struct plan plan;
	struct sockdir *dir;
	const char *where;
	int status = EXIT_FULL;

	options_parse(&options, argc, argv);
	screen_init();
	dir = prepare(&options);
	where = dir != NULL ? sockdir_path(dir) : NULL;
	plan_load(&plan, &options);
	plan_select(&plan, &options);
	if (options.debug)
		debug_test(&plan, &options, where);
	else if (options.list)
		plan_list(&plan, stdout);
	else
		status = grade(&plan, &options, where);
	plan_free(&plan);
	if (dir != NULL)
		sockdir_remove(dir);
	keep_free(&options);
	options_free(&options);
	return status;
}
