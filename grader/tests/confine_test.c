/*
 * confine_test.c - what a confined process can still do, tried in children.
 *
 * Where the kernel has no Landlock there is nothing to try but what
 * confine_words() says of it.
 */
#define _GNU_SOURCE /* process_vm_readv(), capget() by syscall() */

#include "grader/process/confine.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[] = "/tmp/confine_test.XXXXXX";
static char own[64], other[64], strange[96], submission[96];
static int abi;

static void put(const char *path)
{
	FILE *f = fopen(path, "w");

	cr_assert(f != NULL && fputs("text", f) >= 0 && fclose(f) == 0);
}

static void set_up(void)
{
	cr_assert(mkdtemp(home) != NULL);
	snprintf(own, sizeof(own), "%s/own", home);
	snprintf(other, sizeof(other), "%s/other", home);
	snprintf(strange, sizeof(strange), "%s/file", other);
	snprintf(submission, sizeof(submission), "%s/s.so", home);
	cr_assert(mkdir(own, 0700) == 0 && mkdir(other, 0700) == 0);
	put(strange);
	put(submission);
}

static void tear_down(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", home);
	cr_assert_eq(system(command), 0);
}

TestSuite(confine, .init = set_up, .fini = tear_down);

/* Runs TRY in a confined child and returns what that returns; 0 for all that
 * is tried where there is no Landlock. */
static int confined(int (*try)(void), int abi_needed)
{
	struct host_config config = {
		.program = "/proc/self/exe", .submission = submission,
		.dir = own, .flavour = flavour_find("plain"),
	};
	struct confinement c;
	int status = 0;
	pid_t pid;

	cr_assert(confine_prepare(&c, &config), "%s", strerror(errno));
	abi = c.files.abi;
	pid = fork();
	if (pid == 0)
		_exit(!confine_self(&c)      ? 99
		      : abi < abi_needed ? 0
					 : try());
	confine_release(&c);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "killed by %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* Leaves TRY with the line in which something was not as EXPRESSION says. */
#define EXPECT(expression)                                   \
	do {                                                 \
		if (!(expression))                           \
			return __LINE__ % 90 + 1;            \
	} while (0)
#define DENIED(call, error) EXPECT((call) < 0 && errno == (error))

static int try_to_write(void)
{
	char path[160], to[160];

	snprintf(path, sizeof(path), "%s/new", own);
	EXPECT(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0);
	snprintf(to, sizeof(to), "%s/newer", own);
	EXPECT(rename(path, to) == 0 && unlink(to) == 0);
	DENIED(symlink(strange, path), EACCES);
	snprintf(path, sizeof(path), "%s/new", other);
	DENIED(open(path, O_WRONLY | O_CREAT, 0600), EACCES);
	DENIED(open(strange, O_WRONLY), EACCES);
	DENIED(unlink(strange), EACCES);
	DENIED(rename(strange, path), EACCES);
	DENIED(mkdir(path, 0700), EACCES);
	DENIED(symlink("x", path), EACCES);
	snprintf(path, sizeof(path), "%s/linked", own);
	EXPECT(link(strange, path) < 0);
	EXPECT(rename(strange, path) < 0);
	DENIED(open(submission, O_WRONLY), EACCES);
	return 0;
}

Test(confine, writes_only_below_its_folder)
{
	cr_assert_eq(confined(try_to_write, 1), 0);
}

static int try_to_read(void)
{
	char path[64];

	EXPECT(open(submission, O_RDONLY) >= 0);
	EXPECT(open("/proc/self/maps", O_RDONLY) >= 0);
	EXPECT(open("/dev/null", O_RDWR) >= 0);
	DENIED(open(strange, O_RDONLY), EACCES);
	DENIED(open(other, O_RDONLY | O_DIRECTORY), EACCES);
	DENIED(open(home, O_RDONLY | O_DIRECTORY), EACCES);
	DENIED(open("/etc/passwd", O_RDONLY), EACCES);
	DENIED(open("/proc/net/unix", O_RDONLY), EACCES);
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)getppid());
	EXPECT(open(path, O_RDONLY) < 0);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
	EXPECT(open(path, O_RDWR) < 0);
	return 0;
}

