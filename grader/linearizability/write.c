/*
 * write.c - writes a history as format.h says.
 *
 * No locks: one thread.
 */
#include <inttypes.h>

#include "grader/linearizability/format.h"

void lin_write_bytes(FILE *to, struct value v)
{
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = v.data[i];

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c >= ' ' && c <= '~')
			fputc(c, to);
		else
			fprintf(to, "\\x%02x", c);
	}
}

static void write_quoted(FILE *to, struct value v)
{
	fputc('"', to);
	lin_write_bytes(to, v);
	fputc('"', to);
}

void lin_history_write(const struct lin_history *h, FILE *to)
{
	static const char *const words[] = { "get", "put", "append" };

	for (size_t i = 0; i < lin_history_count(h); i++) {
		struct lin_op op = lin_history_op(h, i);

		fprintf(to, "%" PRId64 " %" PRId64 " ", op.client, op.call_ns);
		if (op.return_ns == LIN_NEVER)
			fprintf(to, "- %s ", words[op.kind]);
		else
			fprintf(to, "%" PRId64 " %s ", op.return_ns,
				words[op.kind]);
		write_quoted(to, op.key);
		fputc(' ', to);
		if (op.kind == LIN_GET && op.return_ns == LIN_NEVER)
			fputc('-', to);
		else
			write_quoted(to, op.value);
		fputc('\n', to);
	}
}
