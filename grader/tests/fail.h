/*
 * fail.h - how a program that checks files for a test says that one is wrong.
 *
 * Threads: one.  Memory: none.  Errors: fail() is the end of the process.
 */
#ifndef GRADER_TESTS_FAIL_H
#define GRADER_TESTS_FAIL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints a line, and ends the process with exit status 1. */
static _Noreturn inline void fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

static _Noreturn inline void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

#endif
