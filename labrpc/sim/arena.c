/*
 * arena.c - a heap of size classes over one run of address space.
 *
 * A block has a header of 16 bytes before it.  Small sizes are rounded up to
 * one of a few classes and freed blocks wait in their class's list; large ones
 * are rounded up to a power of two.  New blocks come from the end.
 *
 * Invariant: everything beyond `used` is zero, so that a run finds the same
 * bytes whatever ran before it.  No locks: one thread runs.
 */
#include "labrpc/sim/arena.h"

#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/core.h"
#include "labrpc/sim/place.h"

/* Marks of blocks that are in use, and of those that are not. */
#define LIVE 0x6c697665u
#define FREED 0x66726565u

struct header {
	uint32_t mark;
	uint16_t class;
	bool program;
	union {
		uint64_t size;       /* of a live one: as asked for */
		struct header *next; /* of a freed one: in its class */
	};
};

#define HEADER_BYTES sizeof(struct header)
#define ALIGNMENT ((size_t)16)

/* Classes: multiples of 16 up to SMALL, then powers of two. */
#define SMALL ((size_t)1024)
#define SMALL_CLASSES (SMALL / ALIGNMENT)
#define CLASSES (SMALL_CLASSES + 32)

/* What was used is zeroed by hand up to this, and given back beyond. */
#define ZERO_BYTES ((size_t)1 << 20)

/* Rubbish for new blocks: as much as shows a read before the first write. */
#define RUBBISH 0xbe
#define RUBBISH_BYTES ((size_t)4096)

static char *area;
static size_t used;
static struct header *lists[CLASSES];
static struct arena_count count;
static uint64_t total;

void arena_reset(void)
{
	if (area == NULL)
		area = place_reserve(PLACE_HEAP, ARENA_BYTES, 1);
	place_empty(area, used, ZERO_BYTES);
	used = 0;
	memset(lists, 0, sizeof(lists));
	memset(&count, 0, sizeof(count));
	total = 0;
}

static uint32_t class_of(size_t size)
{
	uint32_t class = SMALL_CLASSES;
	size_t most = 2 * SMALL;

	if (size <= SMALL)
		return size == 0 ? 0 : (uint32_t)((size - 1) / ALIGNMENT);
	while (most < size) {
		most *= 2;
		class++;
	}
	return class;
}

static size_t room_of(uint32_t class)
{
	if (class < SMALL_CLASSES)
		return (class + 1) * ALIGNMENT;
	return 2 * SMALL << (class - SMALL_CLASSES);
}

static size_t room_there_is(void)
{
	return sim.config.races ? ARENA_RACES_BYTES : ARENA_BYTES;
}

/* A block of CLASS from the end, at a multiple of ALIGN. */
static void *cut(uint32_t class, size_t align)
{
	size_t at = used + HEADER_BYTES, most = room_there_is();

	at = (at + align - 1) / align * align;
	if (at > most || room_of(class) > most - at)
		sim_end(SIM_MEMORY_LIMIT, "the program has used up %zu MiB "
			"of memory", most >> 20);
	used = at + room_of(class);
	return area + at;
}

static struct header *header_of(const void *block)
{
	return (struct header *)(void *)((char *)block - HEADER_BYTES);
}

void *arena_alloc(size_t size, size_t alignment, bool program)
{
	struct header *header;
	uint32_t class;
	char *block;

	if (size > ARENA_BYTES || alignment > ARENA_BYTES)
		sim_end(SIM_MEMORY_LIMIT, "the program asks for a block of "
			"%zu MiB, which is more than there is",
			(size > alignment ? size : alignment) >> 20);
	class = class_of(size);
	if (alignment <= ALIGNMENT && lists[class] != NULL) {
		block = (char *)(lists[class] + 1);
		lists[class] = lists[class]->next;
	} else {
		block = cut(class, alignment <= ALIGNMENT ? ALIGNMENT
							  : alignment);
	}
	header = header_of(block);
	*header = (struct header){ .mark = LIVE, .class = (uint16_t)class,
				   .program = program, .size = size };
	memset(block, RUBBISH, size < RUBBISH_BYTES ? size : RUBBISH_BYTES);
	race_forget(block, size);
	total += size;
	if (!program)
		return block;
	count.live_blocks++;
	count.live_bytes += (int64_t)size;
	if (count.live_bytes > count.peak_bytes)
		count.peak_bytes = count.live_bytes;
	return block;
}

static bool is_header(const void *block)
{
	return (uintptr_t)block % ALIGNMENT == 0 &&
	       arena_has((const char *)block - HEADER_BYTES);
}

static bool is_live(const void *block)
{
	return is_header(block) && header_of(block)->mark == LIVE;
}

static const char *what_is(const void *block)
{
	if (is_header(block) && header_of(block)->mark == FREED)
		return "a block that has been freed already";
	return "what is no block of memory, or of one in front of which "
	       "something was written that is not its own";
}

void arena_free(void *block)
{
	struct header *header = header_of(block);

	if (!is_live(block)) {
		if (sim_inside)
			sim_end(SIM_MISUSE, "free() of %s", what_is(block));
		lab_fatal("free() of what is no block of a run");
	}
	header->mark = FREED;
	race_forget(block, header->size);
	if (header->program) {
		count.live_blocks--;
		count.live_bytes -= (int64_t)header->size;
	}
	memset(block, RUBBISH,
	       header->size < RUBBISH_BYTES ? header->size : RUBBISH_BYTES);
	header->next = lists[header->class];
	lists[header->class] = header;
}

bool arena_has(const void *block)
{
	return area != NULL &&
	       (uintptr_t)block - (uintptr_t)area < ARENA_BYTES;
}

size_t arena_offset(const void *block)
{
	return (size_t)((const char *)block - area);
}

size_t arena_size(const void *block)
{
	return is_live(block) ? header_of(block)->size : 0;
}

struct arena_count arena_count(void)
{
	return count;
}

uint64_t arena_total(void)
{
	return total;
}
