/*
 * results.c - the figures of a bench as JSON: a list of rows with name, value
 * and unit, and for what is compared with another row, that one's name (`of')
 * and the ratio to it.
 */
#include "grader/bench/bench.h"

#include <jansson.h>
#include <stdio.h>

#define NAME_BYTES 96

/* The name of what IT is compared with. */
static const char *of(const struct contest *it, char name[NAME_BYTES])
{
	if (it->share == 0)
		snprintf(name, NAME_BYTES, "%s", it->of);
	else
		snprintf(name, NAME_BYTES, "%s, 1/%g of it", it->of,
			 it->share);
	return name;
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

/* A figure that is not measured of every contest; 0: nor of IT. */
static void append_known(json_t *list, const struct contest *it,
			 const char *what, double value, const char *unit)
{
	if (value > 0)
		append(list, it, what, value, unit);
}

static void append_contest(json_t *list, const struct contest contests[],
			   const struct contest *it)
{
	double median = rate(it).median;
	json_t *first = row(it->name, median, it->unit);
	char name[NAME_BYTES];

	if (it->of != NULL) {
		json_object_set_new(first, "of", json_string(of(it, name)));
		json_object_set_new(first, "ratio",
				    json_real(ratio(contests, it).median));
	}
	json_array_append_new(list, first);
	append(list, it, "slowest round", rate(it).min, it->unit);
	append(list, it, "fastest round", rate(it).max, it->unit);
	append(list, it, "time", 1e6 / median, "us");
	append_known(list, it, "context switches", MEDIAN(it, switches),
		     "per operation");
	append_known(list, it, "peak memory", MEDIAN(it, bytes), "bytes");
	append_known(list, it, "peak memory after 1 %",
		     MEDIAN(it, early_bytes), "bytes");
	append_known(list, it, "requests", MEDIAN(it, requests),
		     "per operation");
	append_known(list, it, "half are decided within",
		     MEDIAN(it, half_us), "us");
	append_known(list, it, "virtual to real time", MEDIAN(it, virtual_s),
		     "times");
}

/* The parts of contests that others are compared with get rows, too. */
static void append_share(json_t *list, const struct contest contests[],
			 const struct contest *it)
{
	const struct contest *whole = yardstick(contests, it);
	char name[NAME_BYTES];

	json_array_append_new(list, row(of(it, name),
					rate(whole).median / it->share,
					whole->unit));
}

void results_write(const struct contest contests[], int n, const char *path)
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
