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

/* Milliseconds of CLOCK_MONOTONIC. */
static inline int64_t stopwatch_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for US microseconds, less than a second. */
static inline void stopwatch_pause_us(long us)
{
	struct timespec pause = { .tv_nsec = us * 1000 };

	nanosleep(&pause, NULL);
}

#endif
