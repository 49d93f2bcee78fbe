/*
 * nodes.c - see nodes.h.
 *
 * Invariant: a parser writes its result only into what it was given, and
 * nothing is assumed of the text but that it ends.
 *
 * No locks: no state.
 */
#include "grader/judge/nodes.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

struct scanner {
	const char *text; /* all of it, for messages */
	const char *at;
	int n;
	char *why;
	size_t why_size;
};

static bool wrong(struct scanner *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct scanner *s, const char *fmt, ...)
{
	va_list args;
	int used = snprintf(s->why, s->why_size, "\"%s\": ", s->text);

	va_start(args, fmt);
	if (used >= 0 && (size_t)used < s->why_size)
		vsnprintf(s->why + used, s->why_size - (size_t)used, fmt,
			  args);
	va_end(args);
	return false;
}

/* Reads the number at the scanner, of a node that exists, into *NODE. */
static bool scan_node(struct scanner *s, int *node)
{
	int value = 0;

	if (!isdigit((unsigned char)*s->at))
		return wrong(s, "'%c' is neither a node nor a bar", *s->at);
	while (isdigit((unsigned char)*s->at) && value < 1000)
		value = value * 10 + (*s->at++ - '0');
	if (value >= s->n)
		return wrong(s, "there is no node %d, there are %d", value,
			     s->n);
	*node = value;
	return true;
}

static void skip_blanks(struct scanner *s)
{
	while (*s->at == ' ' || *s->at == ',')
		s->at++;
}

bool nodes_parse(const char *text, int n, uint64_t *set, char *why,
		 size_t why_size)
{
	struct scanner s = { text, text, n, why, why_size };
	int node;

	assert(n >= 0 && n <= 64);
	*set = 0;
	if (text == NULL)
		return true;
	for (skip_blanks(&s); *s.at != '\0'; skip_blanks(&s)) {
		if (!scan_node(&s, &node))
			return false;
		if (*set >> node & 1)
			return wrong(&s, "node %d is named twice", node);
		*set |= UINT64_C(1) << node;
	}
	return true;
}

bool groups_parse(const char *text, int n, int group_of[], char *why,
		  size_t why_size)
{
	struct scanner s = { text, text, n, why, why_size };
	int group = 0, members = 0, node, i;

	for (i = 0; i < n; i++)
		group_of[i] = -1;
	for (skip_blanks(&s); *s.at != '\0'; skip_blanks(&s)) {
		if (*s.at == '|') {
			if (members == 0)
				return wrong(&s, "group %d is empty", group);
			group++;
			members = 0;
			s.at++;
			continue;
		}
		if (!scan_node(&s, &node))
			return false;
		if (group_of[node] >= 0)
			return wrong(&s, "node %d is named twice", node);
		group_of[node] = group;
		members++;
	}
	for (i = 0; i < n; i++)
		if (group_of[i] < 0)
			return wrong(&s, "node %d is in no group", i);
	return members > 0 || wrong(&s, "group %d is empty", group);
}

const char *groups_describe(const int group_of[], int n, char *buf,
			    size_t size)
{
	size_t used = 0;
	int last = -1;

	buf[0] = '\0';
	for (int i = 0; i < n; i++)
		if (group_of[i] > last)
			last = group_of[i];
	for (int group = 0; group <= last; group++) {
		const char *before = used == 0 ? "" : " | ";

		for (int i = 0; i < n && used < size; i++) {
			if (group_of[i] != group)
				continue;
			used += (size_t)snprintf(buf + used, size - used,
						 "%s%d", before, i);
			before = " ";
		}
	}
	return buf;
}

const char *nodes_describe(uint64_t set, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < 64 && used < size; i++)
		if (set >> i & 1)
			used += (size_t)snprintf(buf + used, size - used,
						 "%s%d", used ? " " : "", i);
	return buf;
}
