/* Takes 10 GB when first asked. */
#include <stdlib.h>
#include <string.h>

#include "paxos/paxos.h"

#define BLOCK (64u << 20)

enum paxos_fate paxos_status(struct paxos *px, int64_t seq, struct value *v)
{
	(void)px;
	(void)seq;
	(void)v;
	for (int i = 0; i < 160; i++) {
		char *volatile block = malloc(BLOCK);

		if (block == NULL)
			break;
		memset(block, i, BLOCK);
	}
	return FATE_PENDING;
}
