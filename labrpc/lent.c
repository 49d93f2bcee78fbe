/*
 * lent.c - see lent.h.
 *
 * Invariant: objects[i] is what the i-th name stands for, bit by bit inverted,
 * or 0 when the name is not in use.  Names come in turn, and the first `turns`
 * of them, or all, may have been in use.
 *
 * No locks.  The table orders nothing between threads, so that it hides no
 * race of those who pass names on: it is as if they passed pointers.
 */
#include "labrpc/lent.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/fatal.h"

static const char names[LENT_MAX];
static atomic_uintptr_t objects[LENT_MAX];
static atomic_size_t turns;

static atomic_uintptr_t *place_of(const void *name)
{
	return &objects[(uintptr_t)name - (uintptr_t)names];
}

void *lend(void *object)
{
	for (int tried = 0; tried < LENT_MAX; tried++) {
		size_t at = atomic_fetch_add_explicit(&turns, 1,
						      memory_order_relaxed) %
			    LENT_MAX;
		uintptr_t unused = 0;

		if (atomic_compare_exchange_strong_explicit(
			    &objects[at], &unused, ~(uintptr_t)object,
			    memory_order_relaxed, memory_order_relaxed))
			return (void *)((uintptr_t)names + at);
	}
	lab_fatal("more than %d rounds and ends at once; is every round "
		  "ended with rpc_round_end()?", LENT_MAX);
}

bool lent_is_name(const void *pointer)
{
	return (uintptr_t)pointer - (uintptr_t)names < LENT_MAX;
}

void *lent_object(const void *name)
{
	uintptr_t object = 0;

	if (lent_is_name(name))
		object = atomic_load_explicit(place_of(name),
					      memory_order_relaxed);
	if (object == 0)
		lab_fatal("%p is no round or end, or one that has ended",
			  name);
	return (void *)~object;
}

void lent_back(const void *name)
{
	atomic_store_explicit(place_of(name), 0, memory_order_relaxed);
}

void lent_forget(void)
{
	size_t n = atomic_load_explicit(&turns, memory_order_relaxed);

	for (size_t i = 0; i < n && i < LENT_MAX; i++)
		atomic_store_explicit(&objects[i], 0, memory_order_relaxed);
	atomic_store_explicit(&turns, 0, memory_order_relaxed);
}
