/*
 * fatal.h - the end of the process after a mistake in the program.
 *
 * For what no caller can put right: a lock that is not held, a node that does
 * not exist, no memory left.  What can go wrong in a correct program is a
 * return value instead.
 *
 * Threads: any.  Memory: none is allocated.  Errors: this is the last one.
 */
#ifndef LABRPC_FATAL_H
#define LABRPC_FATAL_H

/* How the line begins. */
#define LAB_FATAL_WORDS "labrpc: "

/*
 * Writes "labrpc: ", FMT and a new line to stderr and ends the process by
 * abort(), so that a debugger shows who called.  Write the values into FMT.
 */
_Noreturn void lab_fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#endif
