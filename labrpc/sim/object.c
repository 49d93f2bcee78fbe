/*
 * object.c - handles, and who waits at an object.
 *
 * A handle is a tag and a number.  It counts only together with the address
 * that it was made for, so a copied variable, or bytes that happen to look
 * like one, are not taken for it.
 *
 * Invariant: a thread is in the list of the object that it waits at from
 * object_wait() until it has been woken, by whomever.  No locks: one runs.
 */
#include "labrpc/sim/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/sched.h"

#define HANDLE_TAG 0x51000000u
#define HANDLE_TAG_MASK 0xff000000u
#define OBJECTS_MAX 1000000

/* Objects do not move: they come in chunks. */
#define CHUNK 256

static struct object **chunks;
static int nchunks, nobjects;

static const char *const kind_names[] = {
	[OBJECT_FREE] = "object",
	[OBJECT_MUTEX] = "mutex",
	[OBJECT_COND] = "condition variable",
	[OBJECT_RWLOCK] = "read-write lock",
	[OBJECT_SEM] = "semaphore",
	[OBJECT_BARRIER] = "barrier",
	[OBJECT_ONCE] = "pthread_once_t",
	[OBJECT_SPIN] = "spin lock",
};

const char *object_kind_name(enum object_kind kind)
{
	return kind_names[kind];
}

void objects_begin(void)
{
	nobjects = 0;
}

static struct object *object_number(int id)
{
	return &chunks[id / CHUNK][id % CHUNK];
}

static void add_chunk(void)
{
	chunks = realloc(chunks, (size_t)(nchunks + 1) * sizeof(*chunks));
	if (chunks != NULL)
		chunks[nchunks] = calloc(CHUNK, sizeof(struct object));
	if (chunks == NULL || chunks[nchunks] == NULL)
		lab_fatal("no memory for %d objects of a simulation",
			  (nchunks + 1) * CHUNK);
	nchunks++;
}

struct object *object_make(void *at, enum object_kind kind)
{
	struct object *object;
	struct clock clock;
	uint32_t handle;

	if (nobjects == OBJECTS_MAX)
		sim_end(SIM_MEMORY_LIMIT, "the run has used %d mutexes, "
			"condition variables and the like", nobjects);
	if (nobjects == nchunks * CHUNK)
		add_chunk();
	object = object_number(nobjects);
	clock = object->clock;
	memset(object, 0, sizeof(*object));
	object->clock.at = clock.at; /* its memory */
	object->clock.room = clock.room;
	object->id = nobjects++;
	object->kind = kind;
	object->at = at;
	object->origin = report_place();
	handle = HANDLE_TAG | (uint32_t)object->id;
	memcpy(at, &handle, sizeof(handle));
	return object;
}

struct object *object_at(void *at, enum object_kind kind)
{
	struct object *object;
	uint32_t handle;
	int id;

	if (at == NULL)
		sim_end(SIM_NO_OBJECT, "a %s at NULL is used",
			kind_names[kind]);
	memcpy(&handle, at, sizeof(handle));
	if (handle == 0) {
		object = object_make(at, kind);
		object->in_passing = true;
		return object;
	}
	id = (int)(handle & ~HANDLE_TAG_MASK);
	if ((handle & HANDLE_TAG_MASK) == HANDLE_TAG && id < nobjects) {
		object = object_number(id);
		if (object->kind == kind && object->at == at)
			return object;
	}
	sim_end(SIM_NO_OBJECT, "a %s is used that was never initialised, or "
		"has been destroyed, or is a copy", kind_names[kind]);
}

void object_destroy(struct object *object)
{
	char who[64];

	if (object->owner != NULL)
		sim_end(SIM_BUSY_DESTROY, "a %s is destroyed while %s holds "
			"it", kind_names[object->kind],
			sim_thread_words(object->owner, who, sizeof(who)));
	if (object->first != NULL)
		sim_end(SIM_BUSY_DESTROY, "a %s is destroyed while %s waits "
			"for it", kind_names[object->kind],
			sim_thread_words(object->first, who, sizeof(who)));
	object->kind = OBJECT_FREE;
}

/* ---- waiting ----------------------------------------------------------- */

static void remove_waiter(struct object *object, struct thread *thread)
{
	struct thread **link = &object->first, *before = NULL;

	while (*link != thread) {
		before = *link;
		link = &before->next_waiter;
	}
	*link = thread->next_waiter;
	if (object->last == thread)
		object->last = before;
	object->nwaiters--;
}

enum sim_wake object_wait(struct object *object, enum sim_wait wait,
			  int64_t deadline_ns)
{
	struct thread *me = sim.current;
	enum sim_wake woken;

	me->next_waiter = NULL;
	if (object->first == NULL)
		object->first = me;
	else
		object->last->next_waiter = me;
	object->last = me;
	object->nwaiters++;
	me->object = object;
	me->wait = wait;
	if (deadline_ns == SIM_NEVER && wait != SIM_WAIT_COND)
		deadlock_check();
	woken = sim_block(wait, deadline_ns);
	if (woken != WAKE_CALLED)
		remove_waiter(object, me);
	me->object = NULL;
	return woken;
}

void object_wake(struct object *object, struct thread *thread)
{
	remove_waiter(object, thread);
	sim_wake(thread, WAKE_CALLED);
}

bool object_wake_one(struct object *object)
{
	struct thread *thread = object->first;
	int skip;

	if (thread == NULL)
		return false;
	skip = object->nwaiters == 1 ? 0
				     : (int)random_below(
					       &sim.scheduler,
					       (uint64_t)object->nwaiters);
	while (skip-- > 0)
		thread = thread->next_waiter;
	remove_waiter(object, thread);
	/* One whose time has just run out is a waiter, but not asleep. */
	if (thread->state == THREAD_BLOCKED)
		sim_wake(thread, WAKE_CALLED);
	else
		thread->woken = WAKE_CALLED;
	return true;
}

void object_wake_all(struct object *object)
{
	while (object_wake_one(object))
		continue;
}

const char *object_locked_words(const struct object *object, char *buf,
				size_t size)
{
	buf[0] = '\0';
	if (object->taken != 0)
		snprintf(buf, size, " (locked in {l+0x%" PRIxPTR "})",
			 object->taken);
	return buf;
}

struct object *object_held_by(const struct thread *thread,
			      const struct object *object)
{
	int i;

	if (thread->held == 0)
		return NULL; /* as nearly always */
	for (i = object == NULL ? 0 : object->id + 1; i < nobjects; i++) {
		struct object *next = object_number(i);

		if (next->kind != OBJECT_FREE && next->owner == thread)
			return next;
	}
	return NULL;
}

void object_take(struct object *object)
{
	object->owner = sim.current;
	object->taken = report_place();
	lint_take(object);
	sim.current->held++;
	race_acquire(&object->clock);
}

void object_give(struct object *object)
{
	object->owner->held--;
	object->owner = NULL;
	race_release(&object->clock);
}
