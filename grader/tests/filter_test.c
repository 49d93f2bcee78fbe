/*
 * filter_test.c - which system calls end a host, and which do not.
 */
#include "grader/host/filter.c"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define NOT_ENDED 7

/* How a child ends that filters its calls and then does TRY. */
static int status_of(void (*try)(const void *what), const void *what)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		/* A sanitizer must not make of SIGSYS what it likes. */
		signal(SIGSYS, SIG_DFL);
		if (filter_calls() != 0)
			_exit(98);
		try(what);
		_exit(NOT_ENDED);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static bool ends(void (*try)(const void *what), const void *what)
{
	int status = status_of(try, what);

	cr_assert((WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) ||
		  (WIFEXITED(status) && WEXITSTATUS(status) == NOT_ENDED),
		  "status %d", status);
	return WIFSIGNALED(status);
}

struct attempt {
	const char *name;
	long number, args[4];
};

static void attempt(const void *what)
{
	const struct attempt *a = what;

	syscall(a->number, a->args[0], a->args[1], a->args[2], a->args[3]);
}

static void expect(bool end, const struct attempt *attempts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(ends(attempt, &attempts[i]), end, "%s",
			     attempts[i].name);
}

/* With arguments that would do no harm if they got through. */
Test(filter, ends_what_nobody_needs)
{
	const struct attempt attempts[] = {
		{ "process_vm_writev", SYS_process_vm_writev, { 1 } },
		{ "pidfd_open", SYS_pidfd_open, { -1 } },
		{ "setsid", SYS_setsid, { 0 } },
		{ "fchmodat", SYS_fchmodat, { -1 } },
		{ "truncate", SYS_truncate, { 0 } },
		{ "mount", SYS_mount, { 0 } },
		{ "bpf", SYS_bpf, { -1 } },
		{ "keyctl", SYS_keyctl, { -1 } },
		{ "io_uring_setup", SYS_io_uring_setup, { 0 } },
		{ "unshare", SYS_unshare, { -1 } },
		{ "memfd_create", SYS_memfd_create, { 0 } },
		{ "perf_event_open", SYS_perf_event_open, { 0 } },
		{ "userfaultfd", SYS_userfaultfd, { -1 } },
		{ "inotify_init1", SYS_inotify_init1, { -1 } },
	};

	expect(true, attempts, LENGTH(attempts));
}

/* Also where the C library or libseccomp has not heard of them. */
Test(filter, ends_what_is_newer_than_its_library)
{
	for (size_t i = 0; i < LENGTH(refused_since); i++) {
		const struct call *call = &refused_since[i];
		int known = seccomp_syscall_resolve_name(call->name);
		const struct attempt none = { call->name, call->number,
					      { -1, -1, -1, -1 } };

		cr_assert(known < 0 || known == call->number, "%s is %d",
			  call->name, known);
		cr_assert(ends(attempt, &none), "%s", call->name);
	}
}

Test(filter, ends_what_reaches_others)
{
	const struct attempt attempts[] = {
		{ "kill of the parent", SYS_kill, { getpid(), 0 } },
		{ "kill of the group", SYS_kill, { 0, 0 } },
		{ "kill of all", SYS_kill, { -1, 0 } },
		{ "tgkill", SYS_tgkill, { getpid(), getpid(), 0 } },
		{ "prlimit64", SYS_prlimit64, { getpid() } },
		{ "sched_setaffinity", SYS_sched_setaffinity, { getpid() } },
		{ "F_SETOWN", SYS_fcntl, { 0, F_SETOWN, getpid() } },
		{ "F_SETOWN, disguised", SYS_fcntl,
		  { 0, F_SETOWN | 1L << 32, getpid() } },
		{ "socket(AF_INET)", SYS_socket, { AF_INET, SOCK_STREAM } },
		{ "socket(AF_NETLINK)", SYS_socket, { AF_NETLINK, 2 } },
		{ "open and empty", SYS_openat,
		  { AT_FDCWD, (long)"/nowhere/x", O_RDONLY | O_TRUNC } },
	};

	expect(true, attempts, LENGTH(attempts));
}

/* Some sanitizers have a use for these. */
Test(filter, ends_new_processes)
{
	const struct attempt fork_call = { "clone", SYS_clone, { SIGCHLD } };
	const struct attempt exec = { "execve", SYS_execve, { 0 } };
	const struct attempt trace = { "ptrace", SYS_ptrace, { -1 } };

	cr_assert_eq(ends(attempt, &fork_call),
		     !HOST_HAS_ASAN && !HOST_STARTS_SYMBOLIZER);
	cr_assert_eq(ends(attempt, &exec), !HOST_STARTS_SYMBOLIZER);
	cr_assert_eq(ends(attempt, &trace), !HOST_HAS_ASAN);
}

/* A symbolizer may set limits of its own. */
Test(filter, ends_new_limits)
{
	const struct attempt own = { "prlimit64", SYS_prlimit64,
				     { 0, -1, 1 } };
	const struct attempt older = { "setrlimit", SYS_setrlimit, { -1 } };

	cr_assert_eq(ends(attempt, &own), !HOST_STARTS_SYMBOLIZER);
	cr_assert_eq(ends(attempt, &older), !HOST_STARTS_SYMBOLIZER);
}

static void *nothing(void *context)
{
	return context;
}

static void be_useful(const void *what)
{
	struct rlimit limit;
	pthread_t thread;
	FILE *file;
	int fd;

	(void)what;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		_exit(1);
	if (pthread_create(&thread, NULL, nothing, NULL) != 0 ||
	    pthread_join(thread, NULL) != 0)
		_exit(2);
	file = tmpfile();
	if (file == NULL || fputs("x", file) < 0 || fclose(file) != 0)
		_exit(3);
	if (kill(getpid(), 0) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		_exit(4);
	signal(SIGUSR1, SIG_IGN);
	if (raise(SIGUSR1) != 0 || prctl(PR_SET_NAME, "x") != 0)
		_exit(5);
}

Test(filter, lets_a_submission_work)
{
	int status = status_of(be_useful, NULL);

	cr_assert(WIFEXITED(status), "signal %d", WTERMSIG(status));
	cr_assert_eq(WEXITSTATUS(status), NOT_ENDED, "step %d",
		     WEXITSTATUS(status));
}

static pthread_barrier_t filtered;

static void *break_out(void *context)
{
	pthread_barrier_wait(&filtered);
	syscall(SYS_setsid);
	return context;
}

Test(filter, holds_for_threads_from_before)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		pthread_t thread;

		signal(SIGSYS, SIG_DFL);
		pthread_barrier_init(&filtered, NULL, 2);
		if (pthread_create(&thread, NULL, break_out, NULL) != 0 ||
		    filter_calls() != 0)
			_exit(98);
		pthread_barrier_wait(&filtered);
		pthread_join(thread, NULL);
		_exit(NOT_ENDED);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%d",
		  status);
}
