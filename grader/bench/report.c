/*
 * report.c - the bench's tables.
 *
 * A table is a list of columns; headings and cells are laid out by it alike.
 */
#include "grader/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>

struct column {
	const char *heading;
	int width; /* negative: to the left; 0: the end of the table */
};

#define CELL_BYTES 64

/* Prints one cell of the table that begins or goes on at *AT. */
static void cell(const struct column **at, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void cell(const struct column **at, const char *format, ...)
{
	const struct column *column = (*at)++;
	char text[CELL_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	printf("%*s%c", column->width, text,
	       column[1].width == 0 ? '\n' : ' ');
}

/* A figure; nothing where it was not measured. */
static void known(const struct column **at, int decimals, double value)
{
	if (value > 0)
		cell(at, "%.*f", decimals, value);
	else
		cell(at, "%s", "");
}

static void headings(const struct column *table)
{
	while (table->width != 0)
		cell(&table, "%s", table->heading);
}

static void print_rates(const struct contest contests[], int n)
{
	static const struct column table[] = {
		{ "calls and agreements", -31 }, { "per s", 7 },
		{ "min..max", 14 }, { "us", 6 }, { "switch", 6 },
		{ "RPCs", 5 }, { "half", 5 }, { NULL, 0 },
	};

	headings(table);
	for (const struct contest *it = contests; it < contests + n; it++) {
		const struct column *at = table;
		struct spread its = rate(it);

		if (it->sample != NULL || it->flavour != NULL)
			continue;
		cell(&at, "%s", it->name);
		cell(&at, "%.0f", its.median);
		cell(&at, "%.0f..%.0f", its.min, its.max);
		cell(&at, "%.1f", 1e6 / its.median);
		cell(&at, "%.1f", MEDIAN(it, switches));
		known(&at, 2, MEDIAN(it, requests));
		known(&at, 0, MEDIAN(it, half_us));
	}
}

static void print_ratios(const struct contest contests[], int n)
{
	static const struct column table[] = {
		{ "round by round", -32 }, { "ratio", 7 }, { "min..max", 14 },
		{ "aim", 5 }, { "of", -1 }, { NULL, 0 },
	};

	printf("\n");
	headings(table);
	for (const struct contest *it = contests; it < contests + n; it++) {
		const struct column *at = table;
		struct spread its;

		if (it->of == NULL || it->sample != NULL)
			continue;
		its = ratio(contests, it);
		cell(&at, "%s", it->name);
		cell(&at, "%.3f", its.median);
		cell(&at, "%.3f..%.3f", its.min, its.max);
		known(&at, 2, it->aim);
		if (it->share == 0)
			cell(&at, "%s", yardstick(contests, it)->label);
		else
			cell(&at, "%s / %g", yardstick(contests, it)->label,
			     it->share);
	}
}

static void print_simulations(const struct contest contests[], int n)
{
	static const struct column table[] = {
		{ "3 peers, 2 instances", -31 }, { "per s", 7 },
		{ "min..max", 14 }, { "virtual", 7 }, { "MB, 1 %", 7 },
		{ "MB", 5 }, { NULL, 0 },
	};

	printf("\n");
	headings(table);
	for (const struct contest *it = contests; it < contests + n; it++) {
		const struct column *at = table;

		if (it->flavour == NULL)
			continue;
		cell(&at, "%s", it->name);
		cell(&at, "%.0f", rate(it).median);
		cell(&at, "%.0f..%.0f", rate(it).min, rate(it).max);
		known(&at, 0, MEDIAN(it, virtual_s));
		known(&at, 2, MEDIAN(it, early_bytes) / 1e6);
		known(&at, 2, MEDIAN(it, bytes) / 1e6);
	}
}

/* What checks come to: growth is the time per operation to CHECK's. */
static void print_checks(const struct contest contests[], int n)
{
	static const struct column table[] = {
		{ "linearizability", -32 }, { "ms", 7 }, { "min..max", 14 },
		{ "MB", 6 }, { "growth", 6 }, { NULL, 0 },
	};

	printf("\n");
	headings(table);
	for (const struct contest *it = contests; it < contests + n; it++) {
		const struct column *at = table;
		double ms = it->operations * 1e3;

		if (it->sample == NULL)
			continue;
		cell(&at, "%s", it->name);
		cell(&at, "%.1f", ms / rate(it).median);
		cell(&at, "%.1f..%.1f", ms / rate(it).max, ms / rate(it).min);
		cell(&at, "%.1f", MEDIAN(it, bytes) / 1e6);
		known(&at, 2, it->of == NULL ? 0 :
		      1 / ratio(contests, it).median);
	}
}

void report_print(const struct contest contests[], int n)
{
	printf("Medians of %d rounds.\n\n", ROUNDS);
	print_rates(contests, n);
	print_ratios(contests, n);
	printf("\n"
	       "switch: context switches per operation.  RPCs: requests per "
	       "agreement, or\n"
	       "between servers per operation; 6 is the least for an "
	       "agreement of 3 peers.\n"
	       "half: the power of two, in us, within which half of the "
	       "agreements were decided.\n"
	       "classic: 10 %% of requests and 20 %% of replies lost, which "
	       "is seen at once.\n"
	       "The kernel may run the two threads of "
	       "a ping-pong on\n"
	       "one processor or on two; on a machine where waking another "
	       "processor is dear,\n"
	       "the row `on one processor' tells how fast the first is.\n");
	print_simulations(contests, n);
	printf("\n"
	       "On one processor; the aims are 5000 a second in one process "
	       "and 1500 through\n"
	       "the judge.  virtual: how much faster than real time.  MB: the "
	       "most memory of\n"
	       "the process, after 1 %% of the runs and in the end.\n");
	print_checks(contests, n);
	printf("\n"
	       "10 clients; the aim for 100,000 operations is 300 ms and 40 "
	       "MB.  MB: the most\n"
	       "memory of the process, with the history.  growth: time per "
	       "operation, to that\n"
	       "of 1,000 operations on 10 keys.\n");
}
