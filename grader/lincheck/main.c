/*
 * main.c - lincheck: checks the history in a file.
 *
 * Usage: lincheck [OPTION...] FILE      (- is the standard input)
 *
 *     --format=lines|porcupine   instead of looking at the first line
 *     --configurations=N         look at no more than so many
 *     --megabytes=N              take no more than this to remember them
 *     --quiet                    print nothing but mistakes
 *
 * The first word of the last line on stdout or stderr is the verdict, and the
 * exit status: `ok`, 0, it is linearizable; `illegal`, 1, it is not;
 * `malformed`, 3, it is no history, told as FILE:LINE: reason; `unknown`, 4,
 * the limits did not suffice to tell.  Without a verdict the status is 2: a
 * mistake in the command, a file that cannot be read, or a verdict that cannot
 * be printed.
 *
 * grader/linearizability/format.h describes the files.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/format.h"

enum { EXIT_OK = 0, EXIT_ILLEGAL = 1, EXIT_USAGE = 2, EXIT_MALFORMED = 3,
       EXIT_UNKNOWN = 4 };

struct options {
	const char *file;
	enum lin_format format;
	struct lin_limits limits;
	bool quiet;
};

static int usage(const char *what, const char *of)
{
	fprintf(stderr, "lincheck: %s%s\nusage: lincheck [--quiet] "
		"[--format=lines|porcupine] [--configurations=N]\n"
		"                [--megabytes=N] FILE\n", what, of);
	return EXIT_USAGE;
}

/* Tells whether ARG is the option NAME with a number of 1 to MAX. */
static bool number(const char *arg, const char *name, uint64_t max,
		   uint64_t *n)
{
	size_t len = strlen(name);
	char *end;

	if (strncmp(arg, name, len) != 0 || arg[len] < '1' || arg[len] > '9')
		return false;
	errno = 0;
	*n = strtoull(arg + len, &end, 10);
	return errno == 0 && *end == '\0' && *n <= max;
}

/* Takes ARG; false if there is no such option. */
static bool take(struct options *o, const char *arg)
{
	uint64_t n;

	if (strcmp(arg, "--quiet") == 0) {
		o->quiet = true;
	} else if (strcmp(arg, "--format=lines") == 0) {
		o->format = LIN_FORMAT_LINES;
	} else if (strcmp(arg, "--format=porcupine") == 0) {
		o->format = LIN_FORMAT_PORCUPINE;
	} else if (number(arg, "--configurations=", UINT64_MAX, &n)) {
		o->limits.configurations = n;
	} else if (number(arg, "--megabytes=", SIZE_MAX >> 20, &n)) {
		o->limits.bytes = (size_t)n << 20;
	} else {
		return false;
	}
	return true;
}

/* Without a history, *STATUS is how to exit. */
static struct lin_history *read_file(const struct options *o, int *status)
{
	struct lin_misread misread;
	struct lin_history *h;
	FILE *from = strcmp(o->file, "-") == 0 ? stdin : fopen(o->file, "r");

	*status = EXIT_USAGE;
	if (from == NULL) {
		fprintf(stderr, "lincheck: %s: %s\n", o->file,
			strerror(errno));
		return NULL;
	}
	h = lin_history_read(from, o->format, &misread);
	if (h == NULL && misread.line == 0) {
		fprintf(stderr, "lincheck: %s: %s\n", o->file, misread.why);
	} else if (h == NULL) {
		fprintf(stderr, "%s:%zu: %s\nmalformed: not a history\n",
			o->file, misread.line, misread.why);
		*status = EXIT_MALFORMED;
	}
	if (from != stdin)
		fclose(from);
	return h;
}

static int tell(const struct options *o, const struct lin_history *h,
		const struct lin_report *report)
{
	static const char *const words[] = {
		"ok: linearizable",
		"illegal: not linearizable",
		"unknown: the limits do not suffice to tell",
	};
	static const int status[] = { EXIT_OK, EXIT_ILLEGAL, EXIT_UNKNOWN };

	if (!o->quiet) {
		if (report->text != NULL)
			fputs(report->text, stdout);
		printf("%s (%zu operations, %" PRIu64 " configurations)\n",
		       words[report->verdict], lin_history_count(h),
		       report->configurations);
	}
	if (fflush(stdout) != 0) {
		fprintf(stderr, "lincheck: cannot write: %s\n",
			strerror(errno));
		return EXIT_USAGE;
	}
	return status[report->verdict];
}

int main(int argc, char **argv)
{
	struct options o = { .format = LIN_FORMAT_ANY };
	struct lin_history *h;
	struct lin_report report;
	int status;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			if (!take(&o, argv[i]))
				return usage("no such option: ", argv[i]);
		} else if (o.file != NULL) {
			return usage("more than one file: ", argv[i]);
		} else {
			o.file = argv[i];
		}
	}
	if (o.file == NULL)
		return usage("a file is missing", "");
	h = read_file(&o, &status);
	if (h == NULL)
		return status;
	lin_check(h, &o.limits, &report);
	status = tell(&o, h, &report);
	lin_report_deinit(&report);
	lin_history_free(h);
	return status;
}
