/*
 * text.c - strings for the runner: made, made safe to show, and wrapped.
 */
#include "grader/grade/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/clock.h"

static _Noreturn void end(int status, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

static _Noreturn void end(int status, const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("grade: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	exit(status);
}

_Noreturn void usage_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end(EXIT_USAGE, fmt, args);
}

_Noreturn void machine_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end(EXIT_MACHINE, fmt, args);
}

void *room_make(size_t count, size_t size)
{
	void *room = calloc(count > 0 ? count : 1, size);

	if (room == NULL)
		machine_error("no memory left for %zu * %zu bytes", count,
			      size);
	return room;
}

void *room_grow(void *old, size_t count, size_t size)
{
	void *room = count < SIZE_MAX / size ? realloc(old, count * size)
					     : NULL;

	if (room == NULL)
		machine_error("no memory left for %zu * %zu bytes", count,
			      size);
	return room;
}

char *text_format(const char *fmt, ...)
{
	va_list args;
	int len;
	char *s;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		machine_error("cannot format \"%s\"", fmt);
	s = room_make((size_t)len + 1, 1);
	va_start(args, fmt);
	vsnprintf(s, (size_t)len + 1, fmt, args);
	va_end(args);
	return s;
}

char *text_copy(const char *s)
{
	size_t size = (s != NULL ? strlen(s) : 0) + 1;

	return memcpy(room_make(size, 1), s != NULL ? s : "", size);
}

/*
 * The length of the UTF-8 character at S of at most LEN bytes, or 0 if there
 * is none: RFC 3629, section 4, without surrogates and overlong forms.
 */
static size_t utf8_length(const unsigned char *s, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2
		    : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (size == 0 || size > len)
		return 0;
	*code = size == 1 ? s[0] : s[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3fu);
	}
	if (*code < least[size] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return size;
}

/* Characters that no terminal and no XML document should be given. */
static bool is_unsafe(uint32_t code)
{
	return (code < 0x20 && code != '\n' && code != '\t') ||
	       (code >= 0x7f && code < 0xa0) || (code & 0xfffe) == 0xfffe;
}

char *text_clean(const char *data, size_t len)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	const unsigned char *from = (const unsigned char *)data;
	char *clean = room_make(3 * len + 1, 1);
	size_t used = 0;
	uint32_t code = 0;

	for (size_t i = 0; i < len;) {
		size_t size = utf8_length(from + i, len - i, &code);

		if (size == 1 && code == '\r') {
			i++;
			continue;
		}
		if (size == 0 || is_unsafe(code)) {
			memcpy(clean + used, replacement, 3);
			used += 3;
		} else {
			memcpy(clean + used, from + i, size);
			used += size;
		}
		i += size > 0 ? size : 1;
	}
	clean[used] = '\0';
	return room_grow(clean, used + 1, 1);
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

char *text_cut(const char *s, size_t max, const char *where)
{
	size_t len = strlen(s), keep;
	char *note, *cut;

	if (len <= max)
		return text_copy(s);
	note = text_format("\n[cut here; all %zu bytes are in %s]\n", len,
			   where);
	keep = max > strlen(note) ? max - strlen(note) : 0;
	while (keep > 0 && is_continuation(s[keep]))
		keep--;
	cut = text_format("%.*s%s", (int)keep, s, note);
	free(note);
	return cut;
}

/*
 * The bytes of S that go on a line of COLUMNS columns, at least one: up to
 * the newline, else up to the last blank, else as many as fit.
 */
static size_t line_length(const char *s, int columns)
{
	size_t blank = 0, i;
	int used = 0;

	for (i = 0; s[i] != '\0' && s[i] != '\n'; i++) {
		if (!is_continuation(s[i]) && columns > 0 && used++ == columns)
			return blank > 0 ? blank : i;
		if (s[i] == ' ' && i > 0)
			blank = i;
	}
	return i;
}

static int count_lines(const char *s)
{
	int lines = 0;

	for (; *s != '\0'; s++)
		lines += *s == '\n' || s[1] == '\0';
	return lines;
}

void text_print(FILE *to, const struct layout *layout, const char *s)
{
	int left = layout->indent + layout->label_width;
	const char *label = layout->label != NULL ? layout->label : "";

	for (int line = 0; *s != '\0'; line++) {
		int hang = line > 0 ? layout->hang : 0, columns;
		size_t len;

		columns = layout->width > left + hang
				  ? layout->width - left - hang : 0;
		if (layout->max_lines > 0 && line == layout->max_lines) {
			int more = count_lines(s);

			fprintf(to, "%*s... and %d more line%s in the log\n",
				left + hang, "", more, more == 1 ? "" : "s");
			return;
		}
		len = line_length(s, columns);
		fprintf(to, "%*s%-*s%*s%.*s\n", layout->indent, "",
			layout->label_width, line == 0 ? label : "", hang, "",
			(int)len, s);
		s += len;
		if (*s == ' ' || *s == '\n')
			s++;
	}
}

bool text_number(const char *s, uint64_t *number)
{
	char *last;

	/* strtoull() itself takes blanks and signs. */
	if (s[0] == '\0' || strspn(s, "0123456789") != strlen(s))
		return false;
	errno = 0;
	*number = strtoull(s, &last, 10);
	return errno == 0;
}

int64_t clock_ms(void)
{
	return clock_us() / 1000;
}
