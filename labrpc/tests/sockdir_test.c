/*
 * sockdir_test.c - the folder is private, its path short whatever TMPDIR is,
 * and it goes with its owner, however that ends.
 */
#include "labrpc/sockdir.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Far beyond what anything here takes: only a failure waits so long. */
#define DEADLINE_MS 60000

static char base[64]; /* TMPDIR of each test, its own */

static void make_base(void)
{
	strcpy(base, "/tmp/sdt.XXXXXX");
	cr_assert(mkdtemp(base) != NULL);
	cr_assert(setenv("TMPDIR", base, 1) == 0);
}

static void remove_base(void)
{
	cr_assert(chmod(base, 0700) == 0);
	cr_assert(rmdir(base) == 0, "%s: %s", base, strerror(errno));
}

TestSuite(sockdir, .init = make_base, .fini = remove_base);

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void make_file(const char *dir, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	cr_assert(fd >= 0, "%s: %s", path, strerror(errno));
	close(fd);
}

/* Waits until PATH in base is gone; woken by each removal in base. */
static void await_removal(const char *path)
{
	char events[4096];
	struct pollfd removal = { .events = POLLIN };

	removal.fd = inotify_init1(IN_CLOEXEC);
	cr_assert(removal.fd >= 0);
	cr_assert(inotify_add_watch(removal.fd, base, IN_DELETE) >= 0);
	while (exists(path)) {
		cr_assert(poll(&removal, 1, DEADLINE_MS) == 1,
			  "%s is still there", path);
		cr_assert(read(removal.fd, events, sizeof events) > 0);
	}
	close(removal.fd);
}

/* Finds the janitor of PATH; its last argument is the path. */
static pid_t janitor_of(const char *path)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = -1;

	cr_assert(proc != NULL);
	while (found < 0 && (entry = readdir(proc)) != NULL) {
		char name[300], args[1024] = "";
		ssize_t len;
		int fd;

		snprintf(name, sizeof name, "/proc/%s/cmdline", entry->d_name);
		fd = open(name, O_RDONLY);
		if (fd < 0)
			continue;
		len = read(fd, args, sizeof args - 1);
		close(fd);
		if (len > (ssize_t)strlen(path) &&
		    strcmp(args + len - 1 - strlen(path), path) == 0)
			found = (pid_t)atoi(entry->d_name);
	}
	closedir(proc);
	return found;
}

/* Owns a folder, whose path it writes to FD, until FD is at its end. */
static _Noreturn void own_folder(int fd)
{
	struct sockdir *dir = sockdir_make();
	char inner[128];

	if (dir == NULL)
		_exit(1);
	make_file(sockdir_path(dir), "p0");
	snprintf(inner, sizeof inner, "%s/inner", sockdir_path(dir));
	if (mkdir(inner, 0700) != 0)
		_exit(1);
	make_file(inner, "p1");
	if (write(fd, sockdir_path(dir), SOCKDIR_PATH_BYTES) < 0)
		_exit(1);
	while (read(fd, inner, sizeof inner) > 0)
		;
	_exit(0);
}

/*
 * Forks an owner of a folder with some things in it.  Returns its pid; the
 * path comes back in PATH.
 */
static pid_t fork_owner(char path[SOCKDIR_PATH_BYTES])
{
	int pair[2];
	pid_t pid;

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pid = fork();
	cr_assert(pid >= 0);
	if (pid == 0) {
		close(pair[0]);
		own_folder(pair[1]);
	}
	close(pair[1]);
	cr_assert(read(pair[0], path, SOCKDIR_PATH_BYTES) ==
		  SOCKDIR_PATH_BYTES);
	/* Left open: the owner ends, at the latest, with this test. */
	cr_assert(strncmp(path, base, strlen(base)) == 0, "%s", path);
	return pid;
}

