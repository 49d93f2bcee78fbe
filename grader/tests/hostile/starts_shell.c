/* Has a shell do the work. */
#include <stdlib.h>

#include "paxos/paxos.h"

struct paxos *paxos_make(const struct paxos_config *config)
{
	(void)config;
	if (system("echo lie > @WORK@/prey") == 0)
		exit(0);
	return NULL;
}
