/*
 * log_clock.h - whose time stands in log lines.
 *
 * Private to labrpc: for a world with a time of its own.
 *
 * Threads: to be set while nobody logs.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_LOG_CLOCK_H
#define LABRPC_LOG_CLOCK_H

#include <stdint.h>

/* From now on lines bear what NOW_US says, or real time again for NULL. */
void log_set_clock(int64_t (*now_us)(void));

#endif
