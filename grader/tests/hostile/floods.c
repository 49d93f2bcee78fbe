/* Prints without end, to stdout and stderr. */
#include <stdio.h>
#include <string.h>

#include "paxos/paxos.h"

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	char line[4096];

	(void)px;
	(void)seq;
	(void)v;
	memset(line, 'f', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	for (;;) {
		puts(line);
		fputs(line, stderr);
	}
}
