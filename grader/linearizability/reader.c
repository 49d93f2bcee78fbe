/*
 * reader.c - see reader.h and format.h.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/reader.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "grader/linearizability/room.h"

bool lin_reader_refuse(struct lin_reader *r, const char *fmt, ...)
{
	va_list args;

	r->misread->line = r->line;
	va_start(args, fmt);
	vsnprintf(r->misread->why, sizeof(r->misread->why), fmt, args);
	va_end(args);
	return false;
}

bool lin_reader_at_end(struct lin_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
	return r->at == r->end;
}

bool lin_reader_takes(struct lin_reader *r, const char *word)
{
	size_t len = strlen(word);

	if (lin_reader_at_end(r) || (size_t)(r->end - r->at) < len ||
	    memcmp(r->at, word, len) != 0)
		return false;
	if (isalnum((unsigned char)word[len - 1]) && r->at + len < r->end &&
	    isalnum((unsigned char)r->at[len]))
		return false;
	r->at += len;
	return true;
}

bool lin_reader_number(struct lin_reader *r, const char *what, int64_t *n)
{
	char digits[32];
	size_t len = 0;
	char *end;

	lin_reader_at_end(r);
	while (r->at < r->end && len < sizeof(digits) - 1 &&
	       (isdigit((unsigned char)*r->at) || (len == 0 && *r->at == '-')))
		digits[len++] = *r->at++;
	digits[len] = '\0';
	if (len == 0 || (len == 1 && digits[0] == '-') ||
	    (r->at < r->end && isalpha((unsigned char)*r->at)))
		return lin_reader_refuse(r, "a number is missing: %s", what);
	errno = 0;
	*n = strtoll(digits, &end, 10);
	if (errno != 0 || *n == LIN_NEVER || len == sizeof(digits) - 1)
		return lin_reader_refuse(r, "too great a number: %s", what);
	return true;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL
				   : strchr(digits, tolower((unsigned char)c));

	return at == NULL ? -1 : (int)(at - digits);
}

/* Reads what follows a backslash; a byte, or -1. */
static int escaped(struct lin_reader *r)
{
	static const char names[] = "\"\\nrt", bytes[] = "\"\\\n\r\t";
	const char *name;
	int byte;

	if (r->at == r->end)
		return -1;
	if (*r->at == 'x') {
		if (r->end - r->at < 3 || hex(r->at[1]) < 0 ||
		    hex(r->at[2]) < 0)
			return -1;
		byte = 16 * hex(r->at[1]) + hex(r->at[2]);
		r->at += 3;
		return byte;
	}
	name = *r->at == '\0' ? NULL : strchr(names, *r->at++);
	return name == NULL ? -1 : bytes[name - names];
}

bool lin_reader_bytes(struct lin_reader *r, const char *what,
		      struct value *v, size_t *room)
{
	v->len = 0;
	if (lin_reader_at_end(r) || *r->at != '"')
		return lin_reader_refuse(r, "\"...\" is missing: %s", what);
	r->at++;
	while (r->at < r->end && *r->at != '"') {
		int byte = (unsigned char)*r->at++;

		if (byte < ' ' || byte == 127)
			return lin_reader_refuse(r, "a control character in "
						 "%s: write \\x%02x", what,
						 (unsigned)byte);
		if (byte == '\\')
			byte = escaped(r);
		if (byte < 0)
			return lin_reader_refuse(r, "bad escape in %s: there "
						 "are \\\" \\\\ \\n \\r \\t "
						 "\\xHH", what);
		if (v->len == VALUE_MAX_BYTES)
			return lin_reader_refuse(r, "more than %u bytes: %s",
						 VALUE_MAX_BYTES, what);
		v->data = room_grow(v->data, room, v->len + 1, 1);
		v->data[v->len++] = (unsigned char)byte;
	}
	if (r->at == r->end)
		return lin_reader_refuse(r, "no quote ends %s", what);
	r->at++;
	return true;
}

void lin_reader_add(struct lin_reader *r, const struct lin_op *op,
		    size_t line)
{
	size_t n = lin_history_count(r->history);

	r->lines = room_grow(r->lines, &r->lines_room, n + 1,
			     sizeof(size_t));
	r->lines[n] = line;
	lin_history_add(r->history, op);
}

static bool read_kind(struct lin_reader *r, enum lin_kind *kind)
{
	if (lin_reader_takes(r, "get"))
		*kind = LIN_GET;
	else if (lin_reader_takes(r, "put"))
		*kind = LIN_PUT;
	else if (lin_reader_takes(r, "append"))
		*kind = LIN_APPEND;
	else
		return lin_reader_refuse(r, "no get, put or append after the "
					 "times");
	return true;
}

/* Reads a line of our own. */
static bool read_line(struct lin_reader *r)
{
	struct lin_op op = { .return_ns = LIN_NEVER };

	if (!lin_reader_number(r, "the client", &op.client) ||
	    !lin_reader_number(r, "the time of the call", &op.call_ns))
		return false;
	if (!(lin_reader_takes(r, "- ") || lin_reader_takes(r, "-\t")) &&
	    !lin_reader_number(r, "the time of the return, or -",
			       &op.return_ns))
		return false;
	if (!read_kind(r, &op.kind) ||
	    !lin_reader_bytes(r, "the key", &r->key, &r->key_room))
		return false;
	if (op.kind == LIN_GET && op.return_ns == LIN_NEVER) {
		if (!lin_reader_takes(r, "-"))
			return lin_reader_refuse(r, "a get that did not "
						 "return has the result -");
		r->value.len = 0;
	} else if (!lin_reader_bytes(r, "the value", &r->value,
				     &r->value_room)) {
		return false;
	}
	if (!lin_reader_at_end(r))
		return lin_reader_refuse(r, "more than one operation");
	op.key = r->key;
	op.value = r->value;
	lin_reader_add(r, &op, r->line);
	return true;
}

static bool read_lines(struct lin_reader *r, FILE *from,
		       enum lin_format format)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool fine = true;

	while (fine && (len = getline(&line, &room, from)) >= 0) {
		while (len > 0 && (line[len - 1] == '\n' ||
				   line[len - 1] == '\r'))
			len--;
		r->line++;
		r->at = line;
		r->end = line + len;
		if (lin_reader_at_end(r) || *r->at == '#')
			continue;
		if (format == LIN_FORMAT_ANY)
			format = *r->at == '{' ? LIN_FORMAT_PORCUPINE
					       : LIN_FORMAT_LINES;
		fine = format == LIN_FORMAT_LINES ? read_line(r)
						  : lin_porcupine_line(r);
	}
	free(line);
	if (fine && ferror(from)) {
		r->line = 0;
		fine = lin_reader_refuse(r, "it cannot be read to its end");
	}
	lin_porcupine_end(r);
	return fine;
}

struct lin_history *lin_history_read(FILE *from, enum lin_format format,
				     struct lin_misread *misread)
{
	struct lin_reader r = { .history = lin_history_make(),
				.misread = misread };
	struct lin_flaw flaw;
	bool fine = read_lines(&r, from, format);

	if (fine && lin_history_flaw(r.history, &flaw)) {
		r.line = r.lines[flaw.op];
		fine = lin_reader_refuse(&r, "%s", flaw.why);
	}
	if (!fine) {
		lin_history_free(r.history);
		r.history = NULL;
	}
	free(r.lines);
	free(r.key.data);
	free(r.value.data);
	return r.history;
}
