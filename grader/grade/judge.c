/*
 * judge.c - starts the judge of one test, with its environment and limits.
 *
 * Limits of the kernel's are set wide: they are a second line of defence for
 * the time between two looks of the supervisor, which knows the exact sums.
 */
#define _GNU_SOURCE /* RLIMIT_NPROC */

#include "grader/grade/judge.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/grade/proc.h"
#include "grader/grade/supervise.h"
#include "grader/grade/text.h"

#define FILE_BYTES_MAX (256l << 20)
/* Addresses are not memory: stacks and arenas of threads reserve plenty. */
#define ADDRESSES_PER_MEMORY 16

static void set_limit(int resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return;
	if (limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max)
		limit.rlim_cur = limit.rlim_max = value;
	setrlimit(resource, &limit);
}

/* Threads of this user, all over the machine: what RLIMIT_NPROC counts. */
static long count_user_threads(void)
{
	struct watch all;
	long threads = 0;

	watch_init(&all, 0);
	watch_scan(&all, true);
	for (size_t i = 0; i < all.n; i++) {
		char path[32];
		struct stat st;

		snprintf(path, sizeof path, "/proc/%d", (int)all.below[i].pid);
		if (stat(path, &st) == 0 && st.st_uid == getuid())
			threads += all.below[i].threads;
	}
	watch_deinit(&all);
	return threads;
}

static void set_limits(const struct options *options, int pass)
{
	rlim_t memory = (rlim_t)supervise_memory_mb(options, pass) << 20;

	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, FILE_BYTES_MAX);
	if (!flavour_is_sparse(options->passes[pass].flavour))
		set_limit(RLIMIT_AS, ADDRESSES_PER_MEMORY * memory);
	if (getuid() != 0) /* root is not bound by it */
		set_limit(RLIMIT_NPROC, (rlim_t)(count_user_threads() +
				2l * THREADS_MAX * options->jobs));
}

static void set_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%ju", (uintmax_t)value);
	setenv(name, text, 1);
}

static void set_environment(const struct test *test,
			    const struct options *options, int number,
			    const char *dir, const struct channel *channel)
{
	const struct pass *pass = &options->passes[number];

	set_number("LAB_SEED", test->seed);
	setenv("LAB_HOST", pass->host, 1);
	setenv("LAB_SUBMISSION", pass->submission, 1);
	setenv("LAB_DIR", dir, 1);
	setenv("LAB_FLAVOUR", pass->flavour->name, 1);
	if (channel != NULL) {
		setenv("LAB_CHANNEL", channel->path, 1);
		setenv("LAB_TOKEN", channel->token, 1);
	}
	setenv("LAB_WORLD", pass->flavour->simulated ? "sim" : "threads", 1);
	set_number("LAB_RUNS", pass->flavour->simulated
					? test_runs(test, number) : 1);
	if (options->log != NULL)
		setenv("LAB_LOG", options->log, 1);
	if (options->suppressions != NULL)
		setenv("LAB_SUPPRESSIONS", options->suppressions, 1);
}

/* When memory runs out, let the kernel end a test and not the grader. */
static void offer_to_oom_killer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "500", 3);
	close(fd);
}

static _Noreturn void become_judge(const struct test *test,
				   const struct options *options, int pass,
				   int output_fd, pid_t supervisor)
{
	char *run = text_format("--run=%s", test->full);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_DUMPABLE, 1); /* as exec makes it; /proc/self needs it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != supervisor)
		_exit(127);
	setsid();
	offer_to_oom_killer();
	set_limits(options, pass);
	dup2(null, STDIN_FILENO);
	dup2(output_fd, STDOUT_FILENO);
	dup2(output_fd, STDERR_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl(test->judge, test->judge, run, (char *)NULL);
	perror(test->judge);
	_exit(127);
}

pid_t judge_start(const struct test *test, const struct options *options,
		  int pass, const char *dir, const struct channel *channel,
		  int output_fd)
{
	pid_t supervisor = getpid(), pid;

	set_environment(test, options, pass, dir, channel);
	pid = fork();
	if (pid == 0)
		become_judge(test, options, pass, output_fd, supervisor);
	return pid;
}

void judge_become(const struct test *test, const struct options *options,
		  const char *dir)
{
	char *run = text_format("--run=%s", test->full);

	unsetenv("LAB_CHANNEL");
	set_environment(test, options, PASS_FIRST, dir, NULL);
	execl(test->judge, test->judge, run, (char *)NULL);
	machine_error("cannot execute %s", test->judge);
}

void judge_clean_up(pid_t pid)
{
	/* Criterion's own socket, between its runner and the test. */
	char *path = text_format("/tmp/criterion_%d.sock", (int)pid);

	unlink(path);
	free(path);
}
