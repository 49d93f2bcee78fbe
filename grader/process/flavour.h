/*
 * flavour.h - the ways in which a host is built or run, and what they cost.
 *
 * Threads: constants.
 *
 * Memory: nothing is allocated.
 *
 * Errors: NULL for a name that is unknown.
 */
#ifndef GRADER_PROCESS_FLAVOUR_H
#define GRADER_PROCESS_FLAVOUR_H

#include <stdbool.h>
#include <stddef.h>

struct flavour {
	const char *name;
	const char *words;     /* how a sentence names it, as in "under X" */
	const char *make_args; /* what make needs to choose it */
	const char *valgrind;  /* a plain host, run under this tool of it */
	int deadline_scale;    /* times a deadline on the host */
	int limit_scale;       /* times a test's limit_s */
	int memory_scale;      /* times the limit on memory */
	bool simulated;        /* time costs nothing, and a call has its own */
	bool sanitizer;        /* it is compiled into the host */
	bool debugger;         /* a host that grade runs under gdb */
	bool counts;           /* for gcov, at the end of the host */
	bool advises;          /* what it finds is told, but fails no test */
	bool finds_races;      /* it looks at each access to memory */
	bool reads_proc;       /* in /proc, about all its threads */
	bool fixed_addresses;  /* ThreadSanitizer maps memory at its own */
};

/* The flavour called NAME, or NULL. */
const struct flavour *flavour_find(const char *name);

/* Puts the names of all into BUF, for a sentence, and returns it. */
#define FLAVOUR_NAMES_BYTES 256
const char *flavour_names(char buf[FLAVOUR_NAMES_BYTES]);

/* FLAVOUR, or the one that is the same without a debugger. */
const struct flavour *flavour_unwatched(const struct flavour *flavour);

/* FLAVOUR reserves far more addresses than it uses memory. */
bool flavour_is_sparse(const struct flavour *flavour);

#endif
