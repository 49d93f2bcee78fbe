/*
 * debug.c - one test for a person with a debugger.
 *
 * The judge runs beside, in the background, and finds the host by its socket
 * as always.  It cannot start gdb itself: Criterion takes the terminal from a
 * test.  So grade starts gdb, and the judge learns that it has ended by a
 * pipe, `debugger` in the test's folder, which grade holds open meanwhile.
 */
#define _DEFAULT_SOURCE /* SIGTTOU and process groups beside POSIX's */

#include "grader/grade/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/grade/judge.h"
#include "grader/grade/text.h"

static const char hint[] =
	"echo Breakpoints first, such as: break acceptor_prepare\\n"
	"Then: run.  Every peer has a copy of your code, so one break may be "
	"several.\\n"
	"Nothing is hurried: calls that get no reply wait for hours.\\n";

static const char sim_hint[] =
	"echo Breakpoints first, such as: break acceptor_prepare\\n"
	"Then: run.  Every peer has a copy of your code, so one break may be "
	"several.\\n"
	"All is simulated: one thread runs at a time, and time stands still "
	"with it.\\n";

/* Only who is in the foreground may read, and gets Ctrl-C. */
static void to_foreground(int tty, pid_t group)
{
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(tty, group);
	signal(SIGTTOU, SIG_DFL);
}

static _Noreturn void become_gdb(const struct pass *pass, const char *dir,
				 int tty)
{
	char *control = text_format("--control=%s/control", dir);
	char *submission = text_format("--submission=%s", pass->submission);
	char *folder = text_format("--dir=%s/host", dir);
	bool simulated = pass->flavour->simulated;

	setpgid(0, 0);
	to_foreground(tty, getpid());
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(tty, fd);
	execlp("gdb", "gdb", "-q", "-iex", "set breakpoint pending on", "-iex",
	       "set print thread-events off", "-ex",
	       simulated ? sim_hint : hint, "--args", pass->host, control,
	       submission, folder,
	       simulated ? "--world=sim" : "--world=threads",
	       "--for=debugger", (char *)NULL);
	perror("gdb");
	_exit(127);
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The folder's parts that judge and host expect; returns the pipe. */
static int furnish(const char *dir)
{
	char *host = text_format("%s/host", dir);
	char *name = text_format("%s/debugger", dir);
	int fd = -1;

	if (mkdir(host, 0700) == 0 && mkfifo(name, 0600) == 0)
		fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		machine_error("cannot furnish %s: %s", dir, strerror(errno));
	free(host);
	free(name);
	return fd;
}

static void run(const struct test *test, const struct options *options,
		const char *dir, int tty)
{
	int held = furnish(dir);
	pid_t judge = fork(), gdb = -1;

	if (judge == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		judge_become(test, options, dir);
	}
	if (judge > 0)
		gdb = fork();
	if (gdb == 0)
		become_gdb(&options->passes[0], dir, tty);
	if (gdb > 0)
		wait_for(gdb);
	close(held);
	to_foreground(tty, getpgrp());
	if (judge > 0)
		wait_for(judge);
	if (gdb < 0)
		machine_error("cannot start processes: %s", strerror(errno));
}

void debug_test(const struct plan *plan, const struct options *options,
		const char *dir)
{
	const struct test *test = &plan->tests[0];
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (options->build_failed != NULL)
		machine_error("the submission does not build: see %s",
			      options->build_failed);
	if (plan->n != 1)
		usage_error("%d tests are asked for; a debugger takes one",
			    plan->n);
	if (tty < 0)
		usage_error("a debugger needs a terminal");
	printf("%s, seed %ju: %s\n", test->full, (uintmax_t)test->seed,
	       test->about);
	fflush(stdout);
	run(test, options, dir, tty);
	close(tty);
}
