/*
 * fatal.c - the end of the process after a mistake in the program.
 *
 * The message is put together on the stack and leaves in one write(): memory
 * may be what has run out, and other threads may be writing.
 */
#include "labrpc/fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void lab_fatal(const char *fmt, ...)
{
	char text[512] = LAB_FATAL_WORDS;
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + used, sizeof text - used - 1, fmt, args);
	va_end(args);
	used = strlen(text);
	text[used++] = '\n';
	if (write(STDERR_FILENO, text, used) < 0)
		abort(); /* nobody listens; the signal remains */
	abort();
}
