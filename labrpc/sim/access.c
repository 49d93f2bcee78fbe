/*
 * access.c - what -fsanitize=thread makes a program call: here instead of
 * ThreadSanitizer's own.
 *
 * The names are the same for gcc and clang.  An atomic access is a point at
 * which others may run; it orders, as its memory order says, and is not
 * checked against plain ones.  memcpy() and its kin, which ThreadSanitizer
 * intercepts, are redirected (redirected_accesses).
 *
 * A host that is built with ThreadSanitizer has the real ones.
 */
#include <stdatomic.h>
#include <string.h>

#include "labrpc/sim/access.h"
#include "labrpc/sim/place.h"
#include "labrpc/sim/race.h"
#include "labrpc/sim/sim.h"

static bool instrumented;

bool sim_instrumented(void)
{
	return instrumented;
}

#if !SIM_TSAN

#define HERE __builtin_return_address(0)

static void access_at(const void *at, size_t size, bool write,
		      const void *place)
{
	race_point();
	race_access(at, size, write, place);
}

#define PLAIN(size)                                                           \
	void __tsan_read##size(void *at)                                      \
	{                                                                     \
		access_at(at, size, false, HERE);                             \
	}                                                                     \
	void __tsan_write##size(void *at)                                     \
	{                                                                     \
		access_at(at, size, true, HERE);                              \
	}                                                                     \
	void __tsan_unaligned_read##size(void *at)                            \
	{                                                                     \
		access_at(at, size, false, HERE);                             \
	}                                                                     \
	void __tsan_unaligned_write##size(void *at)                           \
	{                                                                     \
		access_at(at, size, true, HERE);                              \
	}                                                                     \
	void __tsan_volatile_read##size(void *at)                             \
	{                                                                     \
		access_at(at, size, false, HERE);                             \
	}                                                                     \
	void __tsan_volatile_write##size(void *at)                            \
	{                                                                     \
		access_at(at, size, true, HERE);                              \
	}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

/* Each instrumented object calls this as it is loaded. */
void __tsan_init(void)
{
	instrumented = true;
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void)
{
}

void __tsan_read_range(void *at, unsigned long size)
{
	access_at(at, size, false, HERE);
}

void __tsan_write_range(void *at, unsigned long size)
{
	access_at(at, size, true, HERE);
}

/* ---- bytes ------------------------------------------------------------- */

void *sim_memcpy(void *to, const void *from, size_t size)
{
	race_access(from, size, false, HERE);
	access_at(to, size, true, HERE);
	return memcpy(to, from, size);
}

void *sim_memmove(void *to, const void *from, size_t size)
{
	race_access(from, size, false, HERE);
	access_at(to, size, true, HERE);
	return memmove(to, from, size);
}

void *sim_memset(void *to, int byte, size_t size)
{
	access_at(to, size, true, HERE);
	return memset(to, byte, size);
}

int sim_memcmp(const void *a, const void *b, size_t size)
{
	race_access(a, size, false, HERE);
	access_at(b, size, false, HERE);
	return memcmp(a, b, size);
}

void *__tsan_memcpy(void *to, const void *from, unsigned long size)
{
	race_access(from, size, false, HERE);
	access_at(to, size, true, HERE);
	return memcpy(to, from, size);
}

void *__tsan_memmove(void *to, const void *from, unsigned long size)
{
	race_access(from, size, false, HERE);
	access_at(to, size, true, HERE);
	return memmove(to, from, size);
}

void *__tsan_memset(void *to, int byte, unsigned long size)
{
	access_at(to, size, true, HERE);
	return memset(to, byte, size);
}

/* ---- values, which labrpc reads and writes for the program ------------- */

struct value sim_value_make(const void *data, size_t len)
{
	access_at(data, len, false, HERE);
	return value_make(data, len);
}

struct value sim_value_copy(struct value v)
{
	access_at(v.data, v.len, false, HERE);
	return value_copy(v);
}

void sim_value_free(struct value *v)
{
	access_at(v, sizeof(*v), true, HERE);
	if (v->data != NULL)
		race_access(v->data, v->len, true, HERE);
	value_free(v);
}

bool sim_value_equal(struct value a, struct value b)
{
	race_access(a.data, a.len, false, HERE);
	access_at(b.data, b.len, false, HERE);
	return value_equal(a, b);
}

