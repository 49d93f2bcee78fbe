/*
 * flavours.c - the table of flavours.
 *
 * Invariant: a judge knows all that are here (grader/process/flavour.c).
 */
#include "grader/grade/flavours.h"

#include <stddef.h>
#include <string.h>

static const struct flavour flavours[] = {
	{
		.name = "plain",
		.time_scale = 1,
		.memory_scale = 1,
		.make_args = "",
		.words = "no checker",
	},
	{
		.name = "sim",
		.time_scale = 10,
		.memory_scale = 2,
		.make_args = "WORLD=sim",
		.words = "simulation",
		.sparse = true,
		.simulated = true,
	},
	{
		.name = "sim-race",
		.time_scale = 20,
		.memory_scale = 4,
		.make_args = "WORLD=sim-race",
		.words = "simulation",
		.sparse = true,
		.simulated = true,
		.finds_races = true,
	},
	{
		.name = "thread",
		.time_scale = 5,
		.memory_scale = 4,
		.make_args = "SAN=thread",
		.words = "ThreadSanitizer",
		.sparse = true,
		.finds_races = true,
	},
	{
		.name = "address",
		.time_scale = 3,
		.memory_scale = 4,
		.make_args = "SAN=address",
		.words = "AddressSanitizer",
		.sparse = true,
	},
	{
		.name = "coverage",
		.time_scale = 2,
		.memory_scale = 1,
		.make_args = "",
		.words = "coverage",
	},
	{
		.name = "debug",
		.time_scale = 1,
		.memory_scale = 1,
		.make_args = "",
		.words = "a debugger",
	},
	{
		.name = "debug-sim",
		.time_scale = 1,
		.memory_scale = 1,
		.make_args = "",
		.words = "a debugger",
		.sparse = true,
		.simulated = true,
	},
	{
		.name = "debug-sim-race",
		.time_scale = 1,
		.memory_scale = 1,
		.make_args = "",
		.words = "a debugger",
		.sparse = true,
		.simulated = true,
	},
	{
		.name = "memcheck",
		.time_scale = 20,
		.memory_scale = 4,
		.make_args = "VALGRIND=memcheck",
		.words = "Memcheck",
		.sparse = true,
	},
	{
		.name = "helgrind",
		.time_scale = 20,
		.memory_scale = 4,
		.make_args = "VALGRIND=helgrind",
		.words = "Helgrind",
		.sparse = true,
		.advises = true,
		.finds_races = true,
	},
	{
		.name = "drd",
		.time_scale = 20,
		.memory_scale = 4,
		.make_args = "VALGRIND=drd",
		.words = "DRD",
		.sparse = true,
		.advises = true,
		.finds_races = true,
	},
};

const char flavour_list[] = "plain, sim, sim-race, thread, address, coverage, "
	"debug, debug-sim, debug-sim-race, memcheck, helgrind and drd";

const struct flavour *flavour_named(const char *name)
{
	for (size_t i = 0; i < sizeof flavours / sizeof flavours[0]; i++)
		if (strcmp(flavours[i].name, name) == 0)
			return &flavours[i];
	return NULL;
}
