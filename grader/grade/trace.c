/*
 * trace.c - see trace.h.
 */
#include "grader/grade/trace.h"

#include <stdlib.h>
#include <string.h>

#include "grader/grade/paint.h"
#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define INDENT 2
#define TEXT_COLUMN 18 /* where the words of an event begin */
#define MARK_COLUMN 16 /* where a `!` stands if chance did it harm */

/* On the terminal: how a trace begins, with its heads, and how it ends; less
 * where a report, of threads or of a race, says more. */
#define LINES_BEGIN 14
#define LINES_END 26
#define LINES_BEGIN_FEW 4
#define LINES_END_FEW 8

#define VERSION 1

static int count_lines(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

static enum paint paint_of_line(const char *line, size_t len)
{
	if (len > MARK_COLUMN && line[MARK_COLUMN] == '!')
		return PAINT_BAD;
	return len > MARK_COLUMN && memcmp(line + 11, "test", 4) == 0
		       ? PAINT_DIM : PAINT_OFF;
}

static void print_line(FILE *to, const char *line, size_t len, bool in_full)
{
	const struct layout layout = {
		.indent = INDENT,
		.hang = TEXT_COLUMN,
		.width = in_full ? 0 : PAGE_WIDTH,
	};
	enum paint colour = paint_of_line(line, len);
	char *copy = text_format("%.*s", (int)len, line);

	if (!in_full && colour != PAINT_OFF)
		fputs(paint(colour), to);
	text_print(to, &layout, copy);
	if (!in_full && colour != PAINT_OFF)
		fputs(paint(PAINT_OFF), to);
	free(copy);
}

void trace_print(FILE *to, const struct outcome *outcome, bool in_full)
{
	const char *line = outcome->story;
	bool few = outcome->report[0] != '\0';
	int begin = few ? LINES_BEGIN_FEW : LINES_BEGIN;
	int end = few ? LINES_END_FEW : LINES_END;
	int n = count_lines(line);
	/* Leaving out one line would save nothing. */
	int skipped = in_full || n <= begin + end + 1 ? 0 : n - begin - end;

	for (int i = 0; *line != '\0'; i++) {
		size_t len = strcspn(line, "\n");

		if (i == begin && skipped > 0)
			fprintf(to, "%*s... %d more lines in the log ...\n",
				INDENT + TEXT_COLUMN, "", skipped);
		if (i < begin || i >= begin + skipped)
			print_line(to, line, len, in_full);
		line += len + (line[len] == '\n');
	}
	if (!in_full && outcome->trace_log[0] != '\0')
		fprintf(to, "%*s%-10s%s\n", INDENT, "", "trace",
			outcome->trace_log);
}

void trace_write(const struct test *test, struct outcome *outcome,
		 const char *log)
{
	char *path;
	FILE *file;
	json_t *all;

	if (outcome->trace == NULL)
		return;
	path = text_format("%.*s.trace.json",
			   (int)(strlen(log) - strlen(".log")), log);
	all = json_pack("{s:s, s:i, s:s, s:o, s:s, s:s}",
			"format", "paxos-lab-trace", "version", VERSION,
			"test", test->full,
			"seed", json_sprintf("%ju", (uintmax_t)outcome->seed),
			"expected", outcome->expected, "saw", outcome->saw);
	if (all == NULL || json_object_update(all, outcome->trace) != 0)
		machine_error("no memory left for a trace");
	file = fopen(path, "w");
	if (file != NULL) {
		bool whole = json_dumpf(all, file, JSON_INDENT(1)) == 0 &&
			     fputc('\n', file) != EOF;

		if (fclose(file) == 0 && whole)
			outcome_set(&outcome->trace_log, "%s", path);
	}
	json_decref(all);
	free(path);
}
