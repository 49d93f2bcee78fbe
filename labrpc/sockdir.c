/*
 * sockdir.c - a private folder for sockets that is gone after any kind of end.
 *
 * Three things see to the end of a folder, each for when the one before it
 * fails: sockdir_remove(); the janitor, a shell in a session of its own that
 * waits until the owner's end of a socket pair is closed; and the sweep, by
 * which whoever makes a folder removes the ones beside it that nobody owns.
 *
 * Invariant: the owner holds an exclusive flock() on the folder itself from
 * before it uses the folder until the folder is gone.  The kernel drops the
 * lock with the process, so an unlocked folder has no owner.  A sweep removes
 * under the same lock; a maker whose new folder was swept before it had the
 * lock notices that and makes another.
 *
 * In a shared folder such as /tmp anybody may put anything under any name.
 * So names have a random part, nothing is opened through a link, and only
 * what belongs to this user, closed to all others, is swept.
 */
#define _GNU_SOURCE /* flock(), POSIX_SPAWN_SETSID, closefrom for spawn */

#include "labrpc/sockdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a folder that a sweep took away is made anew. */
#define TRIES_MAX 16

/* The deepest that a folder is cleared; nothing here nests like that. */
#define DEPTH_MAX 16

/* The descriptor on which the janitor waits. */
#define JANITOR_FD 3

struct sockdir {
	/* fixed after make */
	char path[SOCKDIR_PATH_BYTES];
	int lock_fd;    /* the folder, locked */
	int janitor_fd; /* closed, by whatever means: the janitor removes */
};

/* --- removing --- */

