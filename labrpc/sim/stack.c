/*
 * stack.c - the stacks of fibers: one run of address space, cut into stacks
 * with a page below each that nobody may touch.
 *
 * Invariant: `spare` holds the numbers below `used` that are not taken.  A
 * number is handed out in an order that depends on the run alone.  A stack
 * that was touched keeps its memory, for the next one to have it.
 */
#define _GNU_SOURCE 1 /* MAP_ANONYMOUS, MAP_FIXED_NOREPLACE */

#include <string.h>
#include <sys/mman.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/carrier.h"
#include "labrpc/sim/place.h"

#if SIM_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define GUARD_BYTES ((size_t)65536) /* a multiple of every page size */
#define SLOT_BYTES (STACK_BYTES + GUARD_BYTES)

/*
 * What a new thread finds below its first frame is made to be the same for a
 * seed, as far down as most threads get.
 */
#define SCRUB_BYTES ((size_t)4096)

static char *area;
static int spare[CARRIERS_MAX];
static int nspare, used, opened;

void *place_reserve(uint64_t place, size_t bytes, int writable)
{
	int access = writable ? PROT_READ | PROT_WRITE : PROT_NONE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *at = mmap((void *)(uintptr_t)place, bytes, access,
			flags | MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		at = mmap(NULL, bytes, access, flags, -1, 0);
	if (at == MAP_FAILED)
		lab_fatal("no address space of %zu bytes for a simulation",
			  bytes);
	return at;
}

void place_empty(void *at, size_t bytes, size_t kept)
{
	if (bytes > kept &&
	    madvise((char *)at + kept, bytes - kept, MADV_DONTNEED) == 0)
		bytes = kept;
	if (bytes > 0)
		memset(at, 0, bytes);
}

char *stack_at(int n)
{
	return area + (size_t)n * SLOT_BYTES + GUARD_BYTES;
}

int stack_take(void)
{
	int n;

	if (area == NULL)
		area = place_reserve(PLACE_STACKS, CARRIERS_MAX * SLOT_BYTES,
				     0);
	if (nspare > 0)
		n = spare[--nspare];
	else if (used < CARRIERS_MAX)
		n = used++;
	else
		return -1;
	if (n >= opened) {
		if (mprotect(stack_at(n), STACK_BYTES,
			     PROT_READ | PROT_WRITE) != 0)
			lab_fatal("no memory for stack %d of a simulation",
				  n);
		opened = n + 1;
	}
#if SIM_ASAN
	/* Whoever had it may never have left its functions. */
	__asan_unpoison_memory_region(stack_at(n), STACK_BYTES);
#endif
	memset(stack_at(n) + STACK_BYTES - SCRUB_BYTES, 0, SCRUB_BYTES);
	return n;
}

void stack_give(int n)
{
	spare[nspare++] = n;
}

void stacks_reset(void)
{
	nspare = used = 0;
}

bool stack_has(const void *at)
{
	return area != NULL &&
	       (uintptr_t)at - (uintptr_t)area < CARRIERS_MAX * SLOT_BYTES;
}

int stack_guarded(const void *at)
{
	uintptr_t offset = (uintptr_t)at - (uintptr_t)area;

	if (!stack_has(at) || offset % SLOT_BYTES >= GUARD_BYTES)
		return -1;
	return (int)(offset / SLOT_BYTES);
}
