/*
 * meter.h - what a check has used of its limits.
 *
 * Threads: one at a time.  Memory: none.  Errors: none; whoever takes looks
 * at lin_meter_over() before it goes on.
 */
#ifndef GRADER_LINEARIZABILITY_METER_H
#define GRADER_LINEARIZABILITY_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lin_meter {
	uint64_t configurations, configurations_max;
	size_t bytes, bytes_max;
	size_t bytes_peak;
};

/* An array went from OLD to NEW bytes. */
static inline void lin_meter_resize(struct lin_meter *m, size_t old,
				    size_t new)
{
	m->bytes += new - old;
	if (m->bytes > m->bytes_peak)
		m->bytes_peak = m->bytes;
}

static inline bool lin_meter_over(const struct lin_meter *m)
{
	return m->configurations >= m->configurations_max ||
	       m->bytes >= m->bytes_max;
}

#endif
