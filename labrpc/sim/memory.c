/*
 * memory.c - malloc() and its kin as the simulation has them.
 *
 * What a simulated thread allocates comes from the run's arena, anything else
 * from the C library; a block is released to where it came from.  The lab_
 * names are those that the calls of a program for memory get in every world;
 * those of the code that runs it have own names, and do not count.
 */
#include "labrpc/sim/memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/sim/arena.h"
#include "labrpc/sim/core.h"
#include "labrpc/sim/image.h"

static void *allocate(size_t size, bool program)
{
	return sim_inside ? arena_alloc(size, 1, program) : malloc(size);
}

static void *allocate_zeros(size_t n, size_t size, bool program)
{
	size_t bytes;

	if (!sim_inside)
		return calloc(n, size);
	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return memset(arena_alloc(bytes, 1, program), 0, bytes);
}

/* Ends the run if BLOCK is a variable of the program, static or not. */
static void refuse_variable(const void *block)
{
	uintptr_t offset;

	if (sim_inside && (stack_has(block) || image_locate(block, &offset)))
		sim_end(SIM_MISUSE, "free() or realloc() of a variable");
}

/* Takes back BLOCK of the arena.  To free a block is to write it, by the
 * program at PLACE: who reads it must have come before, and so it stays until
 * the block is somebody's again.  PLACE is NULL for what runs the program. */
static void release(void *block, const void *place)
{
	size_t size = arena_size(block);

	if (place != NULL)
		race_access(block, size, true, place);
	arena_free(block);
	if (place != NULL)
		race_access(block, size, true, place);
}

static void *reallocate(void *old, size_t size, const void *place)
{
	size_t had;
	void *block;

	if (old == NULL)
		return allocate(size, place != NULL);
	if (!arena_has(old)) {
		refuse_variable(old);
		return realloc(old, size);
	}
	had = arena_size(old);
	block = arena_alloc(size, 1, place != NULL);
	memcpy(block, old, had < size ? had : size);
	release(old, place);
	return block;
}

/* ---- what runs the program --------------------------------------------- */

void *own_malloc(size_t size)
{
	return allocate(size, false);
}

void *own_calloc(size_t n, size_t size)
{
	return allocate_zeros(n, size, false);
}

void *own_realloc(void *old, size_t size)
{
	return reallocate(old, size, NULL);
}

char *own_strdup(const char *s)
{
	return strcpy(own_malloc(strlen(s) + 1), s);
}

/* ---- the program ------------------------------------------------------- */

void *lab_malloc(size_t size)
{
	return allocate(size, true);
}

void *lab_calloc(size_t n, size_t size)
{
	return allocate_zeros(n, size, true);
}

void *lab_realloc(void *old, size_t size)
{
	return reallocate(old, size, __builtin_return_address(0));
}

void lab_free(void *block)
{
	if (!arena_has(block)) {
		refuse_variable(block);
		free(block);
		return;
	}
	release(block, __builtin_return_address(0));
}

static bool is_alignment(size_t alignment)
{
	return alignment > 0 && (alignment & (alignment - 1)) == 0;
}

void *lab_memalign(size_t alignment, size_t size)
{
	if (!sim_inside)
		return memalign(alignment, size);
	if (!is_alignment(alignment)) {
		errno = EINVAL;
		return NULL;
	}
	return arena_alloc(size, alignment, true);
}

void *lab_aligned_alloc(size_t alignment, size_t size)
{
	return lab_memalign(alignment, size);
}

int lab_posix_memalign(void **block, size_t alignment, size_t size)
{
	if (!sim_inside)
		return posix_memalign(block, alignment, size);
	if (!is_alignment(alignment) || alignment % sizeof(void *) != 0)
		return EINVAL;
	*block = arena_alloc(size, alignment, true);
	return 0;
}

size_t lab_malloc_usable_size(void *block)
{
	if (block == NULL)
		return 0;
	return arena_has(block) ? arena_size(block)
				: malloc_usable_size(block);
}
