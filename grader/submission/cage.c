/*
 * cage.c - runs a compiler that sees the system and one folder, nothing else.
 *
 * Usage: cage FOLDER COMMAND [ARGUMENT...]
 *
 * What a submission says to its compiler (#include, .incbin, ...) must not
 * bring in, or quote in a message, a file of the account that grades: the
 * reference, hidden tests, others' submissions.  So COMMAND may read and
 * execute what the system has, and do as it likes in FOLDER, and that is all
 * (grader/process/landlock.h).  A compiler that was installed elsewhere sees
 * its own folders, too.  With LAB_CONFINE=no, and where the kernel has no
 * Landlock, COMMAND runs free.
 *
 * Exit status: that of COMMAND; 126 if it cannot be confined, 127 if it cannot
 * be run.
 *
 * No threads.
 */
#define _DEFAULT_SOURCE 1 /* realpath() */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "grader/process/landlock.h"

static const char *const system_folders[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
	"/nix/store", "/gnu/store", "/etc/alternatives", "/etc/ld.so.cache",
	"/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d", NULL
};
static const char *const devices[] = {
	"/dev/null", "/dev/zero", "/dev/urandom", NULL
};

/* Stores in FOUND the program NAME as PATH leads to it; false: it does not. */
static bool find_program(const char *name, char found[PATH_MAX])
{
	const char *path = getenv("PATH");
	char tried[PATH_MAX];

	if (strchr(name, '/') != NULL)
		return realpath(name, found) != NULL;
	while (path != NULL) {
		const char *end = strchr(path, ':');
		int len = (int)(end != NULL ? (size_t)(end - path)
					    : strlen(path));

		if (snprintf(tried, sizeof(tried), "%.*s/%s", len, path,
			     name) < (int)sizeof(tried) &&
		    access(tried, X_OK) == 0 && realpath(tried, found) != NULL)
			return true;
		path = end != NULL ? end + 1 : NULL;
	}
	return false;
}

/*
 * Grants the folder above that of the program NAME: .../bin/gcc has its
 * headers and libraries there.  Not if the lab is in it, or all there is.
 */
static bool grant_compiler(const struct landlock *l, const char *name)
{
	char prefix[PATH_MAX], here[PATH_MAX];
	size_t len;
	int up;

	if (!find_program(name, prefix) || getcwd(here, sizeof(here)) == NULL)
		return true; /* to run it will fail, and say so */
	for (up = 0; up < 2; up++)
		*strrchr(prefix, '/') = '\0';
	len = strlen(prefix);
	if (len == 0 || (strncmp(here, prefix, len) == 0 &&
			 (here[len] == '/' || here[len] == '\0')))
		return true;
	return landlock_grant(l, prefix, ACCESS_READ | ACCESS_RUN);
}

static bool confine(const char *folder, const char *command)
{
	const char *asked = getenv("LAB_CONFINE");
	int abi = asked != NULL && strcmp(asked, "no") == 0 ? 0
							     : landlock_abi();
	struct landlock l;

	if (abi == 0)
		return true;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       landlock_open(&l, abi) &&
	       landlock_grant_all(&l, system_folders,
				  ACCESS_READ | ACCESS_RUN) &&
	       landlock_grant_all(&l, devices, ACCESS_USE) &&
	       landlock_grant(&l, folder, ACCESS_OWN) &&
	       grant_compiler(&l, command) && landlock_enter(&l);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: cage FOLDER COMMAND [ARGUMENT...]\n");
		return 2;
	}
	if (!confine(argv[1], argv[2])) {
		fprintf(stderr, "cage: %s cannot be confined: %s\n", argv[2],
			strerror(errno));
		return 126;
	}
	execvp(argv[2], argv + 2);
	fprintf(stderr, "cage: %s: %s\n", argv[2], strerror(errno));
	return 127;
}
