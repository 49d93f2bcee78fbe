/* Peers that share a variable would count each other. */
#include <stdlib.h>

#include "paxos/paxos.h"

static int peers;

struct paxos *paxos_make(const struct paxos_config *config)
{
	(void)config;
	peers++;
	return malloc(1);
}

int64_t paxos_max(struct paxos *px)
{
	(void)px;
	return peers;
}
