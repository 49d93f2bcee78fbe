/*
 * race.c - the report of a sanitizer, cut down to what tells most.
 *
 * ThreadSanitizer's report has the two accesses that race, each with its
 * stack, then where the memory, the mutexes and the threads came from.  The
 * accesses are what one has to look at first: they are shown with the
 * innermost frames, without the name of the library and the address in it.
 * AddressSanitizer's has stacks of frames of which only some are the
 * submission's.  Two tests show the same race if the accesses are in the same
 * lines.
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

/* Behind the two accesses comes where all that is in them came from. */
static bool ends_accesses(const char *line, size_t len)
{
	return contains(line, len, "Location is") ||
	       contains(line, len, " created ") ||
	       contains(line, len, "As if synchronized");
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
			if (ends_accesses(report, len))
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

/*
 * The length of the place at S, as in "peer.c:12", or 0 if there is none: a
 * name, a colon and digits.
 */
static size_t place_length(const char *s)
{
	size_t name = strcspn(s, " /():\n"), digits;

	if (name == 0 || s[name] != ':')
		return 0;
	digits = strspn(s + name + 1, "0123456789");
	return digits > 0 ? name + 1 + digits : 0;
}

/*
 * Puts the first place of TEXT after a character of LEADS, if that is in its
 * first LEN bytes, into *PLACE; returns the place's length, or 0.
 */
static size_t find_place(const char *text, size_t len, const char *leads,
			 const char **place)
{
	for (size_t i = 0; i < len; i++) {
		size_t n = strchr(leads, text[i]) != NULL
				   ? place_length(text + i + 1) : 0;

		if (n > 0) {
			*place = text + i + 1;
			return n;
		}
	}
	return 0;
}

/* The submission's innermost frames of the two accesses in REPORT. */
static int places_of_stacks(const char *report, const char *places[2],
			    size_t lens[2])
{
	bool wanted = true;
	int n = 0;

	while (*report != '\0' && n < 2) {
		size_t len = strcspn(report, "\n");

		if (ends_accesses(report, len))
			break;
		if (!is_frame(report, len)) {
			wanted = true;
		} else if (wanted && is_own(report, len)) {
			lens[n] = find_place(report, len, "/", &places[n]);
			n += lens[n] > 0;
			wanted = false;
		}
		report += len + (report[len] == '\n');
	}
	return n;
}

/* The simulation says it in a sentence: "... in f (peer.c:12) ...". */
static int places_of_words(const char *words, const char *places[2],
			   size_t lens[2])
{
	int n = 0;

	while (n < 2 && (lens[n] = find_place(words, strlen(words), "(",
					      &places[n])) > 0) {
		words = places[n] + lens[n];
		n++;
	}
	return n;
}

char *race_places(const struct outcome *outcome)
{
	const char *words = strstr(outcome->saw, "a data race: ");
	const char *places[2];
	size_t lens[2];
	char *orders[2];
	int n = 0, first;

	if (strstr(outcome->report, "ThreadSanitizer: data race") != NULL)
		n = places_of_stacks(outcome->report, places, lens);
	else if (words != NULL)
		n = places_of_words(words, places, lens);
	if (n < 2)
		return NULL;
	for (int i = 0; i < 2; i++)
		orders[i] = text_format("%.*s against %.*s", (int)lens[i],
					places[i], (int)lens[!i], places[!i]);
	/* Which access came first is chance. */
	first = strcmp(orders[0], orders[1]) > 0;
	free(orders[!first]);
	return orders[first];
}
