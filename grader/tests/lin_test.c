/*
 * lin_test.c - what the checker says of histories made by hand, of large
 * ones, and when its limits do not suffice; and histories as files.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/format.h"
#include "grader/linearizability/sample.h"

static struct lin_history *h;
static struct lin_report report;

static void fini(void)
{
	lin_report_deinit(&report);
	lin_history_free(h);
}

TestSuite(lin, .fini = fini);

/* The history that TEXT, as in a file, tells. */
static void read_text(const char *text)
{
	FILE *from = fmemopen((char *)(uintptr_t)text, strlen(text), "r");
	struct lin_misread misread;

	h = lin_history_read(from, LIN_FORMAT_ANY, &misread);
	fclose(from);
	cr_assert(h != NULL, "line %zu: %s", misread.line, misread.why);
}

static void check_text(const char *text, enum lin_verdict expected)
{
	read_text(text);
	lin_check(h, NULL, &report);
	cr_assert_eq(report.verdict, expected, "verdict %d\n%s",
		     report.verdict, report.text ? report.text : "");
}

/* The report's text has WORDS. */
static void says(const char *words)
{
	cr_assert(report.text != NULL && strstr(report.text, words) != NULL,
		  "not '%s' in:\n%s", words, report.text);
}

Test(lin, nothing_happened)
{
	h = lin_history_make();
	lin_check(h, NULL, &report);
	cr_assert_eq(report.verdict, LIN_OK);
	cr_assert(report.text == NULL);
}

Test(lin, a_get_sees_one_of_two_puts_at_once)
{
	check_text("1 10 30 put \"x\" \"a\"\n"
		   "2 20 40 put \"x\" \"b\"\n"
		   "1 50 60 get \"x\" \"a\"\n", LIN_OK);
}

Test(lin, what_did_not_return_may_come_late)
{
	check_text("1 10 - put \"x\" \"a\"\n"
		   "2 20 30 get \"x\" \"\"\n"
		   "2 40 50 get \"x\" \"a\"\n"
		   "2 60 70 get \"x\" \"a\"\n", LIN_OK);
}

Test(lin, what_did_not_return_may_not_come_and_go)
{
	check_text("1 10 - put \"x\" \"a\"\n"
		   "2 20 30 get \"x\" \"a\"\n"
		   "2 40 50 get \"x\" \"\"\n", LIN_ILLEGAL);
	cr_assert_eq(report.op, 2);
	cr_assert(report.shortest && report.npossible == 1 && !report.more);
	says("Something newer had been seen before, by client 2's get \"a\" "
	     "of 20..30");
}

Test(lin, the_report_of_a_stale_get)
{
	check_text("1 10 20 put \"x\" \"a\"\n"
		   "2 30 40 put \"x\" \"b\"\n"
		   "4 45 70 append \"x\" \"c\"\n"
		   "3 50 60 get \"x\" \"a\"\n"
		   "3 80 90 get \"x\" \"nonsense\"\n", LIN_ILLEGAL);
	cr_assert_eq(report.op, 3);
	cr_assert(report.shortest && !report.more);
	cr_assert_eq(report.npossible, 2);
	says("Client 3's get(\"x\") called at 50 returned at 60\n    \"a\",");
	says("replaced before the get was called, by client 2's put \"b\" of "
	     "30..40");
	says("could only be\n    \"b\"\n    or \"bc\".");
	says("  >      3        50        60  get    \"a\"\n");
	says("         4        45     later  append \"c\"\n");
	cr_assert(strstr(report.text, "nonsense") == NULL, "%s", report.text);
}

Test(lin, the_report_of_an_append_applied_twice)
{
	check_text("1 10 20 append \"x\" \"a\"\n"
		   "2 30 40 append \"x\" \"b\"\n"
		   "3 50 60 get \"x\" \"aba\"\n", LIN_ILLEGAL);
	says("It holds \"a\" 2 times, but that was appended only 1 time");
	says("could only be\n    \"ab\".");
}

Test(lin, the_report_of_a_lost_append)
{
	check_text("1 10 20 put \"x\" \"a\"\n"
		   "2 30 40 append \"x\" \"b\"\n"
		   "3 50 60 get \"x\" \"a\"\n", LIN_ILLEGAL);
	says("It lacks what had been appended before, by client 2's append "
	     "\"b\" of 30..40");
}

Test(lin, the_report_of_a_value_that_nobody_wrote)
{
	check_text("1 10 20 put \"x\" \"a\"\n"
		   "3 50 60 get \"x\" \"ab\"\n"
		   "2 65 70 append \"x\" \"b\"\n", LIN_ILLEGAL);
	says("No put and no appends until then make up that value");
}

Test(lin, the_key_that_goes_wrong_first_is_reported)
{
	check_text("1 10 20 put \"x\" \"a\"\n"
		   "1 30 40 put \"y\" \"a\"\n"
		   "1 90 95 get \"x\" \"\"\n"
		   "2 50 60 get \"y\" \"\"\n", LIN_ILLEGAL);
	cr_assert_eq(report.op, 3);
	cr_assert(report.shortest);
}

Test(lin, limits_end_in_unknown)
{
	struct lin_sample sample = { .seed = 1, .clients = 10, .ops = 1000,
				     .keys = 1, .puts = 25, .appends = 25 };
	struct lin_limits few = { .configurations = 20 };
	struct lin_limits small = { .bytes = 1000 };

	h = lin_sample_make(&sample);
	lin_check(h, &few, &report);
	cr_assert_eq(report.verdict, LIN_UNKNOWN);
	cr_assert_eq(report.configurations, 20);
	cr_assert(report.text == NULL);
	lin_check(h, &small, &report);
	cr_assert_eq(report.verdict, LIN_UNKNOWN);
	lin_check(h, NULL, &report);
	cr_assert_eq(report.verdict, LIN_OK);
}

