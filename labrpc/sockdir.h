/*
 * sockdir.h - a private folder for sockets that is gone after any kind of end.
 *
 * The folder has mode 0700 and a path so short that sockets in it stay far
 * below the 108 bytes of a socket's path, whatever TMPDIR is.  It goes when
 * sockdir_remove() is called; or else when its owner ends, killed or not, by
 * the hand of a small process that waits for that; or else, should that
 * process have been killed as well, when the next folder is made.
 *
 * The owner is the process that made the folder, together with children that
 * it forked and that have not called exec: the folder lives as long as one of
 * them does.
 *
 * Threads: a struct sockdir belongs to one thread at a time.
 *
 * Memory: sockdir_make() allocates, sockdir_remove() frees.
 *
 * Errors: sockdir_make() returns NULL with errno set.  What cannot be removed
 * is left for the next one to try.
 */
#ifndef LABRPC_SOCKDIR_H
#define LABRPC_SOCKDIR_H

struct sockdir;

/* The longest path of such a folder, in bytes, with its NUL. */
#define SOCKDIR_PATH_BYTES 64

/*
 * Makes a folder of one's own under TMPDIR if that is absolute, short enough
 * and fit for it, otherwise under /tmp, /var/tmp or /dev/shm, and removes the
 * ones that former owners of this user have left there.
 */
struct sockdir *sockdir_make(void);

/* The path of DIR, absolute; valid until DIR is removed. */
const char *sockdir_path(const struct sockdir *dir);

/* Removes the folder with all that is in it, and frees DIR. */
void sockdir_remove(struct sockdir *dir);

#endif
