/*
 * plan.c - asks the suites what tests they hold, and believes nothing that
 * was not checked: names become file names and patterns, points a grade.
 */
#include "grader/grade/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/grade/text.h"

#define PLAN_BYTES_MAX (4 << 20)
#define PLAN_TIME_MS 60000
#define TESTS_MAX 400 /* so that results.json has room for each */
#define NAME_MAX_CHARS 64
#define ABOUT_MAX_CHARS 400
#define POINTS_MAX 1000.0
#define LIMIT_MAX_S 3600

static _Noreturn void run_plan(const char *judge, int to)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(to, STDOUT_FILENO);
	setpgid(0, 0);
	execl(judge, judge, "--plan", (char *)NULL);
	_exit(127);
}

/* Reads FROM to its end; NULL if that takes too long or is too much. */
static char *read_all(int from)
{
	char *text = room_make(PLAN_BYTES_MAX + 1, 1);
	int64_t deadline = clock_ms() + PLAN_TIME_MS, left;
	size_t used = 0;

	while (used < PLAN_BYTES_MAX && (left = deadline - clock_ms()) > 0) {
		struct pollfd fd = { .fd = from, .events = POLLIN };
		ssize_t n;

		if (poll(&fd, 1, (int)left) <= 0)
			continue;
		n = read(from, text + used, PLAN_BYTES_MAX - used);
		if (n == 0)
			return text;
		if (n > 0)
			used += (size_t)n;
	}
	free(text);
	return NULL;
}

/* What JUDGE --plan prints. */
static char *ask(const char *judge)
{
	int ends[2], status = 0;
	char *text;
	pid_t pid;

	if (pipe(ends) != 0)
		machine_error("cannot make a pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid < 0)
		machine_error("cannot start %s: %s", judge, strerror(errno));
	if (pid == 0)
		run_plan(judge, ends[1]);
	close(ends[1]);
	text = read_all(ends[0]);
	close(ends[0]);
	if (text == NULL && kill(-pid, SIGKILL) != 0)
		kill(pid, SIGKILL); /* not yet in a group of its own */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (text == NULL)
		machine_error("%s --plan: too long, or no end of it within "
			      "%d s", judge, PLAN_TIME_MS / 1000);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		machine_error("%s --plan failed (%s %d)", judge,
			      WIFEXITED(status) ? "exit status" : "signal",
			      WIFEXITED(status) ? WEXITSTATUS(status)
						: WTERMSIG(status));
	return text;
}

/* The string KEY of LINE, clean; "" if it is missing and not REQUIRED. */
static char *string(const json_t *line, const char *key, bool required,
		    const char *judge, int number)
{
	const char *s = json_string_value(json_object_get(line, key));

	if (s == NULL && required)
		machine_error("%s --plan, line %d: \"%s\" is missing or not a "
			      "string", judge, number, key);
	return text_clean(s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

static int integer(const json_t *line, const char *key, int least, int most,
		   const struct test *test)
{
	const json_t *value = json_object_get(line, key);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value))
		machine_error("the plan of %s: \"%s\" must be a whole number",
			      test->full, key);
	if (n < least || n > most)
		machine_error("the plan of %s: %s = %" JSON_INTEGER_FORMAT
			      ", but it must be %d to %d", test->full, key, n,
			      least, most);
	return (int)n;
}

static double points(const json_t *line, const struct test *test)
{
	const json_t *value = json_object_get(line, "points");
	double n = json_number_value(value);

	if (!json_is_number(value))
		machine_error("the plan of %s: \"points\" must be a number",
			      test->full);
	if (!(n >= 0.25 && n <= POINTS_MAX) ||
	    n * 4 != (double)(int)(n * 4))
		machine_error("the plan of %s: points = %g, but it must be a "
			      "multiple of 0.25, at most %g", test->full, n,
			      POINTS_MAX);
	return n;
}

static void check_name(const char *what, const char *name, const char *judge,
		       int number)
{
	size_t ok = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	if (name[0] == '\0' || name[ok] != '\0' ||
	    strlen(name) > NAME_MAX_CHARS)
		machine_error("%s --plan, line %d: the %s's name is \"%s\", "
			      "which must be 1 to %d letters, digits, _ and -",
			      judge, number, what, name, NAME_MAX_CHARS);
}

static void check_visibility(struct test *test)
{
	static const char *const known[] = {
		"visible", "hidden", "after_due_date", "after_published",
	};

	if (test->visibility[0] == '\0') {
		free(test->visibility);
		test->visibility = text_copy("visible");
	}
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(test->visibility, known[i]) == 0)
			return;
	machine_error("the plan of %s: visibility \"%s\" is unknown",
		      test->full, test->visibility);
}

