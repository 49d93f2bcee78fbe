/*
 * todo.c - the end of a process that has come to an unwritten function.
 *
 * Nothing runs at exit: the process ends in the middle of its work, and what
 * checkers would say of that is of no use to anybody.
 *
 * Locks: `one` is taken by whoever comes first and never given back.
 */
#include "labrpc/todo.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Noreturn void lab_todo_in(const char *file, int number, const char *function)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	char text[256];

	pthread_mutex_lock(&one);
	snprintf(text, sizeof text - 1, "%s: TODO %d, %s, " LAB_TODO_WORDS,
		 file, number, function);
	strcat(text, "\n");
	/* Whoever does not read it has the exit status. */
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(LAB_TODO_STATUS);
	_exit(LAB_TODO_STATUS);
}
