/*
 * access.h - the entry points of access.c.
 *
 * Private to labrpc/sim: nobody calls these but instrumented programs.
 *
 * Threads: simulated ones.  Memory: nothing.  Errors: a race ends the run.
 */
#ifndef LABRPC_SIM_ACCESS_H
#define LABRPC_SIM_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labrpc/value.h"

#define ACCESS_PLAIN(size)                                                    \
	void __tsan_read##size(void *at);                                     \
	void __tsan_write##size(void *at);                                    \
	void __tsan_unaligned_read##size(void *at);                           \
	void __tsan_unaligned_write##size(void *at);                          \
	void __tsan_volatile_read##size(void *at);                            \
	void __tsan_volatile_write##size(void *at);

ACCESS_PLAIN(1)
ACCESS_PLAIN(2)
ACCESS_PLAIN(4)
ACCESS_PLAIN(8)
ACCESS_PLAIN(16)

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_read_range(void *at, unsigned long size);
void __tsan_write_range(void *at, unsigned long size);
void *__tsan_memcpy(void *to, const void *from, unsigned long size);
void *__tsan_memmove(void *to, const void *from, unsigned long size);
void *__tsan_memset(void *to, int byte, unsigned long size);

/* What memcpy() and its kin become. */
void *sim_memcpy(void *to, const void *from, size_t size);
void *sim_memmove(void *to, const void *from, size_t size);
void *sim_memset(void *to, int byte, size_t size);
int sim_memcmp(const void *a, const void *b, size_t size);

/* And what value_make() and its kin become. */
struct value sim_value_make(const void *data, size_t len);
struct value sim_value_copy(struct value v);
void sim_value_free(struct value *v);
bool sim_value_equal(struct value a, struct value b);
uint64_t sim_value_fingerprint(struct value v);

#define ACCESS_RMW(type, bits, name)                                          \
	type __tsan_atomic##bits##_##name(volatile type *at, type x,          \
					  int order);

#define ACCESS_ATOMIC(type, bits)                                             \
	type __tsan_atomic##bits##_load(const volatile type *at, int order);  \
	void __tsan_atomic##bits##_store(volatile type *at, type x,           \
					 int order);                          \
	ACCESS_RMW(type, bits, exchange)                                      \
	ACCESS_RMW(type, bits, fetch_add)                                     \
	ACCESS_RMW(type, bits, fetch_sub)                                     \
	ACCESS_RMW(type, bits, fetch_and)                                     \
	ACCESS_RMW(type, bits, fetch_or)                                      \
	ACCESS_RMW(type, bits, fetch_xor)                                     \
	ACCESS_RMW(type, bits, fetch_nand)                                    \
	int __tsan_atomic##bits##_compare_exchange_strong(                    \
		volatile type *at, type *expected, type x, int order,         \
		int failure);                                                 \
	int __tsan_atomic##bits##_compare_exchange_weak(                      \
		volatile type *at, type *expected, type x, int order,         \
		int failure);                                                 \
	type __tsan_atomic##bits##_compare_exchange_val(                      \
		volatile type *at, type expected, type x, int order,          \
		int failure);

ACCESS_ATOMIC(uint8_t, 8)
ACCESS_ATOMIC(uint16_t, 16)
ACCESS_ATOMIC(uint32_t, 32)
ACCESS_ATOMIC(uint64_t, 64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

#endif
