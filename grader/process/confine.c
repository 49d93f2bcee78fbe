/*
 * confine.c - see confine.h.
 *
 * Invariant: nothing is granted that was not asked for by name below.
 *
 * No locks: no state.
 */
#define _GNU_SOURCE /* syscall(), O_PATH */

#include "grader/process/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What every program needs of the system, where it is there. */
static const char *const libraries[] = {
	"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64",
	"/usr/libexec", "/usr/local/lib", "/usr/local/lib64",
	"/usr/local/libexec", "/usr/share/zoneinfo", "/etc/ld.so.cache",
	"/etc/ld.so.preload", "/etc/localtime", "/sys/devices/system/cpu",
	"/proc/sys/vm", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", NULL
};
static const char *const devices[] = {
	"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", NULL
};
/* The kernel executes a program's loader, as it does the program. */
static const char *const loaders[] = {
	"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", NULL
};
/* clang's sanitizers have it find names for addresses. */
static const char *const symbolizers[] = {
	"/usr/bin/llvm-symbolizer", "/usr/local/bin/llvm-symbolizer", NULL
};
/* Valgrind is a few programs, begun by a script. */
static const char *const programs[] = {
	"/bin", "/usr/bin", "/usr/local/bin", "/usr/lib", "/usr/libexec",
	"/usr/local/libexec", "/usr/local/lib", NULL
};

/* For tests of what else there is against a hostile submission. */
static bool is_wanted(const struct flavour *flavour)
{
	const char *asked = getenv("LAB_CONFINE");

	return !flavour->debugger &&
	       (asked == NULL || strcmp(asked, "no") != 0);
}

/* What the flavour of CONFIG needs beyond what all do. */
static bool grant_tools(const struct confinement *c,
			const struct host_config *config)
{
	const char *suppressions = getenv("LAB_SUPPRESSIONS");
	const char *counts = getenv("GCOV_PREFIX");

	if (config->flavour->sanitizer)
		return landlock_grant_all(&c->files, symbolizers, ACCESS_RUN);
	if (config->flavour->counts && counts != NULL)
		return landlock_grant(&c->files, counts, ACCESS_OWN);
	if (config->flavour->valgrind == NULL)
		return true;
	return landlock_grant_all(&c->files, programs,
				  ACCESS_RUN | ACCESS_READ) &&
	       (suppressions == NULL ||
		landlock_grant(&c->files, suppressions, ACCESS_READ));
}

/* A person may want the log in a file of his own, whatever writes to it. */
static bool grant_log(const struct confinement *c)
{
	const char *path = getenv("LAB_LOG_FILE");
	int fd = -1;

	if (path != NULL)
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return true; /* the host will say so */
	close(fd);
	return landlock_grant(&c->files, path, ACCESS_WRITE);
}

static bool grant_what_is_needed(const struct confinement *c,
				 const struct host_config *config)
{
	const struct landlock *l = &c->files;

	return landlock_grant_all(l, libraries, ACCESS_READ) &&
	       landlock_grant_all(l, devices, ACCESS_USE) &&
	       landlock_grant_all(l, loaders, ACCESS_RUN) &&
	       landlock_grant(l, config->program, ACCESS_RUN) &&
	       landlock_grant(l, config->submission, ACCESS_READ) &&
	       landlock_grant(l, config->dir, ACCESS_OWN) && grant_log(c) &&
	       grant_tools(c, config);
}

/* Valgrind cannot filter what it does for its client. */
static bool can_filter(const struct flavour *flavour)
{
	return flavour->valgrind == NULL && is_wanted(flavour) &&
	       prctl(PR_GET_SECCOMP) >= 0;
}

bool confine_prepare(struct confinement *c, const struct host_config *config)
{
	int abi = is_wanted(config->flavour) ? landlock_abi() : 0;
	int err;

	*c = (struct confinement){
		.filter = can_filter(config->flavour),
		.needs_proc = config->flavour->reads_proc,
	};
	if (landlock_open(&c->files, abi) &&
	    (abi == 0 || grant_what_is_needed(c, config)))
		return true;
	err = errno;
	confine_release(c);
	errno = err;
	return false;
}

void confine_release(struct confinement *c)
{
	landlock_close(&c->files);
}

/* Root is no more than another user from here on, whatever it executes. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED);
	syscall(SYS_capset, &header, none);
}

/*
 * Grants what a process needs of its own entries in /proc, whose number is
 * known only now.  A rule is for one very entry: descriptors that stay open
 * beyond exec see to it that the kernel does not forget it and make it anew.
 */
static bool grant_self(const struct confinement *c)
{
	/* Not the whole: `net` in it names the sockets of all processes. */
	static const char *const some[] = {
		"/proc/self/maps", "/proc/self/status", "/proc/self/cmdline",
		"/proc/self/environ", "/proc/self/auxv", NULL
	};
	static const char *const all[] = { "/proc/self", NULL };
	const char *const *paths = c->needs_proc ? all : some;

	for (int i = 0; paths[i] != NULL; i++)
		if (open(paths[i], O_PATH) < 0)
			return false;
	return landlock_grant_all(&c->files, paths, ACCESS_READ);
}

bool confine_self(const struct confinement *c)
{
	drop_privileges();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return c->files.ruleset < 0 ||
	       (grant_self(c) && landlock_enter(&c->files));
}

const char *confine_words(const struct flavour *flavour)
{
	static char words[80];
	int abi = landlock_abi();

	if (flavour->debugger)
		return "";
	if (!is_wanted(flavour))
		return "nothing: LAB_CONFINE=no";
	if (abi == 0 && !can_filter(flavour))
		return "nothing: this kernel has no Landlock";
	if (abi == 0)
		return "a filter of system calls; this kernel has no Landlock";
	snprintf(words, sizeof(words), "Landlock %d%s", abi,
		 can_filter(flavour) ? ", a filter of system calls" : "");
	return words;
}
