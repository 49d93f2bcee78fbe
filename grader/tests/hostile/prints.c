/*
 * Prints in all the ways that are allowed, as a student may who looks for a
 * mistake; and solves nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "paxos/paxos.h"

static void say(FILE *to, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(to, fmt, args);
	va_end(args);
}

static void tell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	printf("by printf, %d peers\n", config->npeers);
	fprintf(stderr, "by fprintf, %d peers\n", config->npeers);
	say(stderr, "by vfprintf, %d peers\n", config->npeers);
	tell("by vprintf, %d peers\n", config->npeers);
	puts("by puts");
	fputs("by fputs\n", stdout);
	fwrite("by fwrite\n", 1, sizeof("by fwrite\n") - 1, stderr);
	for (const char *at = "by putc\n"; *at != '\0'; at++) {
		putchar(*at);
		putc(*at, stderr);
		fputc(*at, stdout);
	}
	errno = EDOM;
	perror("by perror");
	fflush(stdout);
	fflush(NULL);
	return NULL;
}
