/*
 * main.c - runs the contests round after round and tells their medians.
 *
 * Usage: bench RESULTS.json
 */
#include "grader/bench/bench.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10

#define RAW1 "raw ping-pong, 1 caller"
#define RAW8 "raw ping-pong, 8 callers"

static const struct contest contests[] = {
	{ .name = RAW1, .unit = "trips/s",
	  .run = raw_ping_pong, .callers = 1, .operations = 10000 },
	{ .name = "rpc_call, 1 caller", .unit = "trips/s", .of = RAW1,
	  .run = rpc_round_trips, .callers = 1, .operations = 10000 },
	{ .name = "rpc_call, 1 caller, network", .unit = "trips/s",
	  .of = RAW1, .run = rpc_round_trips, .callers = 1,
	  .faults = "reliable", .operations = 10000 },
	{ .name = "rpc_call, 1 caller, classic faults", .unit = "trips/s",
	  .of = RAW1, .run = rpc_round_trips, .callers = 1,
	  .faults = "classic", .operations = 10000 },
	{ .name = RAW8, .unit = "trips/s",
	  .run = raw_ping_pong, .callers = 8, .operations = 24000 },
	{ .name = "rpc_call, 8 callers", .unit = "trips/s", .of = RAW8,
	  .run = rpc_round_trips, .callers = 8, .operations = 24000 },
	{ .name = "agreement, 3 peers, serial", .unit = "decided/s",
	  .of = RAW1, .run = agreements, .callers = 1, .peers = 3,
	  .operations = 1500 },
	{ .name = "agreement, 5 peers, serial", .unit = "decided/s",
	  .of = RAW1, .run = agreements, .callers = 1, .peers = 5,
	  .operations = 1000 },
	{ .name = "agreement, 3 peers, 50 at once", .unit = "decided/s",
	  .of = RAW8, .run = agreements, .callers = 50, .peers = 3,
	  .operations = 3000 },
};
#define CONTESTS ((int)(sizeof contests / sizeof contests[0]))

static struct reading readings[CONTESTS][ROUNDS];

static int find(const char *name)
{
	for (int c = 0; c < CONTESTS; c++)
		if (strcmp(contests[c].name, name) == 0)
			return c;
	must(0, name);
	return -1;
}

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

enum figure { PER_SECOND, SWITCHES, REQUESTS, RATIO };

/* The spread over the rounds of one figure of contest C. */
static struct spread figure(int c, enum figure what)
{
	int of = contests[c].of != NULL ? find(contests[c].of) : c;
	double values[ROUNDS];

	for (int r = 0; r < ROUNDS; r++) {
		const struct reading *it = &readings[c][r];

		values[r] = what == PER_SECOND ? it->per_second :
			    what == SWITCHES   ? it->switches :
			    what == REQUESTS   ? it->requests :
						 it->per_second /
						readings[of][r].per_second;
	}
	return spread_of(values);
}

static void print_table(void)
{
	printf("%-35s %9s %17s %6s %6s %5s\n", "median of 10 rounds",
	       "per s", "min..max", "of raw", "switch", "RPCs");
	for (int c = 0; c < CONTESTS; c++) {
		struct spread rate = figure(c, PER_SECOND);
		char range[32], ratio[16] = "", rpcs[16] = "";

		snprintf(range, sizeof range, "%.0f..%.0f", rate.min,
			 rate.max);
		if (contests[c].of != NULL)
			snprintf(ratio, sizeof ratio, "%.3f",
				 figure(c, RATIO).median);
		if (contests[c].peers != 0)
			snprintf(rpcs, sizeof rpcs, "%.2f",
				 figure(c, REQUESTS).median);
		printf("%-35s %9.0f %17s %6s %6.1f %5s\n", contests[c].name,
		       rate.median, range, ratio,
		       figure(c, SWITCHES).median, rpcs);
	}
	printf("\n"
	       "of raw: the rate beside the raw ping-pong with as many callers, "
	       "round by round;\n"
	       "many at once: beside 8 callers.  switch: context switches per "
	       "operation.\n"
	       "RPCs: requests per agreement; with 3 peers 6 is the least.\n");
}

static json_t *row(const char *name, double value, const char *unit)
{
	return json_pack("{s:s, s:f, s:s, s:n, s:n}", "name", name, "value",
			 value, "unit", unit, "of", "ratio");
}

static void write_results(const char *path)
{
	json_t *list = json_array();
	char name[96];

	for (int c = 0; c < CONTESTS; c++) {
		const struct contest *it = &contests[c];
		json_t *rate = row(it->name, figure(c, PER_SECOND).median,
				   it->unit);

		if (it->of != NULL) {
			json_object_set_new(rate, "of", json_string(it->of));
			json_object_set_new(
				rate, "ratio",
				json_real(figure(c, RATIO).median));
		}
		json_array_append_new(list, rate);
		snprintf(name, sizeof name, "%s: time", it->name);
		json_array_append_new(
			list, row(name, 1e6 / figure(c, PER_SECOND).median,
				  "us"));
		snprintf(name, sizeof name, "%s: context switches", it->name);
		json_array_append_new(
			list, row(name, figure(c, SWITCHES).median, "per op"));
		if (it->peers == 0)
			continue;
		snprintf(name, sizeof name, "%s: requests", it->name);
		json_array_append_new(
			list, row(name, figure(c, REQUESTS).median, "per op"));
	}
	must(json_dump_file(list, path, JSON_INDENT(1)) == 0, path);
	json_decref(list);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: bench RESULTS.json\n");
		return 2;
	}
	for (int r = 0; r < ROUNDS; r++) {
		fprintf(stderr, "round %d of %d\n", r + 1, ROUNDS);
		for (int c = 0; c < CONTESTS; c++)
			readings[c][r] = contests[c].run(&contests[c]);
	}
	print_table();
	write_results(argv[1]);
	return 0;
}
