/*
 * lint.c - what is no failure, but a habit that leads to one: to wait for
 * replies, or for time to pass, with a lock that handlers need.
 *
 * For so long the peer neither promises nor learns, and soon somebody waits in
 * a circle.  A lock that no handler takes may well be held then.  Of each run
 * the first case is kept.
 *
 * Invariant: an object has a place in `waited` from the first such wait on,
 * whether or not a handler is known to take it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/sched.h"

static void judge(const struct object *object)
{
	if (!object->for_handlers || object->waited == 0 ||
	    sim.report.lint[0] != '\0')
		return;
	snprintf(sim.report.lint, sizeof(sim.report.lint),
		 "a thread %s in {l+0x%" PRIxPTR "} while it holds a %s that "
		 "handlers need, locked in {l+0x%" PRIxPTR "}: for so long "
		 "these wait",
		 object->waited_for, object->waited,
		 object_kind_name(object->kind), object->waited_since);
}

void lint_wait(const char *doing)
{
	struct object *object = NULL;
	uintptr_t place = 0;

	while ((object = object_held_by(sim.current, object)) != NULL) {
		if (object->waited != 0)
			continue;
		place = place != 0 ? place : report_place();
		object->waited = place;
		object->waited_since = object->taken;
		object->waited_for = doing;
		judge(object);
	}
}

void lint_take(struct object *object)
{
	if (sim.current->server == NULL || object->for_handlers)
		return;
	object->for_handlers = true;
	judge(object);
}
