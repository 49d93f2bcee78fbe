/*
 * clock.h - the real clock, for labrpc's own threads and for whoever measures.
 *
 * No student's business.  Threads: any.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_CLOCK_H
#define LABRPC_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds of CLOCK_MONOTONIC. */
static inline int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Milliseconds, rounded up, from NOW_US until UNTIL_US; 0 if it has passed. */
static inline int64_t clock_ms_until(int64_t now_us, int64_t until_us)
{
	return until_us <= now_us ? 0 : (until_us - now_us + 999) / 1000;
}

#endif
