/*
 * log_test.c - what is on is written as log.h says, what is off is not even
 * evaluated, and an unknown level ends the process with the list of levels.
 *
 * LAB_LOG is read once, before main(); so each case runs as a new process:
 * this program again, with LOG_TEST_CASE in its environment.
 */
#include "labrpc/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labrpc/network.h"
#include "labrpc/tests/echo.h"

#define OUTPUT_MAX 65536

static int evaluated;

static int evaluate(void)
{
	return ++evaluated;
}

/* One line of each level. */
static void log_all(void)
{
	log_event(LOG_ERROR, "broken", "n=%d", evaluate());
	log_event(LOG_INFO, "decided", "n=%d", evaluate());
	log_event(LOG_DEBUG, "promise", "n=%d", evaluate());
}

/* --- the cases, each in a process of its own --- */

static int case_levels(void)
{
	log_all();
	return evaluated;
}

static int case_set_level(void)
{
	if (log_set_level("loud") || log_set_level("") ||
	    log_set_level("DEBUG") || !log_set_level("info"))
		return 99;
	log_all();
	if (!log_set_level("off"))
		return 98;
	log_all();
	return evaluated;
}

static int case_peers(void)
{
	log_event(LOG_INFO, "none", "n=1");
	log_peer(12);
	log_event(LOG_INFO, "some", "n=1");
	log_peer(-1);
	log_event(LOG_INFO, "none", "n=1");
	return 0;
}

static int case_odd(void)
{
	char text[3000];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	log_event(LOG_INFO, "long", "%s", text);
	log_event(LOG_INFO, "split", "%s", "a\nt=0.0 peer=0\tb");
	errno = ENOENT;
	log_event(LOG_INFO, "last", "n=%d", 1);
	return errno == ENOENT ? 0 : 1;
}

static void write_lines(void *context, const void *args, void *reply)
{
	char text[3000];

	(void)context;
	(void)args;
	(void)reply;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	log_event(LOG_DEBUG, "promise", "n=%d", 18);
	log_event(LOG_DEBUG, "long", "%s", text);
}

/* Peer 0 asks peer 1, which writes down what it does, twice. */
static int case_calls(void)
{
	struct sockdir *dir = sockdir_make();
	struct network *net = network_open(sockdir_path(dir), 2, 1);
	struct rpc_server *server = network_serve(net, 1);
	struct rpc_end *end = network_end(net, 0, 1);
	bool replied = true;

	log_peer(0);
	rpc_serve(server, &PROC_VOID, write_lines, NULL);
	rpc_server_run(server);
	for (int i = 0; i < 2; i++)
		replied = replied && rpc_call(end, &PROC_VOID, NULL, NULL);
	log_event(LOG_DEBUG, "counted", "yes=%d", replied);
	rpc_server_close(server);
	network_close(net);
	sockdir_remove(dir);
	return replied ? 0 : 1;
}

static const struct {
	const char *name;
	int (*run)(void);
} cases[] = {
	{ "levels", case_levels },
	{ "set_level", case_set_level },
	{ "peers", case_peers },
	{ "odd", case_odd },
	{ "calls", case_calls },
};

/* Runs the case that is asked for, instead of Criterion. */
__attribute__((constructor)) static void be_case(void)
{
	const char *name = getenv("LOG_TEST_CASE");

	for (size_t i = 0; name && i < sizeof cases / sizeof cases[0]; i++) {
		if (strcmp(name, cases[i].name) == 0)
			_exit(cases[i].run());
	}
}

/* --- running them --- */

struct result {
	int status;
	char output[OUTPUT_MAX]; /* of stderr */
};

/* Runs NAME with LAB_LOG=LEVEL, or without it if LEVEL is NULL. */
static struct result run(const char *name, const char *level,
			 const char *file)
{
	static struct result result;
	char case_env[64], level_env[64], file_env[512];
	char *argv[] = { (char *)"log_test", NULL };
	char *env[4] = { case_env };
	posix_spawn_file_actions_t actions;
	int fds[2], n = 1, wait_status;
	size_t used = 0;
	ssize_t got;
	pid_t pid;

	snprintf(case_env, sizeof case_env, "LOG_TEST_CASE=%s", name);
	if (level != NULL) {
		snprintf(level_env, sizeof level_env, "LAB_LOG=%s", level);
		env[n++] = level_env;
	}
	if (file != NULL) {
		snprintf(file_env, sizeof file_env, "LAB_LOG_FILE=%s", file);
		env[n++] = file_env;
	}
	cr_assert(pipe(fds) == 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDERR_FILENO);
	posix_spawn_file_actions_addclose(&actions, fds[0]);
	posix_spawn_file_actions_addclose(&actions, fds[1]);
	cr_assert(posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv,
			      env) == 0);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	while ((got = read(fds[0], result.output + used,
			   sizeof result.output - 1 - used)) > 0)
		used += (size_t)got;
	result.output[used] = '\0';
	close(fds[0]);
	cr_assert(waitpid(pid, &wait_status, 0) == pid);
	cr_assert(WIFEXITED(wait_status), "%s: status %#x", name,
		  (unsigned)wait_status);
	result.status = WEXITSTATUS(wait_status);
	return result;
}