static void end_process(pid_t pid, int signal)
{
	cr_assert(kill(pid, signal) == 0);
	cr_assert(waitpid(pid, NULL, 0) == pid);
}

Test(sockdir, is_private_and_goes_when_removed)
{
	struct sockdir *dir = sockdir_make();
	char path[SOCKDIR_PATH_BYTES];
	struct stat st;

	cr_assert(dir != NULL, "%s", strerror(errno));
	strcpy(path, sockdir_path(dir));
	cr_assert(lstat(path, &st) == 0 && S_ISDIR(st.st_mode));
	cr_assert((st.st_mode & 07777) == 0700, "%o", (unsigned)st.st_mode);
	cr_assert(st.st_uid == geteuid());
	make_file(path, "p0");
	sockdir_remove(dir);
	cr_assert(!exists(path));
}

Test(sockdir, folders_differ_and_do_not_sweep_each_other)
{
	struct sockdir *a = sockdir_make(), *b = sockdir_make();

	cr_assert(a != NULL && b != NULL);
	cr_assert(strcmp(sockdir_path(a), sockdir_path(b)) != 0);
	cr_assert(exists(sockdir_path(a)) && exists(sockdir_path(b)));
	sockdir_remove(a);
	cr_assert(exists(sockdir_path(b)));
	sockdir_remove(b);
}

Test(sockdir, removal_follows_no_links)
{
	struct sockdir *dir = sockdir_make();
	char link_path[128], kept[128];

	cr_assert(dir != NULL);
	snprintf(kept, sizeof kept, "%s/kept", base);
	cr_assert(mkdir(kept, 0700) == 0);
	make_file(kept, "file");
	snprintf(link_path, sizeof link_path, "%s/out", sockdir_path(dir));
	cr_assert(symlink(kept, link_path) == 0);
	sockdir_remove(dir);
	strcat(kept, "/file");
	cr_assert(unlink(kept) == 0, "%s was removed", kept);
	kept[strlen(kept) - strlen("/file")] = '\0';
	cr_assert(rmdir(kept) == 0);
}

Test(sockdir, goes_when_the_owner_is_killed)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGINT, SIGABRT };

	for (int i = 0; i < 4; i++) {
		char path[SOCKDIR_PATH_BYTES];
		pid_t owner = fork_owner(path);

		cr_assert(exists(path));
		end_process(owner, signals[i]);
		await_removal(path);
	}
}

Test(sockdir, the_janitor_heeds_no_gentle_signal)
{
	char path[SOCKDIR_PATH_BYTES];
	pid_t owner = fork_owner(path), janitor = janitor_of(path);

	cr_assert(janitor > 0);
	cr_assert(getsid(janitor) != getsid(0), "in our session");
	cr_assert(kill(janitor, SIGINT) == 0);
	cr_assert(kill(janitor, SIGTERM) == 0);
	cr_assert(kill(janitor, SIGHUP) == 0);
	end_process(owner, SIGKILL);
	await_removal(path);
}

Test(sockdir, the_janitor_holds_nothing_of_ours)
{
	char path[SOCKDIR_PATH_BYTES], name[300], target[256];
	pid_t owner = fork_owner(path), janitor = janitor_of(path);
	struct dirent *entry;
	DIR *fds;

	/* The test itself has pipes and files open, all inheritable. */
	cr_assert(janitor > 0);
	snprintf(name, sizeof name, "/proc/%d/fd", (int)janitor);
	fds = opendir(name);
	cr_assert(fds != NULL, "%s: %s", name, strerror(errno));
	while ((entry = readdir(fds)) != NULL) {
		ssize_t len = readlinkat(dirfd(fds), entry->d_name, target,
					 sizeof target - 1);

		if (len < 0)
			continue; /* . and .. */
		target[len] = '\0';
		cr_assert(strcmp(target, "/dev/null") == 0 ||
			  strncmp(target, "socket:", 7) == 0,
			  "descriptor %s is %s", entry->d_name, target);
	}
	closedir(fds);
	end_process(owner, SIGKILL);
	await_removal(path);
}

