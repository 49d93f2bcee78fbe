/*
 * confine.c - see confine.h.
 *
 * Landlock's ABI is numbered; each number adds to the one before.  Headers
 * may be older than the kernel, so what came after the first is named here.
 *
 * Invariant: nothing is granted that was not asked for by name below.
 *
 * No locks: no state.
 */
#define _GNU_SOURCE /* syscall(), O_PATH */

#include "grader/judge/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(n) (UINT64_C(1) << (n))

/* What there is to do with files, by the ABI that began to watch it. */
#define FS_ABI_1 (BIT(13) - 1)
#define FS_REFER BIT(13)     /* ABI 2: link and rename between folders */
#define FS_TRUNCATE BIT(14)  /* ABI 3 */
#define FS_IOCTL_DEV BIT(15) /* ABI 5 */

#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_USE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
#define FS_RUN (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
#define FS_OWN                                                             \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE |           \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |  \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |       \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK)
/* What can be granted for a file that is no folder. */
#define FS_OF_FILE (FS_USE | FS_RUN | FS_TRUNCATE | FS_IOCTL_DEV)

#define NET_TCP (BIT(0) | BIT(1))     /* ABI 4: bind, connect */
#define SCOPE_ALL (BIT(0) | BIT(1))   /* ABI 6: abstract sockets, signals */

/* The beginning of it is the struct of every older ABI. */
struct ruleset_attr {
	uint64_t fs, net, scoped;
};

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

static int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

/* For tests of what else there is against a hostile submission. */
static bool is_wanted(const struct flavour *flavour)
{
	const char *asked = getenv("LAB_CONFINE");

	return !flavour->debugger &&
	       (asked == NULL || strcmp(asked, "no") != 0);
}

static uint64_t watched(int abi)
{
	return FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) |
	       (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0);
}

/*
 * Grants ACCESS to PATH and what is below.  A path that we cannot open is of
 * no use to the host either.  To be called in a child, too: it uses nothing
 * but system calls.
 */
static bool grant(const struct confinement *c, const char *path,
		  uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access & watched(c->abi),
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	bool ok;

	if (rule.parent_fd < 0)
		return true;
	ok = fstat(rule.parent_fd, &st) == 0;
	if (ok && !S_ISDIR(st.st_mode))
		rule.allowed_access &= FS_OF_FILE;
	ok = ok && syscall(SYS_landlock_add_rule, c->ruleset,
			   LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return ok;
}

static bool grant_all(const struct confinement *c, const char *const paths[],
		      uint64_t access)
{
	bool ok = true;

	for (int i = 0; ok && paths[i] != NULL; i++)
		ok = grant(c, paths[i], access);
	return ok;
}

/* What the flavour of CONFIG needs beyond what all do. */
static bool grant_tools(const struct confinement *c,
			const struct host_config *config)
{
	const char *suppressions = getenv("LAB_SUPPRESSIONS");
	const char *counts = getenv("GCOV_PREFIX");

	if (config->flavour->sanitizer)
		return grant_all(c, symbolizers, FS_RUN);
	if (config->flavour->counts && counts != NULL)
		return grant(c, counts, FS_OWN);
	if (config->flavour->valgrind == NULL)
		return true;
	return grant_all(c, programs, FS_RUN | FS_READ) &&
	       (suppressions == NULL || grant(c, suppressions, FS_READ));
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
	return grant(c, path, LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static bool make_rules(struct confinement *c,
		       const struct host_config *config)
{
	struct ruleset_attr attr = {
		.fs = watched(c->abi), .net = NET_TCP, .scoped = SCOPE_ALL,
	};
	size_t size = c->abi < 4 ? sizeof(attr.fs)
		      : c->abi < 6 ? 2 * sizeof(attr.fs) : sizeof(attr);

	c->ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	return c->ruleset >= 0 && grant_all(c, libraries, FS_READ) &&
	       grant_all(c, devices, FS_USE) &&
	       grant_all(c, loaders, FS_RUN) &&
	       grant(c, config->program, FS_RUN) &&
	       grant(c, config->submission, FS_READ) &&
	       grant(c, config->dir, FS_OWN) && grant_log(c) &&
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
	int err;

	*c = (struct confinement){
		.abi = is_wanted(config->flavour) ? landlock_abi() : 0,
		.ruleset = -1,
		.filter = can_filter(config->flavour),
		.needs_proc = config->flavour->reads_proc,
	};
	if (c->abi == 0 || make_rules(c, config))
		return true;
	err = errno;
	confine_release(c);
	errno = err;
	return false;
}

void confine_release(struct confinement *c)
{
	if (c->ruleset >= 0)
		close(c->ruleset);
	c->ruleset = -1;
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
	return grant_all(c, paths, FS_READ);
}

bool confine_self(const struct confinement *c)
{
	drop_privileges();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return c->ruleset < 0 ||
	       (grant_self(c) &&
		syscall(SYS_landlock_restrict_self, c->ruleset, 0) == 0);
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
