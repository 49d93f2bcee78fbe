/*
 * flavour.c - the table of flavours.
 *
 * Invariant: nothing but deadlines depends on the scale.  It is generous: a
 * correct solution on a loaded machine must not meet a deadline.
 *
 * No locks: constants.
 */
#include "grader/process/flavour.h"

#include <stddef.h>
#include <string.h>

static const struct flavour flavours[] = {
	{ .name = "plain", .scale = 1 },
	{ .name = "sim", .scale = 10, .simulated = true },
	{ .name = "sim-race", .scale = 10, .simulated = true },
	{ .name = "thread", .scale = 5, .sanitizer = true,
	  .fixed_addresses = true },
	{ .name = "address", .scale = 3, .sanitizer = true,
	  .reads_proc = true },
	{ .name = "coverage", .scale = 2, .counts = true },
	{ .name = "memcheck", .scale = 20, .reads_proc = true,
	  .valgrind = "memcheck" },
	{ .name = "helgrind", .scale = 20, .reads_proc = true,
	  .valgrind = "helgrind", .advises = true },
	{ .name = "drd", .scale = 20, .reads_proc = true,
	  .valgrind = "drd", .advises = true },
	{ .name = "debug", .scale = 10000, .debugger = true },
	{ .name = "debug-sim", .scale = 10, .simulated = true,
	  .debugger = true },
	{ .name = "debug-sim-race", .scale = 10, .simulated = true,
	  .debugger = true },
};

const char flavour_names[] =
	"plain, sim, sim-race, thread, address, coverage, memcheck, helgrind, "
	"drd, debug, debug-sim, debug-sim-race";

const struct flavour *flavour_find(const char *name)
{
	for (size_t i = 0; i < sizeof(flavours) / sizeof(flavours[0]); i++)
		if (strcmp(flavours[i].name, name) == 0)
			return &flavours[i];
	return NULL;
}

const struct flavour *flavour_unwatched(const struct flavour *flavour)
{
	static const char prefix[] = "debug-";

	if (strncmp(flavour->name, prefix, strlen(prefix)) != 0)
		return flavour;
	return flavour_find(flavour->name + strlen(prefix));
}
