/*
 * The functions of paxos.h that do nothing, for submissions on trial that
 * define only what they are about.  Weak, so that theirs come first.
 */
#include <stdlib.h>

#include "paxos/paxos.h"

#define WEAK __attribute__((weak))

WEAK struct paxos *paxos_make(const struct paxos_config *config)
{
	(void)config;
	return malloc(1);
}

WEAK void paxos_start(struct paxos *px, int64_t seq, struct value v)
{
	(void)px;
	(void)seq;
	(void)v;
}

WEAK enum paxos_fate paxos_status(struct paxos *px, int64_t seq,
				  struct value *v)
{
	(void)px;
	(void)seq;
	(void)v;
	return FATE_PENDING;
}

WEAK void paxos_done(struct paxos *px, int64_t seq)
{
	(void)px;
	(void)seq;
}

WEAK int64_t paxos_max(struct paxos *px)
{
	(void)px;
	return -1;
}

WEAK int64_t paxos_min(struct paxos *px)
{
	(void)px;
	return 0;
}

WEAK void paxos_kill(struct paxos *px)
{
	(void)px;
}

WEAK void paxos_free(struct paxos *px)
{
	free(px);
}

WEAK void paxos_stats(struct paxos *px, struct paxos_stats *stats)
{
	(void)px;
	*stats = (struct paxos_stats){ .decided = 0 };
}
