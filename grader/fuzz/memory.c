/*
 * memory.c - what the target has allocated, counted by the sanitizer's hooks.
 *
 * Atomic: libFuzzer has a thread that looks at the process now and then.
 */
#include "grader/fuzz/fuzz.h"

#include <stdatomic.h>

/* Of every AddressSanitizer; clang has a header for them, gcc has none. */
int __sanitizer_install_malloc_and_free_hooks(
	void (*on_malloc)(const volatile void *at, size_t size),
	void (*on_free)(const volatile void *at));
size_t __sanitizer_get_allocated_size(const volatile void *at);

static atomic_size_t live, peak;
static size_t base;

static void on_malloc(const volatile void *at, size_t size)
{
	size_t now = atomic_fetch_add(&live, size) + size;

	(void)at;
	if (now > atomic_load(&peak))
		atomic_store(&peak, now);
}

static void on_free(const volatile void *at)
{
	size_t size;

	if (at == NULL)
		return;
	size = __sanitizer_get_allocated_size(at);
	/* What was there before the hooks is not counted. */
	if (size <= atomic_load(&live))
		atomic_fetch_sub(&live, size);
}

void memory_begin(void)
{
	static bool hooked;

	if (!hooked)
		expect(__sanitizer_install_malloc_and_free_hooks(
			       on_malloc, on_free) > 0,
		       "no hooks");
	hooked = true;
	base = atomic_load(&live);
	atomic_store(&peak, base);
}

size_t memory_peak(void)
{
	return atomic_load(&peak) - base;
}

size_t memory_left(void)
{
	return atomic_load(&live) - base;
}