/* Opens the folder NAME in AT, but no link to one. */
static int open_dir(int at, const char *name)
{
	return openat(at, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes what is in the folder FD, at most DEPTH folders deep. */
static void clear_dir(int fd, int depth)
{
	int own = depth > 0 ? open_dir(fd, ".") : -1;
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (own >= 0)
			close(own);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		int inner;

		if (is_dots(entry->d_name) ||
		    unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		inner = open_dir(fd, entry->d_name);
		if (inner < 0)
			continue;
		clear_dir(inner, depth - 1);
		close(inner);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

/* Tells whether FD is a folder of this user that is closed to others. */
static bool is_private(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* Removes NAME in BASE if it is a folder of ours without an owner. */
static void sweep_one(int base, const char *name)
{
	int fd = open_dir(base, name);

	if (fd < 0)
		return;
	if (is_private(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		clear_dir(fd, DEPTH_MAX);
		unlinkat(base, name, AT_REMOVEDIR);
	}
	close(fd);
}

/* Removes the folders in BASE that begin with PREFIX and have no owner. */
static void sweep(const char *base, const char *prefix)
{
	DIR *dir = opendir(base);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			sweep_one(dirfd(dir), entry->d_name);
	}
	closedir(dir);
}

/* --- the janitor --- */

/*
 * The shell leaves the janitor behind and ends, so that the owner gets no
 * child that it must wait for.  A line read means that all is done; the end
 * of the file, that the owner has ended.
 */
static const char janitor_script[] =
	"trap '' INT TERM HUP QUIT\n"
	"cd /\n"
	"{ read -r done <&3 || rm -rf -- \"$1\"; } &\n";

/* Readies ATTR: a session of its own, in which no signal but KILL counts. */
static int set_attr(posix_spawnattr_t *attr)
{
	sigset_t blocked, normal;

	/* Blocked already when the shell begins; the trap comes later. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGQUIT);
	sigemptyset(&normal);
	sigaddset(&normal, SIGCHLD);
	sigaddset(&normal, SIGPIPE);
	posix_spawnattr_setsigmask(attr, &blocked);
	posix_spawnattr_setsigdefault(attr, &normal);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSID |
						      POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
}

/* Readies ACTIONS: /dev/null, and WAIT_FD as JANITOR_FD, and nothing else. */
static int set_actions(posix_spawn_file_actions_t *actions, int wait_fd)
{
	int error = posix_spawn_file_actions_adddup2(actions, wait_fd,
						     JANITOR_FD);

	for (int fd = 0; fd < JANITOR_FD && error == 0; fd++)
		error = posix_spawn_file_actions_addopen(
			actions, fd, "/dev/null", O_RDWR, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(
			actions, JANITOR_FD + 1);
	return error;
}

/* Runs the shell that leaves a janitor for PATH; 0 or an errno. */
static int spawn_janitor(const char *path, int wait_fd)
{
	char shell[] = "/bin/sh", option[] = "-c", name[] = "labrpc-janitor";
	char script[sizeof janitor_script], where[SOCKDIR_PATH_BYTES];
	char search[] = "PATH=/usr/bin:/bin";
	char *args[] = { shell, option, script, name, where, NULL };
	char *env[] = { search, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int error, status = 0;
	pid_t pid, waited;

	memcpy(script, janitor_script, sizeof script);
	memcpy(where, path, sizeof where);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	error = set_actions(&actions, wait_fd);
	if (error == 0)
		error = set_attr(&attr);
	if (error == 0)
		error = posix_spawn(&pid, shell, &actions, &attr, args, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
		return error;
	do {
		waited = waitpid(pid, &status, 0);
	} while (waited < 0 && errno == EINTR);
	/* ECHILD: somebody else waits for all children; then believe it. */
	return waited == pid && status != 0 ? EAGAIN : 0;
}

static int start_janitor(struct sockdir *dir)
{
	int pair[2], wait_fd, error;

	/* Not a pipe: to a socket one can write without fear of SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	/* Above JANITOR_FD, for dup2() of itself would keep close-on-exec. */
	wait_fd = fcntl(pair[1], F_DUPFD_CLOEXEC, JANITOR_FD + 1);
	error = wait_fd < 0 ? errno : spawn_janitor(dir->path, wait_fd);
	if (wait_fd >= 0)
		close(wait_fd);
	close(pair[1]);
	if (error != 0)
		close(pair[0]);
	else
		dir->janitor_fd = pair[0];
	return error;
}

/* --- making --- */

/* Tells whether BASE is a folder in which others cannot move ours away. */
static bool is_fit(const char *base)
{
	struct stat st;

	return base[0] == '/' && stat(base, &st) == 0 &&
	       S_ISDIR(st.st_mode) &&
	       ((st.st_mode & S_IWOTH) == 0 || (st.st_mode & S_ISVTX) != 0);
}

/* Tells whether PATH still names the folder that FD is. */
static bool is_at(const char *path, int fd)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 && lstat(path, &there) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

/*
 * Makes one folder in BASE and locks it.  False with errno set; EAGAIN means
 * that a sweep of another process was quicker.
 */
static bool make_locked(struct sockdir *dir, const char *base,
			const char *prefix)
{
	int error, len = snprintf(dir->path, sizeof dir->path, "%s/%sXXXXXX",
				  base, prefix);

	if (len < 0 || (size_t)len >= sizeof dir->path) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (mkdtemp(dir->path) == NULL)
		return false;
	dir->lock_fd = open_dir(AT_FDCWD, dir->path);
	if (dir->lock_fd < 0) {
		error = errno == ENOENT ? EAGAIN : errno;
	} else if (flock(dir->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		error = errno;
	} else {
		if (is_at(dir->path, dir->lock_fd))
			return true;
		error = EAGAIN;
	}
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	rmdir(dir->path);
	errno = error;
	return false;
}

/* Makes a folder with a janitor in BASE; false with errno set. */
static bool make_in(struct sockdir *dir, const char *base, const char *prefix)
{
	bool made = false;
	int error;

	if (!is_fit(base)) {
		errno = ENOTDIR;
		return false;
	}
	errno = EAGAIN;
	for (int i = 0; i < TRIES_MAX && !made && errno == EAGAIN; i++)
		made = make_locked(dir, base, prefix);
	if (!made)
		return false;
	error = start_janitor(dir);
	if (error != 0) {
		rmdir(dir->path);
		close(dir->lock_fd);
		errno = error;
		return false;
	}
	sweep(base, prefix);
	return true;
}

struct sockdir *sockdir_make(void)
{
	static const char *const others[] = { "/tmp", "/var/tmp", "/dev/shm" };
	const char *tmpdir = getenv("TMPDIR");
	struct sockdir *dir = calloc(1, sizeof *dir);
	char prefix[32];

	if (dir == NULL)
		return NULL;
	snprintf(prefix, sizeof prefix, "labrpc-%lu-",
		 (unsigned long)geteuid());
	if (tmpdir != NULL && make_in(dir, tmpdir, prefix))
		return dir;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (make_in(dir, others[i], prefix))
			return dir;
	}
	free(dir);
	return NULL;
}

const char *sockdir_path(const struct sockdir *dir)
{
	return dir->path;
}

void sockdir_remove(struct sockdir *dir)
{
	clear_dir(dir->lock_fd, DEPTH_MAX);
	/* Tell the janitor that it has nothing to do, if that is so. */
	if (rmdir(dir->path) == 0)
		(void)!send(dir->janitor_fd, "\n", 1, MSG_NOSIGNAL);
	close(dir->janitor_fd);
	close(dir->lock_fd);
	free(dir);
}
