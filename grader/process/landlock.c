/*
 * landlock.c - see landlock.h.
 *
 * Invariant: nothing is granted that was not asked for by name.
 *
 * No locks: no state.
 */
#define _GNU_SOURCE /* syscall(), O_PATH */

#include "grader/process/landlock.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(n) (UINT64_C(1) << (n))

/* What there is to do with files, by the ABI that began to watch it. */
#define FS_ABI_1 (BIT(13) - 1)
#define FS_REFER BIT(13)     /* ABI 2: link and rename between folders */
#define FS_IOCTL_DEV BIT(15) /* ABI 5 */

/* What can be granted for a file that is no folder. */
#define FS_OF_FILE (ACCESS_USE | ACCESS_RUN | ACCESS_TRUNCATE | FS_IOCTL_DEV)

#define NET_TCP (BIT(0) | BIT(1))     /* ABI 4: bind, connect */
#define SCOPE_ALL (BIT(0) | BIT(1))   /* ABI 6: abstract sockets, signals */

/* The beginning of it is the struct of every older ABI. */
struct ruleset_attr {
	uint64_t fs, net, scoped;
};

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static uint64_t watched(int abi)
{
	return FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) |
	       (abi >= 3 ? ACCESS_TRUNCATE : 0) |
	       (abi >= 5 ? FS_IOCTL_DEV : 0);
}

bool landlock_open(struct landlock *l, int abi)
{
	struct ruleset_attr attr = {
		.fs = watched(abi), .net = NET_TCP, .scoped = SCOPE_ALL,
	};
	size_t size = abi < 4 ? sizeof(attr.fs)
		      : abi < 6 ? 2 * sizeof(attr.fs) : sizeof(attr);

	*l = (struct landlock){ .abi = abi, .ruleset = -1 };
	if (abi == 0)
		return true;
	l->ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	return l->ruleset >= 0;
}

void landlock_close(struct landlock *l)
{
	if (l->ruleset >= 0)
		close(l->ruleset);
	l->ruleset = -1;
}

bool landlock_grant(const struct landlock *l, const char *path,
		    uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access & watched(l->abi),
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	bool ok;

	if (rule.parent_fd < 0)
		return true;
	ok = fstat(rule.parent_fd, &st) == 0;
	if (ok && !S_ISDIR(st.st_mode))
		rule.allowed_access &= FS_OF_FILE;
	ok = ok && syscall(SYS_landlock_add_rule, l->ruleset,
			   LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return ok;
}

bool landlock_grant_all(const struct landlock *l, const char *const paths[],
			uint64_t access)
{
	bool ok = true;

	for (int i = 0; ok && paths[i] != NULL; i++)
		ok = landlock_grant(l, paths[i], access);
	return ok;
}

bool landlock_enter(const struct landlock *l)
{
	return l->ruleset < 0 ||
	       syscall(SYS_landlock_restrict_self, l->ruleset, 0) == 0;
}
