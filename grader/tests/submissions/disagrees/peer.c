/* Every peer has decided, each on a value of its own. */
#include <stdlib.h>

#include "paxos/paxos.h"

struct paxos {
	unsigned char me;
};

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct paxos *px = malloc(sizeof(*px));

	if (px == NULL)
		abort();
	px->me = (unsigned char)config->me;
	return px;
}

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	(void)seq;
	if (px->me == 0)
		return FATE_PENDING;
	if (v != NULL)
		*v = value_make(&px->me, 1);
	return FATE_DECIDED;
}