uint64_t sim_value_fingerprint(struct value v)
{
	access_at(v.data, v.len, false, HERE);
	return value_fingerprint(v);
}

/* ---- atomics ----------------------------------------------------------- */

static bool takes(int order)
{
	return order == memory_order_acquire ||
	       order == memory_order_consume ||
	       order == memory_order_acq_rel || order == memory_order_seq_cst;
}

static bool gives(int order)
{
	return order == memory_order_release ||
	       order == memory_order_acq_rel || order == memory_order_seq_cst;
}

/*
 * A fence orders with what comes before or after it in its thread.  Which
 * variables these are is not followed: it takes whatever was given at any
 * atomic access, and what it gives any such access takes.
 */
static char given, fenced; /* places for clocks */

/* Before an atomic access of ORDER at AT; and what it orders. */
static void order_at(const volatile void *at, int order)
{
	struct clock *clock = race_atomic((const void *)at);

	if (takes(order)) {
		race_acquire(clock);
		race_acquire(race_atomic(&fenced));
	}
	if (gives(order)) {
		race_release(clock);
		race_release(race_atomic(&given));
	}
}

#define RMW(type, bits, name, builtin)                                        \
	type __tsan_atomic##bits##_##name(volatile type *at, type x,          \
					  int order)                          \
	{                                                                     \
		race_point();                                                 \
		order_at(at, order);                                          \
		return builtin(at, x, __ATOMIC_SEQ_CST);                      \
	}

#define ATOMIC(type, bits)                                                    \
	type __tsan_atomic##bits##_load(const volatile type *at, int order)   \
	{                                                                     \
		race_point();                                                 \
		order_at(at, order);                                          \
		return __atomic_load_n(at, __ATOMIC_SEQ_CST);                 \
	}                                                                     \
	void __tsan_atomic##bits##_store(volatile type *at, type x,           \
					 int order)                           \
	{                                                                     \
		race_point();                                                 \
		order_at(at, order);                                          \
		__atomic_store_n(at, x, __ATOMIC_SEQ_CST);                    \
	}                                                                     \
	RMW(type, bits, exchange, __atomic_exchange_n)                        \
	RMW(type, bits, fetch_add, __atomic_fetch_add)                        \
	RMW(type, bits, fetch_sub, __atomic_fetch_sub)                        \
	RMW(type, bits, fetch_and, __atomic_fetch_and)                        \
	RMW(type, bits, fetch_or, __atomic_fetch_or)                          \
	RMW(type, bits, fetch_xor, __atomic_fetch_xor)                        \
	RMW(type, bits, fetch_nand, __atomic_fetch_nand)                      \
	int __tsan_atomic##bits##_compare_exchange_strong(                    \
		volatile type *at, type *expected, type x, int order,         \
		int failure)                                                  \
	{                                                                     \
		race_point();                                                 \
		(void)failure;                                                \
		order_at(at, order);                                          \
		return __atomic_compare_exchange_n(                           \
			at, expected, x, false, __ATOMIC_SEQ_CST,             \
			__ATOMIC_SEQ_CST);                                    \
	}                                                                     \
	int __tsan_atomic##bits##_compare_exchange_weak(                      \
		volatile type *at, type *expected, type x, int order,         \
		int failure)                                                  \
	{                                                                     \
		return __tsan_atomic##bits##_compare_exchange_strong(         \
			at, expected, x, order, failure);                     \
	}                                                                     \
	type __tsan_atomic##bits##_compare_exchange_val(                      \
		volatile type *at, type expected, type x, int order,          \
		int failure)                                                  \
	{                                                                     \
		__tsan_atomic##bits##_compare_exchange_strong(                \
			at, &expected, x, order, failure);                    \
		return expected;                                              \
	}

ATOMIC(uint8_t, 8)
ATOMIC(uint16_t, 16)
ATOMIC(uint32_t, 32)
ATOMIC(uint64_t, 64)

void __tsan_atomic_thread_fence(int order)
{
	if (takes(order)) {
		race_acquire(race_atomic(&given));
		race_acquire(race_atomic(&fenced));
	}
	if (gives(order))
		race_release(race_atomic(&fenced));
}

void __tsan_atomic_signal_fence(int order)
{
	(void)order;
}

#endif
