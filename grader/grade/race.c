/*
 * race.c - the report of a race, cut down to what tells most.
 *
 * ThreadSanitizer's report has the two accesses that race, each with its
 * stack, then where the memory, the mutexes and the threads came from.  The
 * accesses are what one has to look at first: they are shown with the
 * innermost frames, without the name of the library and the address in it.
 */
#include <stdlib.h>
#include <string.h>

#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define FRAMES_MAX 3 /* of each stack */

static bool contains(const char *line, size_t len, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(line + i, what, n) == 0)
			return true;
	return false;
}

/* "    #2 function file.c:12 (library.so+0x12)" */
static bool is_frame(const char *line, size_t len)
{
	size_t blanks = strspn(line, " ");

	return blanks < len && line[blanks] == '#';
}

/* The length of a frame's LINE without the library and the address in it. */
static size_t without_library(const char *line, size_t len)
{
	for (size_t i = len; i > 1; i--)
		if (line[i - 1] == '(' && line[i - 2] == ' ' &&
		    contains(line + i, len - i, "+0x"))
			return i - 2;
	return len;
}

char *report_brief(const char *report)
{
	char *brief, *to;
	int frames = 0;

	if (strstr(report, "ThreadSanitizer: data race") == NULL)
		return text_copy(report);
	brief = to = room_make(strlen(report) + 2, 1);
	while (*report != '\0') {
		size_t len = strcspn(report, "\n"), keep = len;

		if (is_frame(report, len)) {
			keep = without_library(report, len);
			if (frames++ >= FRAMES_MAX)
				keep = 0;
		} else {
			frames = 0;
			if (contains(report, len, "Location is") ||
			    contains(report, len, " created ") ||
			    contains(report, len, "As if synchronized"))
				break;
		}
		if (keep > 0) {
			memmove(to, report, keep);
			to += keep;
			*to++ = '\n';
		}
		report += len + (report[len] == '\n');
	}
	*to = '\0';
	return brief;
}
