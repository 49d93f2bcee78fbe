/*
 * kvctl.h - how kvctl ends, and what an operator can do with it.
 *
 * Threads: one.  Memory: the caller's.  Errors: told on stderr, and an exit
 * status.
 */
#ifndef KVPAXOS_DAEMON_KVCTL_H
#define KVPAXOS_DAEMON_KVCTL_H

#include "kvpaxos/daemon/replicas.h"

/* In words: `kvctl --help`. */
enum {
	EXIT_DONE,
	EXIT_REFUSED,
	EXIT_USAGE,
	EXIT_NO_ANSWER,
	EXIT_STREAM,
};

/* Ends the program over a wrong use: COMPLAINT, and WHAT it is about. */
_Noreturn void usage(const char *complaint, const char *what);

/* The number, of 0 to MOST, that TEXT is; else its use is wrong: WHAT. */
long number_of(const char *text, const char *what, long most);

/* Each asks all replicas, says what came of it, and returns how to exit. */
int operator_status(struct replicas *all);
int operator_cut(struct replicas *all, const char *number);
int operator_heal(struct replicas *all);

#endif
