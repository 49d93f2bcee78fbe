/*
 * launch.c - the host's arguments and environment, fork and exec.
 *
 * Invariant: between fork and exec the child calls only what POSIX lets a
 * child of a threaded process call, and execvp(), for which glibc needs no
 * memory and no lock; all text is made before.
 *
 * No locks.
 */
#define _DEFAULT_SOURCE /* personality() and friends live outside POSIX */

#include "grader/process/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "grader/process/confine.h"
#include "grader/process/findings.h"
#include "grader/process/memory.h"

/* Descriptors of ours that a child might inherit lie below this. */
#define DESCRIPTORS 4096

extern char **environ;

/* What a host gets of our environment: its log's level, and for the flavour
 * coverage where the counts go. */
static bool is_passed_on(const char *setting)
{
	return strncmp(setting, "LAB_LOG", strlen("LAB_LOG")) == 0 ||
	       strncmp(setting, "GCOV_PREFIX", strlen("GCOV_PREFIX")) == 0;
}

static void add_env(struct lines *env, bool quiet)
{
	lines_add(env, "PATH=%s", getenv("PATH") ? getenv("PATH")
						  : "/usr/bin:/bin");
	for (char **e = environ; *e != NULL; e++)
		if (is_passed_on(*e) &&
		    !(quiet && strncmp(*e, "LAB_LOG=", 8) == 0))
			lines_add(env, "%s", *e);
}

/*
 * Every checker: exit status 66, and its text into a file in DIR.
 *
 * ThreadSanitizer takes reading any socket as ordered after writing any other;
 * with io_sync=0 only what locks and threads order is in order, as C has it,
 * so that calls going to and fro hide no race.  All threads that are well have
 * been joined when a host ends, so there is nothing to wait for at the exit.
 */
static void add_checkers(struct lines *env, const char *dir)
{
	lines_add(env, "TMPDIR=%s", dir);
	lines_add(env, "TSAN_OPTIONS=log_path=%s/%stsan:exitcode=66:"
		  "second_deadlock_stack=1:report_thread_leaks=1:"
		  "halt_on_error=0:io_sync=0:atexit_sleep_ms=0", dir,
		  FINDINGS_PREFIX);
	lines_add(env, "ASAN_OPTIONS=log_path=%s/%sasan:exitcode=66:"
		  "detect_leaks=1", dir, FINDINGS_PREFIX);
	lines_add(env, "UBSAN_OPTIONS=log_path=%s/%subsan:exitcode=66:"
		  "print_stacktrace=1", dir, FINDINGS_PREFIX);
	lines_add(env, "LSAN_OPTIONS=exitcode=66");
}

static void add_valgrind(struct lines *argv,
			 const struct host_config *config)
{
	const char *suppressions = getenv("LAB_SUPPRESSIONS");

	lines_add(argv, "valgrind");
	lines_add(argv, "--tool=%s", config->flavour->valgrind);
	lines_add(argv, "--quiet");
	lines_add(argv, "--vgdb=no"); /* or it makes pipes for a debugger */
	lines_add(argv, "--fair-sched=try"); /* or one thread may starve */
	lines_add(argv, "--num-callers=20");
	lines_add(argv, "--log-file=%s/%svalgrind.%%p", config->dir,
		  FINDINGS_PREFIX);
	if (suppressions != NULL)
		lines_add(argv, "--suppressions=%s", suppressions);
	if (config->flavour->advises)
		return;
	lines_add(argv, "--error-exitcode=66");
	lines_add(argv, "--leak-check=full");
	lines_add(argv, "--errors-for-leak-kinds=definite");
	lines_add(argv, "--show-leak-kinds=definite");
}

static void add_arguments(struct lines *argv,
			  const struct host_config *config, bool filter)
{
	if (config->flavour->valgrind != NULL)
		add_valgrind(argv, config);
	lines_add(argv, "%s", config->program);
	lines_add(argv, "--control=%s/control", config->dir);
	lines_add(argv, "--submission=%s", config->submission);
	lines_add(argv, "--dir=%s/host", config->dir);
	lines_add(argv, "--world=%s", config->world);
	if (config->flavour->deadline_scale > 1 && !config->flavour->simulated)
		lines_add(argv, "--patience=%d",
			  config->flavour->deadline_scale);
	if (filter)
		lines_add(argv, "--calls=limited");
}

/* The host runs elsewhere, for as long as somebody holds the pipe open. */
static _Noreturn void stand_in(const char *pipe)
{
	int fd = open(pipe, O_RDONLY);
	char byte;

	while (fd >= 0 && read(fd, &byte, 1) != 0)
		;
	_exit(0);
}

static void take_output(int output)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
}

/* Closes all that a program does not need, except KEPT. */
static void close_others(int kept)
{
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
		if (fd != kept)
			close(fd);
}

static _Noreturn void become_host(const struct host_config *config,
				  const struct confinement *confinement,
				  char *const argv[], char *const envp[],
				  int output)
{
	static const char failure[] = "the host cannot be confined\n";
	sigset_t none;

	setpgid(0, 0);
	take_output(output);
	close_others(confinement->files.ruleset);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Without this ThreadSanitizer may find its addresses taken. */
	if (config->flavour->fixed_addresses)
		personality(ADDR_NO_RANDOMIZE);
	if (config->flavour->debugger)
		stand_in(argv[0]);
	if (!confine_self(confinement)) {
		(void)!write(STDERR_FILENO, failure, sizeof(failure) - 1);
		_exit(127);
	}
	environ = (char **)envp;
	execvp(argv[0], argv);
	_exit(127);
}

/* Makes of L what exec*() takes; false with errno set if some is missing. */
static bool end_list(struct lines *l)
{
	if (l->n == LINES_MAX || l->dropped > 0) {
		errno = E2BIG;
		return false;
	}
	l->text[l->n] = NULL;
	return true;
}

pid_t launch(const struct host_config *config, int output)
{
	struct lines argv = { .n = 0 }, env = { .n = 0 };
	struct confinement confinement;
	pid_t pid = -1;

	if (!confine_prepare(&confinement, config))
		return -1;
	add_env(&env, config->quiet);
	add_checkers(&env, config->dir);
	if (config->flavour->debugger)
		lines_add(&argv, "%s/debugger", config->dir);
	else
		add_arguments(&argv, config, confinement.filter);
	if (end_list(&argv) && end_list(&env))
		pid = fork();
	if (pid == 0)
		become_host(config, &confinement, argv.text, env.text, output);
	if (pid > 0)
		setpgid(pid, pid); /* in both: whoever comes first */
	confine_release(&confinement);
	lines_deinit(&argv);
	lines_deinit(&env);
	return pid;
}
