/*
 * race.c - vector clocks, and who has accessed what.
 *
 * As ThreadSanitizer has it (Serebryany and Iskhodzhanov, "ThreadSanitizer:
 * data race detection in practice", WBIA 2009): for each eight bytes the last
 * few accesses are kept, each with its bytes, its thread's slot and how far
 * that had come.  An access races with an earlier one of another thread that
 * shares a byte, of which one writes, and that the thread has not heard of.
 *
 * Slots of threads that have ended are used again, the oldest first; what such
 * a thread did then counts as the new one's, so a race may be missed, and none
 * is made up.
 *
 * Only the heap of the run and the variables of libraries are watched: a
 * stack is nearly always its thread's own.  No locks: one thread runs.
 */
#include "labrpc/sim/race.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/arena.h"
#include "labrpc/sim/image.h"
#include "labrpc/sim/place.h"
#include "labrpc/sim/sched.h"

#define GRANULE 8
#define RECORDS 4

/* Slots that are new before old ones are used again. */
#define SLOTS_FRESH 64
#define SLOTS_MAX 2048

/* Cells that were used are emptied up to this, and given back beyond. */
#define EMPTY_BYTES ((size_t)8 << 20)

/* How many accesses lie between two that are steps, on average: drawn. */
static const uint64_t gaps[] = { 2, 10, 100 };

struct access {
	uint32_t clock;   /* 0: there was none */
	uint16_t slot;
	uint8_t mask;     /* which of the eight bytes */
	bool write;
	uint32_t thread;
	uint32_t place;   /* the low half of where it was */
};

struct cell {
	struct access records[RECORDS];
};

static bool active;
static struct cell *heap_cells;     /* beside the arena, reserved once */
static size_t heap_used;            /* cells that may be in use */
static int nslots, queue[SLOTS_MAX], queue_first, queued;
static uint32_t slot_clocks[SLOTS_MAX];
static uint64_t gap, left, looks;

/* ---- clocks ------------------------------------------------------------ */

static void clock_grow(struct clock *clock, int n)
{
	if (n > clock->room) {
		clock->room = n + 32;
		clock->at = realloc(clock->at, (size_t)clock->room *
						       sizeof(*clock->at));
		if (clock->at == NULL)
			lab_fatal("no memory for a clock of %d threads", n);
	}
	while (clock->n < n)
		clock->at[clock->n++] = 0;
}

static void clock_join(struct clock *into, const struct clock *from)
{
	int i;

	clock_grow(into, from->n);
	for (i = 0; i < from->n; i++)
		if (into->at[i] < from->at[i])
			into->at[i] = from->at[i];
}

/* What THREAD does from now on is later than all that it has given away. */
static void advance(struct thread *thread)
{
	thread->clock.at[thread->slot]++;
}

void race_thread(struct thread *thread)
{
	if (!active)
		return;
	if (nslots < SLOTS_FRESH || queued == 0) {
		thread->slot = nslots++;
	} else {
		thread->slot = queue[queue_first];
		queue_first = (queue_first + 1) % SLOTS_MAX;
		queued--;
	}
	thread->clock.n = 0;
	clock_grow(&thread->clock, thread->slot + 1);
	thread->clock.at[thread->slot] = ++slot_clocks[thread->slot];
}

void race_create(struct thread *thread)
{
	if (!active)
		return;
	clock_join(&thread->clock, &sim.current->clock);
	advance(sim.current);
}

void race_thread_end(struct thread *thread)
{
	if (!active)
		return;
	slot_clocks[thread->slot] = thread->clock.at[thread->slot];
	queue[(queue_first + queued++) % SLOTS_MAX] = thread->slot;
}

void race_release(struct clock *clock)
{
	if (!active || sim.current->id < 0)
		return;
	clock_join(clock, &sim.current->clock);
	advance(sim.current);
}

void race_acquire(const struct clock *clock)
{
	if (active && sim.current->id >= 0)
		clock_join(&sim.current->clock, clock);
}

void race_join(const struct thread *thread)
{
	race_acquire(&thread->clock);
}

/* ---- accesses ---------------------------------------------------------- */

/* The cell of AT, or NULL if that is not watched. */
static struct cell *cell_at(const void *at)
{
	size_t offset;

	if (arena_has(at)) {
		offset = arena_offset(at) / GRANULE;
		if (offset >= heap_used)
			heap_used = offset + 1;
		return &heap_cells[offset];
	}
	return image_beside(at, GRANULE, sizeof(struct cell));
}

