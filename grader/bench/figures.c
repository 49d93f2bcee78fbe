/*
 * figures.c - what a contest's readings come to.
 *
 * A ratio is taken round by round, and then the median of those: so it holds
 * also while the machine's speed changes.
 */
#include "grader/bench/bench.h"

#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct spread spread_of(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof values[0], ascending);
	return (struct spread){ values[0],
				(values[(ROUNDS - 1) / 2] +
				 values[ROUNDS / 2]) / 2,
				values[ROUNDS - 1] };
}

static struct spread spread_at(const struct contest *it, size_t offset)
{
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		memcpy(&values[r], (const char *)&it->readings[r] + offset,
		       sizeof values[r]);
	return spread_of(values);
}

struct spread rate(const struct contest *it)
{
	return spread_at(it, offsetof(struct reading, per_second));
}

double median_at(const struct contest *it, size_t offset)
{
	return spread_at(it, offset).median;
}

const struct contest *yardstick(const struct contest contests[],
				const struct contest *it)
{
	const struct contest *of = contests;

	while (strcmp(of->name, it->of) != 0)
		of++;
	return of;
}

struct spread ratio(const struct contest contests[], const struct contest *it)
{
	const struct contest *of = yardstick(contests, it);
	double share = it->share == 0 ? 1 : it->share, values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].per_second * share /
			    of->readings[r].per_second;
	return spread_of(values);
}