Test(confine, reads_only_what_it_needs)
{
	int line = confined(try_to_read, 1);

	cr_assert_eq(line, 0, "line %d, of 90", line);
}

static int try_to_execute(void)
{
	char path[96];

	DENIED(execl("/bin/sh", "sh", "-c", ":", (char *)NULL), EACCES);
	snprintf(path, sizeof(path), "%s/script", own);
	int fd = open(path, O_WRONLY | O_CREAT, 0700);

	EXPECT(write(fd, "#!/bin/sh\n", 10) == 10 && close(fd) == 0);
	DENIED(execl(path, path, (char *)NULL), EACCES);
	return 0;
}

Test(confine, executes_nothing_else)
{
	cr_assert_eq(confined(try_to_execute, 1), 0);
}

static int try_to_trace(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &abi, 1 };

	DENIED(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL), EPERM);
	DENIED(process_vm_readv(getppid(), &here, 1, &there, 1, 0), EPERM);
	DENIED(process_vm_writev(getppid(), &here, 1, &there, 1, 0), EPERM);
	return 0;
}

Test(confine, traces_nobody)
{
	cr_assert_eq(confined(try_to_trace, 1), 0);
}

static int try_to_signal(void)
{
	EXPECT(kill(getpid(), 0) == 0);
	DENIED(kill(getppid(), 0), EPERM);
	return 0;
}

Test(confine, signals_nobody)
{
	cr_assert_eq(confined(try_to_signal, 6), 0);
}

static int try_tcp(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return 0; /* a machine without it */
	DENIED(connect(fd, (struct sockaddr *)&to, sizeof(to)), EACCES);
	DENIED(bind(fd, (struct sockaddr *)&to, sizeof(to)), EACCES);
	return 0;
}

Test(confine, has_no_network)
{
	cr_assert_eq(confined(try_tcp, 4), 0);
}

static struct sockaddr_un abstract = { .sun_family = AF_UNIX };

static int try_abstract(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	DENIED(connect(fd, (struct sockaddr *)&abstract, sizeof(abstract)),
	       EPERM);
	return 0;
}

Test(confine, reaches_no_abstract_socket)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(abstract.sun_path + 1, sizeof(abstract.sun_path) - 1,
		 "confine_test.%d", (int)getpid());
	cr_assert_eq(bind(fd, (struct sockaddr *)&abstract, sizeof(abstract)),
		     0);
	cr_assert_eq(listen(fd, 1), 0);
	cr_assert_eq(confined(try_abstract, 6), 0);
	close(fd);
}

/* Holds for any kernel, and for root. */
static int try_privileges(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3];

	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	EXPECT(syscall(SYS_capget, &header, has) == 0);
	EXPECT(has[0].effective == 0 && has[0].permitted == 0);
	EXPECT(has[1].effective == 0 && has[1].permitted == 0);
	return 0;
}

Test(confine, has_no_privileges)
{
	cr_assert_eq(confined(try_privileges, 0), 0);
}

Test(confine, says_what_is_in_force)
{
	const char *words = confine_words(flavour_find("plain"));

	cr_assert_eq(confined(try_privileges, 0), 0);
	cr_assert((strstr(words, "Landlock ") != NULL &&
		   strstr(words, "no Landlock") == NULL) == (abi > 0), "%s",
		  words);
	words = confine_words(flavour_find("memcheck"));
	cr_assert(strstr(words, "filter") == NULL, "%s", words);
	setenv("LAB_CONFINE", "no", 1);
	words = confine_words(flavour_find("plain"));
	cr_assert_str_eq(words, "nothing: LAB_CONFINE=no");
}
