/*
 * findings_test.c - reports of sanitizers are found and cut short; what a host
 * prints is kept within bounds.
 */
#include "grader/process/findings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/judge/history.h"
#include "grader/process/capture.h"

static void put(const char *dir, const char *name, const char *content)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert(f != NULL);
	fputs(content, f);
	fclose(f);
}

Test(findings, files_of_a_folder)
{
	char dir[] = "/tmp/findings_test.XXXXXX", command[64];
	char *report;

	cr_assert(mkdtemp(dir) != NULL);
	put(dir, "other", "ERROR: AddressSanitizer: not ours\n");
	put(dir, FINDINGS_PREFIX "valgrind.1", "");
	cr_assert_null(findings_in_folder(dir));
	put(dir, FINDINGS_PREFIX "valgrind.2",
	    "==2== Invalid read of size 4\n==2==    at 0x1: f (x.c:1)\n");
	report = findings_in_folder(dir);
	cr_assert_str_eq(report, "Invalid read of size 4\n"
				 "   at 0x1: f (x.c:1)");
	free(report);
	cr_assert_null(findings_in_folder("/nowhere"));
	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}

Test(findings, long_reports_are_cut)
{
	char dir[] = "/tmp/findings_test.XXXXXX", command[64];
	char text[4096] = "ERROR: LeakSanitizer: detected memory leaks\n";
	char *report;
	int lines = 1;

	cr_assert(mkdtemp(dir) != NULL);
	for (int i = 0; i < 100; i++)
		strcat(text, "    #1 somewhere\n\n");
	put(dir, FINDINGS_PREFIX "asan.1", text);
	report = findings_in_folder(dir);
	for (const char *p = report; *p != '\0'; p++)
		lines += *p == '\n';
	cr_assert_eq(lines, FINDING_LINES, "%d", lines);
	free(report);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}

/* A host can write to the folder: nothing in it leads elsewhere. */
Test(findings, links_and_pipes_are_none)
{
	char dir[] = "/tmp/findings_test.XXXXXX", command[64], path[96];

	cr_assert(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/" FINDINGS_PREFIX "tsan.1", dir);
	cr_assert_eq(symlink("/etc/passwd", path), 0);
	snprintf(path, sizeof(path), "%s/" FINDINGS_PREFIX "tsan.2", dir);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_assert_null(findings_in_folder(dir));
	snprintf(command, sizeof(command), "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}

static void last(const char *text, const char *expected)
{
	char *lines = last_lines(text, 2);

	cr_assert_str_eq(lines, expected);
	free(lines);
}

Test(findings, the_last_lines)
{
	last("", "");
	last("one", "one");
	last("one\ntwo\nthree\n", "two\nthree\n");
	last("one\ntwo\nthree\n\n\n", "two\nthree\n\n\n");
	/* A log would leave no room for the words that say why. */
	last("one\nt=0.1 peer=-1 DEBUG reply proc=hello\ntwo\n"
	     "t=1.000001 peer=2 INFO decided seq=0\n", "one\ntwo\n");
	last("t=0.1 peer=0 DEBUG a\nt=0.2 peer=0 ERROR b\nt=0.3\n",
	     "t=0.2 peer=0 ERROR b\nt=0.3\n");
	last("t=0.1 peer=0 DEBUG a\n", "");
}

/* More than a pipe holds: a writer must not wait for capture_close(). */
Test(capture, keeps_both_ends_of_a_flood)
{
	int to;
	struct capture *c = capture_open(&to, false);
	char block[4096], *text;

	cr_assert(c != NULL);
	memset(block, 'x', sizeof(block));
	cr_assert_eq(write(to, "begin\n", 6), 6);
	for (int i = 0; i < 300; i++)
		cr_assert_eq(write(to, block, sizeof(block)), 4096);
	cr_assert_eq(write(to, "\0end", 4), 4);
	text = capture_close(c);
	close(to);
	cr_assert(strncmp(text, "begin\nxxx", 9) == 0);
	cr_assert(strstr(text, "bytes left out") != NULL);
	cr_assert_str_eq(text + strlen(text) - 5, "x.end");
	cr_assert(strlen(text) < CAPTURE_BYTES + 100);
	free(text);
}

Test(capture, ends_although_a_writer_remains)
{
	int to;
	struct capture *c = capture_open(&to, false);
	char *text;

	cr_assert_eq(write(to, "hello", 5), 5);
	text = capture_close(c);
	cr_assert_str_eq(text, "hello");
	free(text);
	close(to);
}

static const char *add(struct history *h, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *add(struct history *h, const char *fmt, ...)
{
	va_list args;
	const char *added;

	va_start(args, fmt);
	added = history_add(h, fmt, args);
	va_end(args);
	return added;
}

Test(history, first_and_last_steps)
{
	static struct history h;
	const int kept = HISTORY_FIRST + HISTORY_LAST;
	struct lines lines = { .n = 0 };
	char last[32], after[32];

	for (int i = 1; i <= kept + 72; i++)
		add(&h, "did %d", i);
	history_write(&h, &lines);
	cr_assert_eq(lines.n, HISTORY_FIRST + 1 + HISTORY_LAST);
	cr_assert_str_eq(lines.text[0], "step 1: did 1");
	cr_assert_str_eq(lines.text[HISTORY_FIRST],
			 "... 72 steps left out ...");
	snprintf(after, sizeof(after), "step %d: did %d",
		 HISTORY_FIRST + 73, HISTORY_FIRST + 73);
	cr_assert_str_eq(lines.text[HISTORY_FIRST + 1], after);
	snprintf(last, sizeof(last), "step %d: did %d", kept + 72, kept + 72);
	cr_assert_str_eq(lines.text[lines.n - 1], last);
	lines_deinit(&lines);
}

Test(history, nothing_is_left_out_of_what_fits)
{
	static struct history h;
	struct lines lines = { .n = 0 };

	for (int i = 1; i <= HISTORY_FIRST + HISTORY_LAST; i++)
		cr_assert_eq(strncmp(add(&h, "did %d", i), "did ", 4), 0);
	history_write(&h, &lines);
	cr_assert_eq(lines.n, HISTORY_FIRST + HISTORY_LAST);
	cr_assert_eq(lines.dropped, 0);
	lines_deinit(&lines);

	add(&h, "one more");
	history_write(&h, &lines);
	cr_assert_str_eq(lines.text[HISTORY_FIRST],
			 "... 1 step left out ...");
	lines_deinit(&lines);
}
