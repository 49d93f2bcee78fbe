/*
 * report.c - the table of a bench's medians, and the same as JSON.
 *
 * A ratio is taken round by round, and then the median of those: so it holds
 * also while the machine's speed changes.
 */
#include "grader/bench/bench.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 96

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct spread {
	double min, median, max;
};

static struct spread spread_of(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof values[0], ascending);
	return (struct spread){ values[0],
				(values[(ROUNDS - 1) / 2] +
				 values[ROUNDS / 2]) / 2,
				values[ROUNDS - 1] };
}

static struct spread rate(const struct contest *it)
{
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].per_second;
	return spread_of(values);
}

static double switches(const struct contest *it)
{
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].switches;
	return spread_of(values).median;
}

static double requests(const struct contest *it)
{
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].requests;
	return spread_of(values).median;
}

static double bytes(const struct contest *it)
{
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].bytes;
	return spread_of(values).median;
}

static double share(const struct contest *it)
{
	return it->share == 0 ? 1 : it->share;
}

/* What IT is to what it is compared with, among CONTESTS. */
static struct spread ratio(const struct contest contests[],
			   const struct contest *it)
{
	const struct contest *of = contests;
	double values[ROUNDS];

	while (strcmp(of->name, it->of) != 0)
		of++;
	for (int r = 0; r < ROUNDS; r++)
		values[r] = it->readings[r].per_second * share(it) /
			    of->readings[r].per_second;
	return spread_of(values);
}

/* The name of what IT is compared with. */
static const char *yardstick(const struct contest *it, char name[NAME_BYTES])
{
	if (it->share == 0)
		snprintf(name, NAME_BYTES, "%s", it->of);
	else
		snprintf(name, NAME_BYTES, "%s, 1/%g of it", it->of,
			 it->share);
	return name;
}

static void print_rates(const struct contest contests[], int n)
{
	char heading[32];

	snprintf(heading, sizeof heading, "median of %d rounds", ROUNDS);
	printf("%-32s %9s %16s %7s %6s %5s\n", heading, "per s", "min..max",
	       "us", "switch", "RPCs");
	for (int c = 0; c < n; c++) {
		struct spread it = rate(&contests[c]);
		char range[32], rpcs[16] = "";

		if (contests[c].sample != NULL)
			continue;
		snprintf(range, sizeof range, "%.0f..%.0f", it.min, it.max);
		if (contests[c].peers != 0)
			snprintf(rpcs, sizeof rpcs, "%.2f",
				 requests(&contests[c]));
		printf("%-32s %9.0f %16s %7.1f %6.1f %5s\n", contests[c].name,
		       it.median, range, 1e6 / it.median,
		       switches(&contests[c]), rpcs);
	}
}

static void print_ratios(const struct contest contests[], int n)
{
	printf("\n%-32s %8s %14s  %-13s %5s\n", "round by round", "ratio",
	       "min..max", "of", "aim");
	for (int c = 0; c < n; c++) {
		const struct contest *it = &contests[c];
		char range[32], of[NAME_BYTES], aim[16] = "";
		struct spread its;

		if (it->of == NULL || it->sample != NULL)
			continue;
		its = ratio(contests, it);
		snprintf(range, sizeof range, "%.3f..%.3f", its.min, its.max);
		snprintf(of, sizeof of, "%s%s",
			 strncmp(it->of, "raw", 3) == 0 ? "raw" : "3 peers,",
			 strrchr(it->of, ',') + 1);
		if (it->share != 0)
			snprintf(of + strlen(of), sizeof of - strlen(of),
				 " / %g", it->share);
		if (it->aim != 0)
			snprintf(aim, sizeof aim, "%.2f", it->aim);
		printf("%-32s %8.3f %14s  %-17s %4s\n", it->name, its.median,
		       range, of, aim);
	}
}

