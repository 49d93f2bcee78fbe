/*
 * todo.h - what stands where a part of the lab is to be written.
 *
 *     lab_todo(1, "acceptor_prepare");
 *
 * writes to stderr
 *
 *     paxos/acceptor.c: TODO 1, acceptor_prepare, is not written yet
 *
 * and ends the process with the exit status LAB_TODO_STATUS, so that a test
 * that needs the function ends at once and names it.
 *
 * Threads: any; the first one to come here speaks and ends the process, the
 * others wait for that.  Memory: none is allocated.  Errors: this is the end.
 */
#ifndef LABRPC_TODO_H
#define LABRPC_TODO_H

/* The process's exit status, and how the line ends. */
#define LAB_TODO_STATUS 70
#define LAB_TODO_WORDS "is not written yet"

/* Names FUNCTION, TODO number NUMBER, of this file; does not return. */
#define lab_todo(number, function)                                            \
	lab_todo_in(__FILE__, (number), (function))

_Noreturn void lab_todo_in(const char *file, int number,
			   const char *function);

#endif
