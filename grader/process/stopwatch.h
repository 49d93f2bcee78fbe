/*
 * stopwatch.h - the judge's own real clock: for reports and for the patience
 * with a host, never for what a test asserts.
 *
 * Threads: any.  Memory: none.  Errors: none.
 */
#ifndef GRADER_PROCESS_STOPWATCH_H
#define GRADER_PROCESS_STOPWATCH_H

#include <stdint.h>
#include <time.h>

#include "labrpc/clock.h"

/* Milliseconds of CLOCK_MONOTONIC. */
static inline int64_t stopwatch_ms(void)
{
	return clock_us() / 1000;
}

/* Waits for US microseconds, less than a second. */
static inline void stopwatch_pause_us(long us)
{
	struct timespec pause = { .tv_nsec = us * 1000 };

	nanosleep(&pause, NULL);
}

#endif