static struct test parse_test(const char *judge, const char *text, int number)
{
	struct test test = { .judge = judge, .need = -1 };
	json_error_t error;
	json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(line))
		machine_error("%s --plan, line %d is not a JSON object: %s",
			      judge, number, line ? text : error.text);
	test.part = string(line, "part", true, judge, number);
	test.suite = string(line, "suite", true, judge, number);
	test.name = string(line, "name", true, judge, number);
	test.about = string(line, "about", true, judge, number);
	test.needs = string(line, "needs", false, judge, number);
	test.file = string(line, "file", false, judge, number);
	test.visibility = string(line, "visibility", false, judge, number);
	check_name("part", test.part, judge, number);
	check_name("suite", test.suite, judge, number);
	check_name("test", test.name, judge, number);
	test.full = text_format("%s/%s", test.suite, test.name);
	test.points = points(line, &test);
	test.limit_s = integer(line, "limit_s", 1, LIMIT_MAX_S, &test);
	test.line = json_object_get(line, "line") == NULL ? 0
		  : integer(line, "line", 0, 1 << 30, &test);
	test.todo = json_object_get(line, "todo") == NULL ? 0
		  : integer(line, "todo", 0, 1000, &test);
	test.raceless = json_is_true(json_object_get(line, "raceless"));
	test.threads = !json_is_false(json_object_get(line, "threads"));
	test.simulated = json_is_true(json_object_get(line, "simulated"));
	test.steps = json_object_get(line, "steps") == NULL ? 1
		   : (uint64_t)integer(line, "steps", 1, 1 << 30, &test);
	test.scripted = json_is_true(json_object_get(line, "scripted"));
	if (strlen(test.about) > ABOUT_MAX_CHARS)
		machine_error("the plan of %s: \"about\" is longer than %d "
			      "bytes", test.full, ABOUT_MAX_CHARS);
	check_visibility(&test);
	json_decref(line);
	return test;
}

bool test_takes(const struct test *test, int pass,
		const struct options *options)
{
	const struct flavour *flavour = options->passes[pass].flavour;

	return (flavour->simulated ? test->simulated : test->threads) &&
	       !(flavour->finds_races && test->raceless);
}

uint64_t test_runs(const struct test *test, int pass)
{
	/* A look at each access costs, and a race needs few runs to show. */
	return pass == PASS_SIM_RACES ? (test->runs - 1) / 10 + 1
				      : test->runs;
}

int pass_after(int pass, const struct test *test,
	       const struct options *options)
{
	do {
		pass++;
	} while (pass < PASSES_MAX &&
		 !(options_have(options, pass) &&
		   test_takes(test, pass, options)));
	return pass;
}

int pass_begin(const struct test *test, const struct options *options)
{
	return pass_after(PASS_FIRST - 1, test, options);
}

static void add(struct plan *plan, const struct test *test)
{
	for (int i = 0; i < plan->n; i++) {
		const struct test *other = &plan->tests[i];

		if (strcmp(other->full, test->full) == 0)
			machine_error("two tests are named %s: one in %s, one "
				      "in %s", test->full, other->judge,
				      test->judge);
	}
	if (plan->n == TESTS_MAX)
		machine_error("more than %d tests", TESTS_MAX);
	plan->tests = room_grow(plan->tests, (size_t)plan->n + 1,
				sizeof *plan->tests);
	plan->tests[plan->n++] = *test;
}

void plan_load(struct plan *plan, const struct options *options)
{
	*plan = (struct plan){ .tests = NULL, .n = 0 };
	for (int i = 0; i < options->nsuites; i++) {
		const char *judge = options->suites[i];
		char *text = ask(judge), *next = text;
		int before = plan->n;

		for (int number = 1; next != NULL; number++) {
			char *line = next;

			next = strchr(line, '\n');
			if (next != NULL)
				*next++ = '\0';
			if (line[0] != '\0') {
				struct test test =
					parse_test(judge, line, number);

				add(plan, &test);
			}
		}
		if (plan->n == before)
			machine_error("%s --plan names no test", judge);
		free(text);
	}
	if (!options->runs_given)
		plan_bound_runs(plan, options->runs);
}

void plan_list(const struct plan *plan, FILE *to)
{
	double points_all = 0;

	for (int i = 0; i < plan->n; i++) {
		const struct test *test = &plan->tests[i];
		const struct layout about = { .indent = 12, .width = 79 };

		fprintf(to, "%-4s %4g %s  %s\n", test->part, test->points,
			test->points == 1 ? "point " : "points", test->full);
		text_print(to, &about, test->about);
		if (test->needs[0] != '\0')
			fprintf(to, "%12sneeds %s\n", "", test->needs);
		points_all += test->points;
	}
	fprintf(to, "%d tests, %g points\n", plan->n, points_all);
}

void plan_free(struct plan *plan)
{
	for (int i = 0; i < plan->n; i++) {
		struct test *test = &plan->tests[i];

		free(test->part);
		free(test->suite);
		free(test->name);
		free(test->full);
		free(test->about);
		free(test->needs);
		free(test->file);
		free(test->visibility);
	}
	free(plan->tests);
	*plan = (struct plan){ .tests = NULL, .n = 0 };
}
