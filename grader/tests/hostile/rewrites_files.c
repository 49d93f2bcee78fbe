/*
 * Puts a file of its own in the place of whatever the grader executes, as far
 * as it can find it, and shows what it should not see.
 */
#define _DEFAULT_SOURCE /* symlink(), readlink() beside C11 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paxos/paxos.h"

static void overwrite(const char *path)
{
	static const char lie[] = "#!/bin/sh\nexit 0\n";
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	if (fd < 0)
		return;
	if (write(fd, lie, sizeof lie - 1) > 0)
		printf("REPLACED %s\n", path);
	close(fd);
}

/* Whatever lies beside this program, or beside its folder. */
static void overwrite_kin(void)
{
	char own[256], path[512];

	for (int n = 0; n < 8; n++) {
		ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
		char *end;

		if (len <= 0)
			return;
		own[len] = '\0';
		end = strrchr(own, '/');
		*end = '\0';
		snprintf(path, sizeof path, "%s/../%d/grader_suites_paxos",
			 own, n);
		overwrite(path);
		snprintf(path, sizeof path, "%s/../%d/host", own, n);
		overwrite(path);
	}
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	char secret[64] = "";
	int fd = open("@WORK@/secret", O_RDONLY);

	(void)config;
	if (fd >= 0 && read(fd, secret, sizeof secret - 1) > 0)
		printf("READ %s\n", secret);
	overwrite("@WORK@/prey");
	if (symlink("@WORK@/secret", "findings.asan.1") == 0)
		printf("LINKED\n");
	overwrite_kin();
	fflush(stdout);
	exit(0);
}