static void expect_match(const char *output, const char *pattern)
{
	regex_t regex;

	cr_assert(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0);
	cr_assert(regexec(&regex, output, 0, NULL, 0) == 0,
		  "expected %s\ngot %s", pattern, output);
	regfree(&regex);
}

#define T "t=[0-9]+\\.[0-9]{6} "

Test(log, off_is_the_default_and_evaluates_nothing)
{
	static const char *const levels[] = { NULL, "", "off" };

	for (int i = 0; i < 3; i++) {
		struct result r = run("levels", levels[i], NULL);

		cr_assert(r.status == 0, "%d arguments evaluated", r.status);
		cr_assert(r.output[0] == '\0', "%s", r.output);
	}
}

Test(log, each_level_contains_the_ones_before)
{
	struct result r = run("levels", "error", NULL);

	cr_assert(r.status == 1, "%d evaluated", r.status);
	expect_match(r.output, "^" T "peer=-1 ERROR broken n=1\n$");
	r = run("levels", "info", NULL);
	cr_assert(r.status == 2, "%d evaluated", r.status);
	expect_match(r.output, "^" T "peer=-1 ERROR broken n=1\n"
			       T "peer=-1 INFO decided n=2\n$");
	r = run("levels", "debug", NULL);
	cr_assert(r.status == 3, "%d evaluated", r.status);
	expect_match(r.output, "^" T "peer=-1 ERROR broken n=1\n"
			       T "peer=-1 INFO decided n=2\n"
			       T "peer=-1 DEBUG promise n=3\n$");
}

Test(log, unknown_level_ends_the_process_and_lists_the_levels)
{
	struct result r = run("levels", "verbose", NULL);

	cr_assert(r.status == 2, "status %d", r.status);
	expect_match(r.output, "^LAB_LOG=verbose: no such level; there are "
			       "off, error, info and debug\n$");
}

Test(log, unknown_level_does_no_harm_before_the_first_line)
{
	struct result r = run("set_level", "verbose", NULL);

	cr_assert(r.status == 2, "status %d: %s", r.status, r.output);
}

Test(log, level_can_be_set)
{
	struct result r = run("set_level", NULL, NULL);

	cr_assert(r.status == 2, "status %d", r.status);
	expect_match(r.output, "^" T "peer=-1 ERROR broken n=1\n"
			       T "peer=-1 INFO decided n=2\n$");
}

Test(log, lines_name_the_peer)
{
	struct result r = run("peers", "info", NULL);

	expect_match(r.output, "^" T "peer=-1 INFO none n=1\n"
			       T "peer=12 INFO some n=1\n"
			       T "peer=-1 INFO none n=1\n$");
}

Test(log, one_event_is_one_line)
{
	struct result r = run("odd", "info", NULL);
	char *first_end = strchr(r.output, '\n');

	cr_assert(r.status == 0, "errno was lost");
	cr_assert(first_end != NULL && first_end - r.output == 1023,
		  "a line of %td bytes", first_end - r.output);
	expect_match(r.output, "^" T "peer=-1 INFO long x+\\.\\.\\.\n"
			       T "peer=-1 INFO split a\\?t=0.0 peer=0\\?b\n"
			       T "peer=-1 INFO last n=1\n$");
}

/* The request, all that its handler writes, and the reply have one name. */
Test(log, lines_of_a_handler_name_the_call)
{
	struct result r = run("calls", "debug", NULL);
	char pattern[256];

	cr_assert(r.status == 0, "no reply:\n%s", r.output);
	for (int i = 0; i < 2; i++) {
		snprintf(pattern, sizeof pattern,
			 "peer=0 DEBUG request proc=void call=0:%d to=1", i);
		expect_match(r.output, pattern);
		snprintf(pattern, sizeof pattern,
			 "peer=1 DEBUG promise n=18 call=0:%d\n" T
			 "peer=1 DEBUG long x+\\.\\.\\. call=0:%d\n", i, i);
		expect_match(r.output, pattern);
		snprintf(pattern, sizeof pattern,
			 "peer=0 DEBUG reply proc=void call=0:%d bytes", i);
		expect_match(r.output, pattern);
	}
	expect_match(r.output, "peer=0 DEBUG counted yes=1\n");
}

Test(log, a_file_is_appended_to)
{
	char path[] = "/tmp/log_test.XXXXXX";
	char text[1024];
	int fd = mkstemp(path);
	ssize_t len;

	cr_assert(fd >= 0);
	cr_assert(run("levels", "error", path).output[0] == '\0');
	cr_assert(run("levels", "error", path).status == 1);
	len = read(fd, text, sizeof text - 1);
	close(fd);
	unlink(path);
	cr_assert(len > 0);
	text[len] = '\0';
	expect_match(text, "^" T "peer=-1 ERROR broken n=1\n"
			   T "peer=-1 ERROR broken n=1\n$");
}

Test(log, what_cannot_be_written_is_dropped)
{
	struct result r = run("levels", "debug", "/nowhere/at/all");

	cr_assert(r.status == 3 && r.output[0] == '\0', "%s", r.output);
}
