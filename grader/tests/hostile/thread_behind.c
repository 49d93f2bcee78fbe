/* Leaves a thread behind that goes on for ever. */
#include <pthread.h>
#include <stdlib.h>

#include "paxos/paxos.h"

static void *go_on(void *unused)
{
	volatile int turns = 0;

	(void)unused;
	for (;;)
		turns = !turns;
	return NULL;
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	pthread_t thread;

	(void)config;
	if (pthread_create(&thread, NULL, go_on, NULL) == 0)
		pthread_detach(thread);
	return malloc(1);
}
