/*
 * Takes the links from its ends, so that no fault concerns its calls and no
 * count holds them.  It is added to the reference solution, all of whose
 * points it must lose.
 */
struct untied {
	const void *transport;
	void *link;
};

static void untie(const struct paxos_config *config)
{
	for (int i = 0; i < config->npeers; i++)
		if (config->ends[i] != NULL)
			((struct untied *)config->ends[i])->link = NULL;
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	untie(config);
	return reference_make(config);
}
