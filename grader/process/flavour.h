/*
 * flavour.h - what the host was built with, and how much slower that is.
 *
 * Threads: constants.  Memory: nothing is allocated.  Errors: NULL for a name
 * that is unknown.
 */
#ifndef GRADER_PROCESS_FLAVOUR_H
#define GRADER_PROCESS_FLAVOUR_H

#include <stdbool.h>

struct flavour {
	const char *name;
	int scale;     /* deadlines are so many times longer */
	const char *valgrind; /* a plain host, run under this tool of it */
	bool sanitizer; /* it is compiled into the host */
	bool reads_proc; /* in /proc, about all its threads */
	bool counts;   /* for gcov, at the end of the host */
	bool advises;  /* what it finds is told, but does not fail a test */
	bool simulated; /* time costs nothing, and a call has its own */
	bool debugger; /* a plain host that grade runs under gdb (debug.c) */
	bool fixed_addresses; /* ThreadSanitizer maps memory at its own */
};

/* The flavour called NAME, or NULL; the names that there are, for messages. */
const struct flavour *flavour_find(const char *name);
extern const char flavour_names[];

/* FLAVOUR, or the one that is the same without a debugger. */
const struct flavour *flavour_unwatched(const struct flavour *flavour);

#endif