/* What checks come to: growth is the time per operation to CHECK's. */
static void print_checks(const struct contest contests[], int n)
{
	printf("\n%-32s %9s %16s %7s %6s\n", "linearizability", "ms",
	       "min..max", "MB", "growth");
	for (int c = 0; c < n; c++) {
		const struct contest *it = &contests[c];
		double ms = it->operations * 1e3;
		char range[32], growth[16] = "";

		if (it->sample == NULL)
			continue;
		snprintf(range, sizeof range, "%.1f..%.1f", ms / rate(it).max,
			 ms / rate(it).min);
		if (it->of != NULL)
			snprintf(growth, sizeof growth, "%.2f",
				 1 / ratio(contests, it).median);
		printf("%-32s %9.1f %16s %7.1f %6s\n", it->name,
		       ms / rate(it).median, range, bytes(it) / 1e6, growth);
	}
}

void report_print(const struct contest contests[], int n)
{
	print_rates(contests, n);
	print_ratios(contests, n);
	printf("\n"
	       "switch: context switches per operation.  RPCs: requests per "
	       "agreement, or\n"
	       "between servers per operation; 6 is the least for an "
	       "agreement of 3 peers.\n"
	       "classic: 10 %% of requests and 20 %% of replies lost, which "
	       "is seen at once.\n"
	       "The kernel may run the two threads of "
	       "a ping-pong on\n"
	       "one processor or on two; on a machine where waking another "
	       "processor is dear,\n"
	       "the row `on one processor' tells how fast the first is.\n");
	print_checks(contests, n);
	printf("\n"
	       "10 clients; the aim for 100,000 operations is 300 ms and 40 "
	       "MB.  MB: the most\n"
	       "memory of the process, with the history.  growth: time per "
	       "operation, to that\n"
	       "of 1,000 operations on 10 keys.\n");
}

static json_t *row(const char *name, double value, const char *unit)
{
	return json_pack("{s:s, s:f, s:s, s:n, s:n}", "name", name, "value",
			 value, "unit", unit, "of", "ratio");
}

/* Appends the figure WHAT of IT. */
static void append(json_t *list, const struct contest *it, const char *what,
		   double value, const char *unit)
{
	char name[NAME_BYTES];

	snprintf(name, sizeof name, "%s: %s", it->name, what);
	json_array_append_new(list, row(name, value, unit));
}

static void append_contest(json_t *list, const struct contest contests[],
			   const struct contest *it)
{
	double median = rate(it).median;
	json_t *first = row(it->name, median, it->unit);
	char name[NAME_BYTES];

	if (it->of != NULL) {
		json_object_set_new(first, "of",
				    json_string(yardstick(it, name)));
		json_object_set_new(first, "ratio",
				    json_real(ratio(contests, it).median));
	}
	json_array_append_new(list, first);
	append(list, it, "slowest round", rate(it).min, it->unit);
	append(list, it, "fastest round", rate(it).max, it->unit);
	append(list, it, "time", 1e6 / median, "us");
	append(list, it, "context switches", switches(it), "per operation");
	if (it->sample != NULL)
		append(list, it, "peak memory", bytes(it), "bytes");
	if (it->peers != 0)
		append(list, it, "requests", requests(it), "per operation");
}

/* The parts of contests that others are compared with get rows, too. */
static void append_share(json_t *list, const struct contest contests[],
			 const struct contest *it)
{
	const struct contest *of = contests;
	char name[NAME_BYTES];

	while (strcmp(of->name, it->of) != 0)
		of++;
	json_array_append_new(list, row(yardstick(it, name),
					rate(of).median / it->share,
					of->unit));
}

void report_write(const struct contest contests[], int n, const char *path)
{
	json_t *list = json_array();

	for (int c = 0; c < n; c++) {
		if (contests[c].share != 0)
			append_share(list, contests, &contests[c]);
		append_contest(list, contests, &contests[c]);
	}
	must(json_dump_file(list, path, JSON_INDENT(1)) == 0, path);
	json_decref(list);
}
