/*
 * world.c - the table of worlds.
 *
 * Invariant: a world is in the table only if a host can run it.
 *
 * No locks: constants.
 */
#include "grader/judge/world.h"

#include <stddef.h>
#include <string.h>

static const struct world worlds[] = {
	{ .name = "threads", .flag = WORLD_THREADS },
	{ .name = "sim", .flag = WORLD_SIM, .simulated = true },
};

const char world_names[] = "threads, sim";

const struct world *world_find(const char *name)
{
	for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++)
		if (strcmp(worlds[i].name, name) == 0)
			return &worlds[i];
	return NULL;
}
