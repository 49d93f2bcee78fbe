/*
 * place.h - where in memory the simulation keeps stacks and the students'
 * heap, and which sanitizer is there.
 *
 * Private to labrpc/sim.  The places are fixed, so that code which sorts by
 * address does the same in every process.  Where the system has them in use
 * already, any place must do, and such code may differ from run to run.
 *
 * Threads: constants.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_SIM_PLACE_H
#define LABRPC_SIM_PLACE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define SIM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_ASAN 1
#elif __has_feature(thread_sanitizer)
#define SIM_TSAN 1
#endif
#endif
#ifndef SIM_ASAN
#define SIM_ASAN 0
#endif
#ifndef SIM_TSAN
#define SIM_TSAN 0
#endif

/* ThreadSanitizer knows no memory of programs where the others have room. */
#if SIM_TSAN
#define PLACE_STACKS UINT64_C(0x1000000000)
#define PLACE_HEAP UINT64_C(0x1800000000)
#define PLACE_ACCESSES UINT64_C(0x2000000000)
#else
#define PLACE_STACKS UINT64_C(0x200000000000)
#define PLACE_HEAP UINT64_C(0x210000000000)
#define PLACE_ACCESSES UINT64_C(0x220000000000)
#endif

/*
 * Reserves BYTES at PLACE, or elsewhere; WRITABLE or untouchable.  They cost
 * memory only where they are written.
 */
void *place_reserve(uint64_t place, size_t bytes, int writable);

/*
 * Makes the first BYTES of the place AT all 0: those beyond KEPT, a multiple
 * of every page size, by giving them back.  What lies behind them was never
 * touched, and is not now.
 */
void place_empty(void *at, size_t bytes, size_t kept);

#endif
