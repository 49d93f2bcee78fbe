/*
 * flavour.c - the table of flavours, for the judge and for grade.
 *
 * Invariant: nothing but deadlines and limits depends on the scales.  They are
 * generous: a correct solution on a loaded machine must not meet one.
 *
 * No locks: constants.
 */
#include "grader/process/flavour.h"

#include <stdio.h>
#include <string.h>

static const struct flavour flavours[] = {
	{
		.name = "plain",
		.words = "no checker",
		.make_args = "",
		.deadline_scale = 1,
		.limit_scale = 1,
		.memory_scale = 1,
	},
	{
		.name = "sim",
		.words = "simulation",
		.make_args = "WORLD=sim",
		.deadline_scale = 10,
		.limit_scale = 10,
		.memory_scale = 2,
		.simulated = true,
	},
	{
		.name = "sim-race",
		.words = "simulation",
		.make_args = "WORLD=sim-race",
		.deadline_scale = 10,
		.limit_scale = 20,
		.memory_scale = 4,
		.simulated = true,
		.finds_races = true,
	},
	{
		.name = "thread",
		.words = "ThreadSanitizer",
		.make_args = "SAN=thread",
		.deadline_scale = 5,
		.limit_scale = 5,
		.memory_scale = 4,
		.sanitizer = true,
		.finds_races = true,
		.fixed_addresses = true,
	},
	{
		.name = "address",
		.words = "AddressSanitizer",
		.make_args = "SAN=address",
		.deadline_scale = 3,
		.limit_scale = 3,
		.memory_scale = 4,
		.sanitizer = true,
		.reads_proc = true,
	},
	{
		.name = "coverage",
		.words = "coverage",
		.make_args = "",
		.deadline_scale = 2,
		.limit_scale = 2,
		.memory_scale = 1,
		.counts = true,
	},
	{
		.name = "debug",
		.words = "a debugger",
		.make_args = "",
		.deadline_scale = 10000, /* a person takes time */
		.limit_scale = 1,
		.memory_scale = 1,
		.debugger = true,
	},
	{
		.name = "debug-sim",
		.words = "a debugger",
		.make_args = "",
		.deadline_scale = 10,
		.limit_scale = 1,
		.memory_scale = 1,
		.simulated = true,
		.debugger = true,
	},
	{
		.name = "debug-sim-race",
		.words = "a debugger",
		.make_args = "",
		.deadline_scale = 10,
		.limit_scale = 1,
		.memory_scale = 1,
		.simulated = true,
		.debugger = true,
	},
	{
		.name = "memcheck",
		.words = "Memcheck",
		.make_args = "VALGRIND=memcheck",
		.valgrind = "memcheck",
		.deadline_scale = 20,
		.limit_scale = 20,
		.memory_scale = 4,
		.reads_proc = true,
	},
	{
		.name = "helgrind",
		.words = "Helgrind",
		.make_args = "VALGRIND=helgrind",
		.valgrind = "helgrind",
		.deadline_scale = 20,
		.limit_scale = 20,
		.memory_scale = 4,
		.advises = true,
		.finds_races = true,
		.reads_proc = true,
	},
	{
		.name = "drd",
		.words = "DRD",
		.make_args = "VALGRIND=drd",
		.valgrind = "drd",
		.deadline_scale = 20,
		.limit_scale = 20,
		.memory_scale = 4,
		.advises = true,
		.finds_races = true,
		.reads_proc = true,
	},
};

#define NFLAVOURS (sizeof(flavours) / sizeof(flavours[0]))

const struct flavour *flavour_find(const char *name)
{
	for (size_t i = 0; i < NFLAVOURS; i++)
		if (strcmp(flavours[i].name, name) == 0)
			return &flavours[i];
	return NULL;
}

const char *flavour_names(char buf[FLAVOUR_NAMES_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < NFLAVOURS && used < FLAVOUR_NAMES_BYTES; i++)
		used += (size_t)snprintf(
			buf + used, FLAVOUR_NAMES_BYTES - used, "%s%s",
			i == 0 ? "" : i + 1 < NFLAVOURS ? ", " : " and ",
			flavours[i].name);
	return buf;
}

const struct flavour *flavour_unwatched(const struct flavour *flavour)
{
	static const char prefix[] = "debug-";

	if (strncmp(flavour->name, prefix, strlen(prefix)) != 0)
		return flavour;
	return flavour_find(flavour->name + strlen(prefix));
}

bool flavour_is_sparse(const struct flavour *flavour)
{
	return flavour->simulated || flavour->sanitizer ||
	       flavour->valgrind != NULL;
}