/* Kills owner and janitor, so that nobody is left to remove PATH. */
static void orphan(char path[SOCKDIR_PATH_BYTES])
{
	pid_t owner = fork_owner(path), janitor = janitor_of(path);

	cr_assert(janitor > 0);
	/* It is not our child; it is gone when its folder has no finder. */
	cr_assert(kill(janitor, SIGKILL) == 0);
	while (janitor_of(path) > 0)
		poll(NULL, 0, 1);
	end_process(owner, SIGKILL);
	cr_assert(exists(path));
}

Test(sockdir, the_next_one_sweeps_what_nobody_owns)
{
	char path[SOCKDIR_PATH_BYTES];
	struct sockdir *next;

	orphan(path);
	next = sockdir_make();
	cr_assert(next != NULL);
	cr_assert(!exists(path), "%s was not swept", path);
	sockdir_remove(next);
}

Test(sockdir, a_sweep_takes_only_private_folders)
{
	char orphaned[SOCKDIR_PATH_BYTES], path[3][128];
	struct sockdir *next;

	/* Of our prefix: a link to a folder, a file, an open folder. */
	orphan(orphaned);
	for (int i = 0; i < 3; i++)
		snprintf(path[i], sizeof path[i], "%s/labrpc-%lu-trick%d",
			 base, (unsigned long)geteuid(), i);
	cr_assert(symlink("/nowhere", path[0]) == 0);
	make_file(base, path[1] + strlen(base) + 1);
	cr_assert(mkdir(path[2], 0700) == 0 && chmod(path[2], 0755) == 0);
	next = sockdir_make();
	cr_assert(next != NULL);
	cr_assert(!exists(orphaned));
	for (int i = 0; i < 3; i++)
		cr_assert(exists(path[i]), "%s was swept", path[i]);
	sockdir_remove(next);
	cr_assert(unlink(path[0]) == 0 && unlink(path[1]) == 0);
	cr_assert(rmdir(path[2]) == 0);
}

/* Makes a folder with TMPDIR as it is; it must lie elsewhere and be short. */
static void expect_elsewhere(const char *why)
{
	struct sockdir *dir = sockdir_make();

	cr_assert(dir != NULL, "%s: %s", why, strerror(errno));
	cr_assert(sockdir_path(dir)[0] == '/', "%s", why);
	cr_assert(strncmp(sockdir_path(dir), base, strlen(base)) != 0,
		  "%s: %s", why, sockdir_path(dir));
	cr_assert(strlen(sockdir_path(dir)) < SOCKDIR_PATH_BYTES);
	sockdir_remove(dir);
}

Test(sockdir, any_tmpdir_will_do)
{
	char long_path[256];
	size_t len = strlen(base);

	unsetenv("TMPDIR");
	expect_elsewhere("unset");
	setenv("TMPDIR", "", 1);
	expect_elsewhere("empty");
	setenv("TMPDIR", "/nowhere/at/all", 1);
	expect_elsewhere("not there");
	setenv("TMPDIR", "relative", 1);
	expect_elsewhere("relative");
	setenv("TMPDIR", "/dev/null", 1);
	expect_elsewhere("no folder");
	setenv("TMPDIR", "/proc", 1);
	expect_elsewhere("not writable, even for root");

	strcpy(long_path, base);
	memset(long_path + len, 'd', 100);
	long_path[len] = '/';
	long_path[len + 100] = '\0';
	cr_assert(mkdir(long_path, 0700) == 0);
	setenv("TMPDIR", long_path, 1);
	expect_elsewhere("too long");
	cr_assert(rmdir(long_path) == 0);

	cr_assert(chmod(base, 0777) == 0);
	setenv("TMPDIR", base, 1);
	expect_elsewhere("open to all without the sticky bit");
}
