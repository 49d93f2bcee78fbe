/*
 * Takes its time to be stopped.  It is put in the place of the function of
 * the reference solution, all of whose points it must lose.
 */
#include <unistd.h>

void paxos_kill(struct paxos *px)
{
	(void)px;
	sleep(100000);
}
