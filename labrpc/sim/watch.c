/*
 * watch.c - see watch.h.
 *
 * No locks: one thread runs.
 */
#include "labrpc/sim/watch.h"

#include <stddef.h>

static void (*watcher)(const struct sim_sighting *sighting);

void sim_watch(void (*see)(const struct sim_sighting *sighting))
{
	watcher = see;
}

void watch_see(const struct sim_sighting *sighting)
{
	if (watcher != NULL)
		watcher(sighting);
}
