/* Never comes back from a question. */
#include "paxos/paxos.h"

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	volatile int turns = 0;

	(void)px;
	(void)seq;
	(void)v;
	for (;;)
		turns = !turns;
}
