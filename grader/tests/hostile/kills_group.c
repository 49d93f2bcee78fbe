/* Kills its process group. */
#include <signal.h>
#include <stdlib.h>

#include "paxos/paxos.h"

struct paxos *paxos_make(const struct paxos_config *config)
{
	(void)config;
	kill(0, SIGKILL);
	exit(0);
}
