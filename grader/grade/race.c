/*
 * race.c - the report of a sanitizer, cut down to what tells most.
 *
 * ThreadSanitizer's report has the two accesses that race, each with its
 * stack, then where the memory, the mutexes and the threads came from.  The
 * accesses are what one has to look at first: they are shown with the
 * innermost frames, without the name of the library and the address in it.
 * AddressSanitizer's has stacks of frames of which only some are the
 * submission's.
 */
#include <stdlib.h>
#include <string.h>

#include "grader/grade/story.h"
#include "grader/grade/text.h"

#define FRAMES_MAX 3 /* of each stack */
#define LABRPC_MAX 2 /* beside those of the submission's */

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

/* "    #2 0x7f3b in name file.c:12": the length of what is before " name". */
static size_t before_name(const char *line, size_t len)
{
	size_t at = strspn(line, " ");

	at += strcspn(line + at, " ");
	if (at + 3 < len && memcmp(line + at, " 0x", 3) == 0)
		at += 1 + strcspn(line + at + 1, " ") + strlen(" in");
	return at < len ? at : len;
}

/* Whether a frame is in the submission, or in what it calls. */
static bool is_own(const char *line, size_t len)
{
	return contains(line, len, "paxos/"); /* and kvpaxos/ */
}

static bool is_labrpc(const char *line, size_t len)
{
	return contains(line, len, " labrpc/");
}

/*
 * AddressSanitizer's report, which tells with a stack each where memory was
 * used, freed and allocated: of each stack the frames in the submission, with
 * those of labrpc about them.
 */
static void brief_addresses(const char *report, char *to)
{
	int own = 0, labrpc = 0;

	while (*report != '\0') {
		size_t len = strcspn(report, "\n"), skip;
		bool keep = true;

		if (is_frame(report, len)) {
			keep = is_own(report, len) ? own++ < FRAMES_MAX
			     : is_labrpc(report, len) && labrpc++ < LABRPC_MAX;
			if (keep) {
				skip = strspn(report, " ");
				skip += strcspn(report + skip, " ");
				memmove(to, report, skip);
				to += skip;
				skip = before_name(report, len);
				memmove(to, report + skip, len - skip);
				to += len - skip;
			}
		} else {
			own = labrpc = 0;
			memmove(to, report, len);
			to += len;
		}
		if (keep)
			*to++ = '\n';
		report += len + (report[len] == '\n');
	}
	*to = '\0';
}

char *report_brief(const char *report)
{
	char *brief, *to;
	int frames = 0;

	if (strstr(report, "AddressSanitizer") != NULL ||
	    strstr(report, "LeakSanitizer") != NULL) {
		brief = room_make(strlen(report) + 2, 1);
		brief_addresses(report, brief);
		return brief;
	}
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
