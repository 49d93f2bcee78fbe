/*
 * clerks.h - the clients of a group that is a key/value service.
 *
 * Clerk number i is node npeers + i of the network.  Each has a loaded copy of
 * the submission of its own, as if it were a program.
 *
 * Threads: one control call at a time.
 *
 * Memory: clerks_free() frees them all.
 *
 * Errors: in the replies (clients.c).
 */
#ifndef GRADER_HOST_CLERKS_H
#define GRADER_HOST_CLERKS_H

struct clerks;
struct group;

/* Makes room for N clerks of GROUP, none of which is open. */
struct clerks *clerks_make(struct group *group, int n);

/* Makes every call of every clerk return soon; none begins another one. */
void clerks_stop(struct clerks *clerks);

/* Ends and frees all clerks, which have been stopped. */
void clerks_free(struct clerks *clerks);

#endif
