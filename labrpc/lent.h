/*
 * lent.h - what a peer is given in place of a pointer to what is labrpc's.
 *
 * Private to labrpc.  A peer runs in the address space of the network that it
 * is tested with: from an end it would come to the link, its faults and its
 * counts.  So its ends and rounds are names, addresses of a place that cannot
 * be written to and where nothing stands; what they name is in a table here.
 *
 * Threads: any.
 *
 * Memory: a name is in use from lend() to lent_back() and is not given out
 * again soon.  The table does not count as a reference, so that what a peer
 * forgets to end is still reported as leaked.
 *
 * Errors: more than LENT_MAX names at once, or a name that is not in use,
 * end the process with a message.
 */
#ifndef LABRPC_LENT_H
#define LABRPC_LENT_H

#include <stdbool.h>

#define LENT_MAX 65536

/* Makes a name for OBJECT, which is not NULL. */
void *lend(void *object);

/* Tells whether POINTER is a name, in use or not. */
bool lent_is_name(const void *pointer);

/* What NAME stands for. */
void *lent_object(const void *name);

/* Takes NAME out of use. */
void lent_back(const void *name);

/* Takes back all names: of a simulated run that is over. */
void lent_forget(void);

#endif
