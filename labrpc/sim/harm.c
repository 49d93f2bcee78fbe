/*
 * harm.c - see harm.h.
 *
 * A name is a number: its kind, who, whom, which procedure, the how-manieth.
 *
 * Invariant: list[0..n) are the first of all that have come.
 *
 * No locks: one thread runs.
 */
#include "labrpc/sim/harm.h"

#include <string.h>

static struct sim_mercy mercy;
static uint64_t list[HARMS_MAX];
static size_t n;
static uint32_t nth[HARM_KINDS]; /* of those without a better name */

void harm_begin(const struct sim_mercy *given)
{
	mercy = *given;
	n = 0;
	memset(nth, 0, sizeof(nth));
}

uint64_t harm_name(const struct harm *harm)
{
	return (uint64_t)harm->kind << HARM_KIND_SHIFT |
	       (uint64_t)(harm->from & HARM_NODE_MASK) << HARM_FROM_SHIFT |
	       (uint64_t)(harm->to & HARM_NODE_MASK) << HARM_TO_SHIFT |
	       (uint64_t)(harm->proc & HARM_PROC_MASK) << HARM_PROC_SHIFT |
	       (uint64_t)harm->reply << HARM_REPLY_SHIFT | harm->nth;
}

bool harm_is_off(enum sim_harm kind)
{
	return mercy.kinds >> kind & 1;
}

static bool is_kept(uint64_t name)
{
	size_t low = 0, high = mercy.nkept;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mercy.kept[middle] < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low < mercy.nkept && mercy.kept[low] == name;
}

bool harm_comes(uint64_t name)
{
	if (harm_is_off((enum sim_harm)(name >> HARM_KIND_SHIFT)) ||
	    (mercy.listed && !is_kept(name)))
		return false;
	if (n < HARMS_MAX)
		list[n] = name;
	n++;
	return true;
}

bool harm_comes_next(enum sim_harm kind)
{
	const struct harm harm = { .kind = kind, .nth = nth[kind]++ };

	return harm_comes(harm_name(&harm));
}

const uint64_t *sim_harms(size_t *count)
{
	*count = n;
	return list;
}
