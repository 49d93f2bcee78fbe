/*
 * memory.c - see memory.h.
 *
 * Invariant: a block is counted from when it is handed out until just before
 * it is released, with what malloc_usable_size() says of it, which does not
 * change meanwhile.  That holds for every block of the C library's, whoever
 * made it, so there is no header that would hide an overrun from a sanitizer
 * and no table that would need a lock.
 */
#include "grader/host/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS
#endif
#endif

#ifdef WITH_ADDRESS
/* As in <sanitizer/allocator_interface.h>, which not every gcc brings. */
int __sanitizer_get_ownership(const volatile void *block);
#endif

static atomic_int_least64_t live_bytes, peak_bytes, live_blocks;

/*
 * The size of BLOCK; 0 of what is no live block.  AddressSanitizer would call
 * the question an error; what it says of the release itself is to the point.
 */
static int64_t size_of(void *block)
{
#ifdef WITH_ADDRESS
	if (!__sanitizer_get_ownership(block))
		return 0;
#endif
	return (int64_t)malloc_usable_size(block);
}

static void memory_add(int64_t bytes, int64_t blocks)
{
	int64_t now, peak;

	atomic_fetch_add_explicit(&live_blocks, blocks, memory_order_relaxed);
	now = bytes + atomic_fetch_add_explicit(&live_bytes, bytes,
						memory_order_relaxed);
	peak = atomic_load_explicit(&peak_bytes, memory_order_relaxed);
	while (now > peak &&
	       !atomic_compare_exchange_weak_explicit(&peak_bytes, &peak, now,
						      memory_order_relaxed,
						      memory_order_relaxed))
		;
}

/* BLOCK is handed out; or there was no memory for it. */
static void *out(void *block)
{
	if (block != NULL)
		memory_add(size_of(block), 1);
	return block;
}

struct memory_count memory_count(void)
{
	return (struct memory_count){
		.live_bytes = atomic_load_explicit(&live_bytes,
						   memory_order_relaxed),
		.peak_bytes = atomic_load_explicit(&peak_bytes,
						   memory_order_relaxed),
		.live_blocks = atomic_load_explicit(&live_blocks,
						    memory_order_relaxed),
	};
}

void *lab_malloc(size_t size)
{
	return out(malloc(size));
}

void *lab_calloc(size_t n, size_t size)
{
	return out(calloc(n, size));
}

void lab_free(void *block)
{
	if (block != NULL)
		memory_add(-size_of(block), -1);
	free(block);
}

void *lab_realloc(void *old, size_t size)
{
	int64_t before = old != NULL ? size_of(old) : 0;
	bool was_there = old != NULL;
	void *block;

	/* Not counted while it moves: somebody else may get its place. */
	if (was_there)
		memory_add(-before, -1);
	block = realloc(old, size);
	if (block != NULL)
		return out(block);
	if (was_there && size > 0)
		memory_add(before, 1); /* in vain: the old one stays */
	return NULL;
}

void *lab_aligned_alloc(size_t alignment, size_t size)
{
	return out(aligned_alloc(alignment, size));
}

void *lab_memalign(size_t alignment, size_t size)
{
	return out(memalign(alignment, size));
}

int lab_posix_memalign(void **block, size_t alignment, size_t size)
{
	int error = posix_memalign(block, alignment, size);

	if (error == 0)
		out(*block);
	return error;
}
