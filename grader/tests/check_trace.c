/*
 * check_trace.c - holds a trace against its description.
 *
 *     check_trace TRACE.md FILE
 *
 * Ends with 0 if FILE is one JSON object that has each key in the tables of
 * TRACE.md (grader/judge) where they say, of the type that they say, and no
 * other, with times that never fall.  Prints how many events there are, and
 * how much was left of the first run.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/tests/fail.h"

#define ROWS_MAX 64
#define TABLES_MAX 6

/* A row of a table, `where` empty in tables that have no such column. */
struct row {
	char key[32], type[32], where[32];
};

/* The tables, in their order. */
static struct table {
	struct row rows[ROWS_MAX];
	int n;
} tables[TABLES_MAX];
enum { THE_FILE, EVENTS, NAMES, VALUES, SHRUNK, HARMS };

static void read_tables(const char *path)
{
	FILE *from = fopen(path, "r");
	char line[512];
	int table = -1;
	bool inside = false;

	if (from == NULL)
		fail("cannot read %s", path);
	while (fgets(line, sizeof line, from) != NULL) {
		struct row row = { .key = "" };

		if (line[0] != '|' || !inside) {
			table += line[0] == '|' && !inside;
			inside = line[0] == '|';
			continue;
		}
		if (sscanf(line, "| `%31[^`]` | %31[^|] | %31[a-z] |",
			   row.key, row.type, row.where) < 2 &&
		    sscanf(line, "| `%31[^`]`", row.key) != 1)
			continue; /* the line below the heads */
		row.type[strcspn(row.type, " ")] = '\0';
		if (table >= TABLES_MAX || tables[table].n == ROWS_MAX)
			fail("%s has more tables or rows than expected", path);
		tables[table].rows[tables[table].n++] = row;
	}
	fclose(from);
	for (int i = 0; i < TABLES_MAX; i++)
		if (tables[i].n < 3)
			fail("%s: table %d has %d rows", path, i,
			     tables[i].n);
}

static bool is_of_type(const json_t *value, const char *type)
{
	return strcmp(type, "string") == 0 ? json_is_string(value) :
	       strcmp(type, "boolean") == 0 ? json_is_boolean(value) :
	       strcmp(type, "array") == 0 ? json_is_array(value) :
	       strcmp(type, "object") == 0 ? json_is_object(value) :
	       strcmp(type, "integer") == 0 && (json_is_integer(value) ||
						json_is_null(value));
}

/* OBJECT has no key but those of TABLE, and they are of the right type. */
static void check_keys(json_t *object, int table, const char *what)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		const struct row *row = tables[table].rows;
		int i = 0;

		while (i < tables[table].n && strcmp(row[i].key, key) != 0)
			i++;
		if (i == tables[table].n)
			fail("%s: TRACE.md has no key %s", what, key);
		if (!is_of_type(value, row[i].type))
			fail("%s: %s is no %s", what, key, row[i].type);
		if (strcmp(row[i].type, "object") == 0)
			check_keys(value, strcmp(key, "shrunk") == 0
				   ? SHRUNK : VALUES, key);
	}
}

/* OBJECT has all keys of TABLE. */
static void check_all(const json_t *object, int table, const char *what)
{
	for (int i = 0; i < tables[table].n; i++)
		if (json_object_get(object, tables[table].rows[i].key) ==
		    NULL)
			fail("%s has no %s", what,
			     tables[table].rows[i].key);
}

/* Tells whether every event called NAME has what is in WHERE. */
static bool is_required(const char *where, const char *name)
{
	bool step = strcmp(name, "step") == 0;
	bool late = strcmp(name, "request_late") == 0 ||
		    strcmp(name, "request_doubled") == 0 ||
		    strcmp(name, "reply_held") == 0;

	return strcmp(where, "all") == 0 ||
	       (strcmp(where, "step") == 0 && step) ||
	       (strcmp(where, "message") == 0 && !step) ||
	       (strcmp(where, "late") == 0 && late);
}

static void check_name(const char *name)
{
	for (int i = 0; name != NULL && i < tables[NAMES].n; i++)
		if (strcmp(tables[NAMES].rows[i].key, name) == 0)
			return;
	fail("TRACE.md has no event %s", name != NULL ? name : "");
}

static void check_event(json_t *event, json_int_t *time)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	json_int_t at = json_integer_value(json_object_get(event, "at_ns"));

	check_name(name);
	check_keys(event, EVENTS, name);
	for (int i = 0; i < tables[EVENTS].n; i++) {
		const struct row *row = &tables[EVENTS].rows[i];
		bool has = json_object_get(event, row->key) != NULL;

		if (!has && is_required(row->where, name))
			fail("an event %s has no %s", name, row->key);
		if (has && !is_required(row->where, name) &&
		    strcmp(row->where, "some") != 0)
			fail("an event %s has a %s", name, row->key);
	}
	if (at < *time)
		fail("time falls from %lld to %lld", (long long)*time,
		     (long long)at);
	*time = at;
}

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

int main(int argc, char **argv)
{
	json_t *root, *events, *event, *shrunk, *harm;
	json_int_t time = 0;
	json_error_t error;
	size_t i;

	if (argc != 3)
		fail("usage: check_trace TRACE.md FILE");
	read_tables(argv[1]);
	root = json_load_file(argv[2], JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(root))
		fail("%s is no JSON object: %s", argv[2], error.text);
	check_keys(root, THE_FILE, "the file");
	check_all(root, THE_FILE, "the file");
	shrunk = json_object_get(root, "shrunk");
	check_all(shrunk, SHRUNK, "shrunk");
	json_array_foreach(json_object_get(shrunk, "harms"), i, harm)
		check_keys(harm, HARMS, "harm");
	events = json_object_get(root, "events");
	json_array_foreach(events, i, event)
		check_event(event, &time);
	printf("%zu events, %zu harms of %lld, %lld steps of %lld\n",
	       json_array_size(events),
	       json_array_size(json_object_get(shrunk, "harms")),
	       number(shrunk, "harms_before"), number(shrunk, "steps"),
	       number(shrunk, "steps_before"));
	json_decref(root);
	return 0;
}
