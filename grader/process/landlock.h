/*
 * landlock.h - a process gives up all files but those that it names, and
 * what else Landlock can take: TCP, abstract sockets, signals to others.
 *
 * Landlock's ABI is numbered; each number adds to the one before.  A kernel
 * that lacks some of it does the rest.
 *
 * Threads: landlock_enter() is for a process with one thread, as a child is
 * between fork and exec; it and landlock_grant() use nothing but system calls.
 *
 * Memory: a descriptor from landlock_open() until landlock_close().
 *
 * Errors: false with errno set: the kernel promised what it did not keep.
 */
#ifndef GRADER_PROCESS_LANDLOCK_H
#define GRADER_PROCESS_LANDLOCK_H

#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>

/* What may be granted beyond what older headers name. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* from ABI 3 on */

#define ACCESS_READ                                                         \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define ACCESS_USE                                                          \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
#define ACCESS_RUN (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
/* Of a folder that is one's own: all but devices, pipes and links. */
#define ACCESS_OWN                                                          \
	(ACCESS_READ | ACCESS_WRITE | ACCESS_TRUNCATE |                     \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |   \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |        \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK)

struct landlock {
	int abi;     /* 0: none, nothing is given up */
	int ruleset; /* -1 then */
};

/* The ABI of this kernel; 0 without Landlock. */
int landlock_abi(void);

/* Begins a set of rules that grants nothing yet; with ABI 0 there is none. */
bool landlock_open(struct landlock *l, int abi);
void landlock_close(struct landlock *l);

/*
 * Grants ACCESS to PATH and what is below.  What we cannot open ourselves is
 * passed over.
 */
bool landlock_grant(const struct landlock *l, const char *path,
		    uint64_t access);

/* The same for each of PATHS, which NULL ends. */
bool landlock_grant_all(const struct landlock *l, const char *const paths[],
			uint64_t access);

/* From here on the rules hold for this process and all that come of it.  It
 * must have set PR_SET_NO_NEW_PRIVS. */
bool landlock_enter(const struct landlock *l);

#endif
