/*
 * host_end_test.c - the judge ends a host with all that it left behind, and
 * by a number that is still the host's.
 */
#define _DEFAULT_SOURCE /* waitid() of P_ALL, usleep() */

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/process/host.h"

static char dir[] = "/tmp/host_end.XXXXXX";

static struct host *start(const char *program)
{
	struct host_config config = {
		.program = program, .submission = program, .dir = dir,
		.world = "threads", .flavour = flavour_find("plain"),
	};
	char why[256] = "";
	struct host *host = host_start(&config, why, sizeof(why));

	cr_assert(host != NULL, "%s", why);
	return host;
}

static void make_folder(void)
{
	cr_assert(mkdtemp(dir) != NULL);
}

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}

TestSuite(host_end, .init = make_folder, .fini = remove_folder);

/* Until it has been ended its number must not be given to another process. */
Test(host_end, a_dead_host_keeps_its_number)
{
	struct host *host = start("/bin/true");
	struct ending ending;
	siginfo_t info = { .si_pid = 0 };

	while (host_lives(host))
		usleep(1000);
	cr_assert_eq(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), 0,
		     "%s", strerror(errno));
	cr_assert_neq(info.si_pid, 0, "it has been reaped");
	cr_assert_eq(kill(info.si_pid, 0), 0);
	host_end(host, 0, &ending);
	cr_assert(ending.by_itself && ending.clean);
	ending_deinit(&ending);
	cr_assert_eq(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), -1);
	cr_assert_eq(errno, ECHILD);
}

/* Whoever is left behind holds a pipe open. */
Test(host_end, what_it_left_behind_ends_with_it)
{
	char program[64], path[64], byte;
	struct ending ending;
	struct host *host;
	int fd;
	FILE *script;

	setenv("LAB_CONFINE", "no", 1);
	snprintf(path, sizeof(path), "%s/held", dir);
	cr_assert_eq(mkfifo(path, 0600), 0);
	snprintf(program, sizeof(program), "%s/program", dir);
	script = fopen(program, "w");
	cr_assert(script != NULL);
	fprintf(script, "#!/bin/sh\nsleep 1000 > %s &\nexit 0\n", path);
	cr_assert_eq(fclose(script), 0);
	cr_assert_eq(chmod(program, 0700), 0);
	host = start(program);
	fd = open(path, O_RDONLY); /* when the other one has opened it */
	cr_assert(fd >= 0);
	while (host_lives(host))
		usleep(1000);
	host_end(host, 0, &ending);
	cr_assert(ending.by_itself);
	ending_deinit(&ending);
	cr_assert_eq(read(fd, &byte, 1), 0); /* ends with the last writer */
	close(fd);
}
