/*
 * findings.c - see findings.h.
 *
 * Invariant: what is in a file of theirs is a finding, whatever it says, and
 * nothing else is: anybody can print the words of a sanitizer.
 *
 * No locks: no state.
 */
#include "grader/process/findings.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/process/memory.h"

/* A file's beginning is enough: only the first report is shown. */
#define READ_BYTES (64 << 10)

/* Passes over "==1234== ", with which Valgrind begins each line. */
static const char *skip_pid(const char *at)
{
	size_t digits;

	if (strncmp(at, "==", 2) != 0)
		return at;
	digits = strspn(at + 2, "0123456789");
	if (digits == 0 || strncmp(at + 2 + digits, "==", 2) != 0)
		return at;
	at += 2 + digits + 2;
	return at + (*at == ' ');
}

/*
 * Helgrind begins with how the threads were made: what they did comes after
 * a row of dashes.  Tells whether LINE is to be left out.
 */
static bool is_announcement(const char *line, size_t len, bool *announcing)
{
	static const char head[] = "---Thread-Announcement";

	if (len >= strlen(head) && memcmp(line, head, strlen(head)) == 0)
		*announcing = true;
	else if (strspn(line, "-") < len)
		return *announcing;
	else
		*announcing = false;
	return true;
}

/* The first FINDING_LINES lines from AT, without rows of ='s. */
static char *first_lines(const char *at)
{
	char *out = must_calloc(1, strlen(at) + 1);
	bool announcing = false;
	size_t used = 0;

	for (int lines = 0; *at != '\0' && lines < FINDING_LINES;) {
		const char *line = at = skip_pid(at);
		size_t len = strcspn(line, "\n");

		if (len > 0 && strspn(line, "=") < len &&
		    !is_announcement(line, len, &announcing)) {
			memcpy(out + used, line, len);
			used += len;
			out[used++] = '\n';
			lines++;
		}
		at += len + (at[len] == '\n');
	}
	if (used > 0)
		out[used - 1] = '\0';
	return out;
}

/* The beginning of a file that is neither a link nor able to make us wait. */
static char *read_start(const char *path)
{
	char *text = must_calloc(1, READ_BYTES + 1);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t got;
	size_t n = 0;

	while (fd >= 0 && (got = read(fd, text + n, READ_BYTES - n)) > 0)
		n += (size_t)got;
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = '.';
	return text;
}

static bool is_older(const struct stat *a, const struct stat *b)
{
	if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
		return a->st_mtim.tv_sec < b->st_mtim.tv_sec;
	return a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

char *findings_in_folder(const char *dir)
{
	DIR *d = opendir(dir);
	char path[512], oldest[512] = "";
	struct stat st, best = { .st_size = 0 };
	struct dirent *e;
	char *text, *report;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, FINDINGS_PREFIX,
			    strlen(FINDINGS_PREFIX)) != 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >=
		    (int)sizeof(path))
			continue;
		if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
		    st.st_size == 0)
			continue;
		if (oldest[0] == '\0' || is_older(&st, &best)) {
			best = st;
			memcpy(oldest, path, sizeof(path));
		}
	}
	if (d != NULL)
		closedir(d);
	if (oldest[0] == '\0')
		return NULL;
	text = read_start(oldest);
	report = first_lines(text);
	free(text);
	return report;
}

/* "t=0.008149 peer=1 DEBUG promise ...": a line of the log, but no error. */
static bool is_chatter(const char *line)
{
	if (strncmp(line, "t=", 2) != 0)
		return false;
	line += 2;
	line += strspn(line, "0123456789.");
	if (strncmp(line, " peer=", strlen(" peer=")) != 0)
		return false;
	line += strlen(" peer=");
	line += strspn(line, "-0123456789");
	return strncmp(line, " DEBUG ", strlen(" DEBUG ")) == 0 ||
	       strncmp(line, " INFO ", strlen(" INFO ")) == 0;
}

/* Removes the lines of TEXT that are chatter. */
static void drop_chatter(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (!is_chatter(text)) {
			memmove(to, text, len);
			to += len;
		}
		text += len;
	}
	*to = '\0';
}

char *last_lines(const char *text, int lines)
{
	char *kept = must_strdup(text), *at, *last;

	drop_chatter(kept);
	at = kept + strlen(kept);
	while (at > kept && at[-1] == '\n')
		at--;
	for (; at > kept; at--)
		if (at[-1] == '\n' && --lines == 0)
			break;
	last = must_strdup(at);
	free(kept);
	return last;
}