/* A violation on one key is found however hard the others are. */
Test(lin, the_first_violation_stops_all)
{
	struct lin_sample sample = { .seed = 1, .clients = 10, .ops = 20000,
				     .keys = 1, .puts = 25, .appends = 25 };
	struct lin_op late = { .client = 1000, .kind = LIN_GET,
			       .key = { (unsigned char *)"z", 1 },
			       .value = { (unsigned char *)"a", 1 },
			       .call_ns = 1, .return_ns = 2 };

	h = lin_sample_make(&sample);
	lin_history_add(h, &late);
	lin_check(h, NULL, &report);
	cr_assert_eq(report.verdict, LIN_ILLEGAL);
	cr_assert_eq(report.op, 20000);
	cr_assert(report.configurations <= 1024, "%d",
		  (int)report.configurations);
}

/* Checks samples of all kinds, as they are and with FAULT. */
static void check_samples(enum lin_fault fault, int appends, int puts,
			  double never)
{
	int illegal = 0;

	for (int seed = 1; seed <= 20; seed++) {
		struct lin_sample sample = {
			.seed = (uint64_t)seed, .clients = 5 + seed,
			.ops = 1500, .keys = 1 + seed % 4, .puts = puts,
			.appends = appends, .never = never, .fault = fault,
		};

		h = lin_sample_make(&sample);
		cr_assert_eq(lin_history_count(h), 1500);
		lin_check(h, NULL, &report);
		if (report.verdict == LIN_ILLEGAL) {
			illegal++;
			cr_assert(report.shortest && report.npossible > 0);
			cr_assert(strlen(report.text) > 0);
		} else {
			cr_assert_eq(report.verdict, LIN_OK);
		}
		lin_report_deinit(&report);
		lin_history_free(h);
		h = NULL;
	}
	if (fault == LIN_FAULT_NONE)
		cr_assert_eq(illegal, 0);
	else
		cr_assert(illegal > 0, "%d of 20", illegal);
}

Test(lin, samples_are_legal)
{
	check_samples(LIN_FAULT_NONE, 25, 25, 0);
	check_samples(LIN_FAULT_NONE, 50, 0, 0.02);
	check_samples(LIN_FAULT_NONE, 80, 15, 0.02);
	check_samples(LIN_FAULT_NONE, 5, 90, 0);
}

Test(lin, stale_gets_are_found)
{
	check_samples(LIN_FAULT_STALE, 40, 5, 0.01);
}

Test(lin, lost_appends_are_found)
{
	check_samples(LIN_FAULT_LOST, 40, 2, 0);
	check_samples(LIN_FAULT_LOST, 50, 0, 0.01);
}

Test(lin, doubled_appends_are_found)
{
	check_samples(LIN_FAULT_DOUBLE, 40, 2, 0);
	check_samples(LIN_FAULT_DOUBLE, 50, 0, 0.01);
}

/* Taking values apart is given up if there are too many ways to do it. */
Test(lin, values_that_cannot_be_taken_apart)
{
	enum { LENS = 700, LONGEST = 200000 };
	unsigned char *bytes = malloc(LONGEST);
	struct lin_op op = { .kind = LIN_APPEND,
			     .key = { (unsigned char *)"x", 1 } };
	size_t total = 0;

	memset(bytes, 'x', LONGEST);
	h = lin_history_make();
	op.value.data = bytes;
	for (int i = 1; total + (size_t)i <= LONGEST && i < LENS; i++) {
		op.value.len = (size_t)i;
		op.call_ns += 10;
		op.return_ns = op.call_ns + 5;
		lin_history_add(h, &op);
		total += (size_t)i;
	}
	op.kind = LIN_GET;
	for (int i = 0; i < 2; i++) {
		op.call_ns += 10;
		op.return_ns = op.call_ns + 5;
		op.value.len = total - (size_t)i;
		lin_history_add(h, &op);
	}
	free(bytes);
	lin_check(h, NULL, &report);
	cr_assert_eq(report.verdict, LIN_ILLEGAL);
	cr_assert_eq(report.op, lin_history_count(h) - 1);
	cr_assert_eq(report.npossible, 1);
	cr_assert_eq(report.possible[0].len, total);
}

/* A history written and read again is the same. */
Test(lin, histories_are_written_and_read)
{
	struct lin_sample sample = { .seed = 1, .clients = 5, .ops = 300,
				     .keys = 3, .puts = 20, .appends = 30,
				     .never = 0.1 };
	unsigned char all[256];
	struct lin_history *again;
	struct lin_misread misread;
	FILE *file = tmpfile();

	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	h = lin_sample_make(&sample);
	lin_history_add(h, &(struct lin_op){ -3, LIN_PUT, { all, 256 },
					     { all, 256 }, -70, -60 });
	lin_history_write(h, file);
	rewind(file);
	again = lin_history_read(file, LIN_FORMAT_ANY, &misread);
	cr_assert(again != NULL, "line %zu: %s", misread.line, misread.why);
	cr_assert_eq(lin_history_count(again), lin_history_count(h));
	for (size_t i = 0; i < lin_history_count(h); i++) {
		struct lin_op a = lin_history_op(h, i);
		struct lin_op b = lin_history_op(again, i);

		cr_assert(a.client == b.client && a.kind == b.kind &&
			  a.call_ns == b.call_ns &&
			  a.return_ns == b.return_ns &&
			  value_equal(a.key, b.key) &&
			  value_equal(a.value, b.value), "operation %zu", i);
	}
	lin_history_free(again);
	fclose(file);
}