void race_begin(bool wanted)
{
	if (heap_cells == NULL && wanted)
		heap_cells = place_reserve(PLACE_ACCESSES,
					   ARENA_BYTES / GRANULE *
						   sizeof(struct cell), 1);
	place_empty(heap_cells, heap_used * sizeof(struct cell), EMPTY_BYTES);
	heap_used = 0;
	if (wanted)
		images_forget();
	active = wanted;
	nslots = queue_first = queued = 0;
	looks = 0;
	memset(slot_clocks, 0, sizeof(slot_clocks));
	if (!wanted)
		return;
	gap = gaps[random_below(&sim.scheduler,
				sizeof(gaps) / sizeof(gaps[0]))];
	left = gap;
}

void race_forget(const void *at, size_t size)
{
	size_t first, last;

	if (!active || size == 0 || !arena_has(at))
		return;
	first = arena_offset(at) / GRANULE;
	last = (arena_offset(at) + size - 1) / GRANULE;
	if (last >= heap_used)
		last = heap_used - 1;
	if (heap_used > 0 && first <= last)
		memset(&heap_cells[first], 0,
		       (last - first + 1) * sizeof(struct cell));
}

static _Noreturn void report_race(const struct access *old,
				  const struct access *new)
{
	char before[40] = "", now[40] = "", who[64];
	uintptr_t at;

	if (image_locate_low(old->place, &at))
		snprintf(before, sizeof(before), " in {l+0x%zx}",
			 (size_t)at - 1);
	if (image_locate_low(new->place, &at))
		snprintf(now, sizeof(now), " in {l+0x%zx}", (size_t)at - 1);
	sim_end(SIM_RACE, "a data race: %s %s%s what thread %u %s%s before, "
		"and nothing orders the two",
		sim_thread_words(sim.current, who, sizeof(who)),
		new->write ? "writes" : "reads", now, old->thread,
		old->write ? "wrote" : "read", before);
}

/* Tells whether the running thread knows of OLD. */
static bool has_heard_of(const struct access *old)
{
	const struct clock *clock = &sim.current->clock;

	return old->slot < clock->n && clock->at[old->slot] >= old->clock;
}

/* Checks NEW against what CELL has, and keeps it there. */
static void check(struct cell *cell, const struct access *new)
{
	struct access *place = NULL;
	int i;

	for (i = 0; i < RECORDS; i++) {
		struct access *old = &cell->records[i];

		if (old->clock == 0) {
			place = old;
			continue;
		}
		if ((old->mask & new->mask) == 0)
			continue;
		if (old->slot != new->slot && (old->write || new->write) &&
		    !has_heard_of(old))
			report_race(old, new);
		/* It says no more than the new one does. */
		if ((old->mask & ~new->mask) == 0 &&
		    (new->write || !old->write) &&
		    (old->slot == new->slot || has_heard_of(old)))
			place = old;
	}
	if (place == NULL)
		place = &cell->records[new->clock % RECORDS];
	*place = *new;
}

void race_access(const void *at, size_t size, bool write, const void *place)
{
	const struct thread *me = sim.current;
	uintptr_t from = (uintptr_t)at, to = from + size;
	struct access new = { .write = write };

	if (!active || !sim_inside || size == 0)
		return;
	new.slot = (uint16_t)me->slot;
	new.clock = me->clock.at[me->slot];
	new.thread = (uint32_t)me->id;
	new.place = (uint32_t)(uintptr_t)place;
	while (from < to) {
		uintptr_t end = from / GRANULE * GRANULE + GRANULE;
		struct cell *cell = cell_at((const void *)from);
		unsigned first = from % GRANULE, n;

		if (end > to)
			end = to;
		n = (unsigned)(end - from);
		new.mask = (uint8_t)(((1u << n) - 1) << first);
		looks++;
		if (cell != NULL)
			check(cell, &new);
		from = end;
	}
}

uint64_t race_looks(void)
{
	return looks;
}

void race_point(void)
{
	if (!active || !sim_inside)
		return;
	looks++;
	if (--left > 0)
		return;
	left = 1 + random_below(&sim.scheduler, 2 * gap);
	sim_step(OP_ACCESS, 0);
}

/* ---- atomics ----------------------------------------------------------- */

#define ATOMICS_MAX 4096

struct clock *race_atomic(const void *at)
{
	static struct {
		const void *at;
		uint64_t run;
		struct clock clock;
	} table[ATOMICS_MAX];
	size_t i = ((uintptr_t)at >> 2) % ATOMICS_MAX, tries;

	for (tries = 0; tries < ATOMICS_MAX; tries++) {
		size_t k = (i + tries) % ATOMICS_MAX;

		if (table[k].run == sim.runs && table[k].at == at)
			return &table[k].clock;
		if (table[k].run != sim.runs) {
			table[k].run = sim.runs;
			table[k].at = at;
			table[k].clock.n = 0;
			return &table[k].clock;
		}
	}
	/* So many share one: then more counts as ordered than is. */
	return &table[i].clock;
}
