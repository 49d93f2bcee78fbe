/*
 * error.c - see error.h.
 */
#include "grader/host/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "grader/control.h"

#define TEXT_BYTES 1024

static bool submission_runs;

void error_submission_runs(void)
{
	submission_runs = true;
}

bool error_set(struct value *error, const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*error = value_make(text, strlen(text));
	return false;
}

bool error_errno(struct value *error, const char *fmt, ...)
{
	char text[TEXT_BYTES], why[128];
	int code = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (strerror_r(code, why, sizeof(why)) != 0)
		snprintf(why, sizeof(why), "error %d", code);
	return error_set(error, "%s%s: %s",
			 submission_runs ? CTL_REFUSED : "", text, why);
}
