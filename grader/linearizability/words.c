/*
 * words.c - a report in words, for a person who has not read the checker.
 *
 * No locks: one thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/check.h"
#include "grader/linearizability/format.h"
#include "labrpc/fatal.h"

/* Values up to this length are shown as they are. */
#define SHOWN_MAX 48

/* Of longer ones, so much at the start, and at what matters. */
#define SHOWN_START 16
#define SHOWN_PART 32

/* In a row of the table: values up to this length, or so much of the end. */
#define ROW_MAX 24
#define ROW_END 12

/* So many operations of the key are listed, and values that are possible. */
#define LISTED_MAX 8
#define POSSIBLE_MAX 3

/* Prints the bytes FROM to END of V; the quotes are the caller's. */
static void print_bytes(FILE *to, struct value v, size_t from, size_t end)
{
	if (end > v.len)
		end = v.len;
	if (from < end)
		lin_write_bytes(to, (struct value){ v.data + from,
						    end - from });
}

void lin_print_value(FILE *to, struct value v)
{
	fputc('"', to);
	if (v.len <= SHOWN_MAX) {
		print_bytes(to, v, 0, v.len);
		fputc('"', to);
		return;
	}
	print_bytes(to, v, 0, SHOWN_START);
	fputs("\"...\"", to);
	print_bytes(to, v, v.len - SHOWN_PART, v.len);
	fprintf(to, "\" (%zu bytes)", v.len);
}

/* Prints V, which may have much in common with OTHER, at the difference. */
static void print_beside(FILE *to, struct value v, struct value other)
{
	size_t common = 0;

	while (common < v.len && common < other.len &&
	       v.data[common] == other.data[common])
		common++;
	if (v.len <= SHOWN_MAX || common <= SHOWN_START) {
		lin_print_value(to, v);
	} else if (common == v.len) {
		fprintf(to, "its first %zu bytes", common);
	} else {
		fprintf(to, "its first %zu bytes and then \"", common);
		print_bytes(to, v, common, common + SHOWN_PART);
		fprintf(to, "\"%s (%zu bytes in all)",
			v.len > common + SHOWN_PART ? "..." : "", v.len);
	}
}

static void print_possible(FILE *to, const struct lin_report *report,
			   struct lin_op op)
{
	bool more = report->more || report->npossible > POSSIBLE_MAX;
	int n = report->npossible < POSSIBLE_MAX ? report->npossible
						 : POSSIBLE_MAX;
	const char *between = n > 2 || more ? ",\n    " : "\n    ";

	if (n == 0) {
		fputs("What it could have returned is not known.\n", to);
		return;
	}
	fputs("At that time ", to);
	lin_print_value(to, op.key);
	fputs(more ? " could be" : " could only be", to);
	for (int i = 0; i < n; i++) {
		bool last = i == n - 1 && !more;

		fputs(i == 0 ? "\n    " : between, to);
		if (last && i > 0)
			fputs("or ", to);
		print_beside(to, report->possible[i], op.value);
	}
	fputs(more ? between : ".\n", to);
	if (more)
		fputs("or another value, but not what it returned.\n", to);
}

/* The table of the operations: times have the digits of the latest, END_NS. */
struct columns {
	int64_t end_ns;
	int width;
};

static struct columns columns_until(int64_t end_ns)
{
	int digits = snprintf(NULL, 0, "%" PRId64, end_ns);
	int title = (int)strlen("returned");

	return (struct columns){ end_ns, digits > title ? digits : title };
}

static void print_titles(FILE *to, const struct columns *columns)
{
	fprintf(to, "    client  %*s  %*s\n", columns->width, "called",
		columns->width, "returned");
}

/* Prints V so that it fits into a row; what was added last tells most. */
static void print_end(FILE *to, struct value v)
{
	if (v.len <= ROW_MAX) {
		lin_print_value(to, v);
		return;
	}
	fputs("...\"", to);
	print_bytes(to, v, v.len - ROW_END, v.len);
	fprintf(to, "\" (%zu bytes)", v.len);
}

/* Prints OP on a line, as it looks when the failing get returns. */
static void print_op(FILE *to, struct lin_op op, const struct columns *columns,
		     const char *mark)
{
	static const char *const words[] = { "get", "put", "append" };
	int width = columns->width;

	fprintf(to, "  %s %6" PRId64 "  %*" PRId64 "  ", mark, op.client,
		width, op.call_ns);
	if (op.return_ns == LIN_NEVER || op.return_ns > columns->end_ns)
		fprintf(to, "%*s", width, op.return_ns == LIN_NEVER ? "never"
								   : "later");
	else
		fprintf(to, "%*" PRId64, width, op.return_ns);
	fprintf(to, "  %-6s ", words[op.kind]);
	print_end(to, op.value);
	fputc('\n', to);
}

/* Tells whether EVENT is a call of what matters until END_RANK. */
static bool is_listed(const struct lin_timeline *t, uint32_t event,
		      uint32_t end_rank)
{
	uint32_t op = event / 2;

	return (event & 1) == 0 &&
	       (lin_history_entry(t->history, op)->kind != LIN_GET ||
		t->back[op] <= end_rank);
}

/* Prints the latest operations of the key up to the failing one's return. */
static void print_ops(FILE *to, const struct lin_timeline *t, uint32_t op)
{
	size_t key = lin_history_entry(t->history, op)->key;
	uint32_t begin = t->begin[key], from, end, listed = 0;
	struct lin_op get = lin_history_op(t->history, op);
	struct columns columns = columns_until(get.return_ns);
	uint32_t end_rank = t->back[op];

	for (end = begin; t->events[end] != 2 * op + 1;)
		end++;
	for (from = end; from > begin && listed < LISTED_MAX; from--)
		listed += is_listed(t, t->events[from - 1], end_rank);
	fprintf(to, "Its operations until then, by their calls%s:\n",
		from > begin ? " (the latest)" : "");
	print_titles(to, &columns);
	for (uint32_t e = from; e < end; e++)
		if (is_listed(t, t->events[e], end_rank))
			print_op(to, lin_history_op(t->history,
						    t->events[e] / 2),
				 &columns,
				 t->events[e] / 2 == op ? ">" : " ");
}

void lin_words(const struct lin_timeline *t, struct lin_report *report)
{
	struct lin_op op = lin_history_op(t->history, report->op);
	long evidence;
	size_t size;
	FILE *to = open_memstream(&report->text, &size);

	if (to == NULL)
		lab_fatal("no memory for a report");
	fprintf(to, "Client %" PRId64 "'s get(", op.client);
	lin_print_value(to, op.key);
	fprintf(to, ") called at %" PRId64 " returned at %" PRId64 "\n    ",
		op.call_ns, op.return_ns);
	lin_print_value(to, op.value);
	fputs(",\nwhich no order of the operations explains.", to);
	if (report->shortest)
		fputs("  Until then there was one.", to);
	fputc('\n', to);
	lin_hint(to, t, (uint32_t)report->op);
	evidence = ftell(to);
	print_ops(to, t, (uint32_t)report->op);
	print_possible(to, report, op);
	if (evidence < 0 || fclose(to) != 0)
		lab_fatal("no memory for a report");
	report->evidence = report->text + evidence;
}
