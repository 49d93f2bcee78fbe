/* without: paxos_done */
#include "paxos/paxos.h"

static void nothing(struct paxos *px, int64_t seq)
{
	(void)px;
	(void)seq;
}

void (*paxos_nothing)(struct paxos *px, int64_t seq) = nothing;
