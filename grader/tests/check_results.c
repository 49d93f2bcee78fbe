/*
 * check_results.c - reads what grade writes, for the tests of grade.
 *
 *     check_results FOLDER
 *
 * Ends with 0 if FOLDER/results.json is JSON with the fields and bounds that
 * Gradescope asks for, FOLDER/junit.xml is well-formed XML, and
 * FOLDER/results.tap has the lines of TAP 14, and prints one line for the
 * total and one for each test, to be compared:
 *
 *     score 5 of 7
 *     bad/crash 0/1 failed 2.3
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/tests/fail.h"

#define OUTPUT_MAX 100000
#define DEPTH_MAX 8
#define XML_MAX (8 << 20)

static const char *string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	if (s == NULL)
		fail("results.json: no string \"%s\"", key);
	return s;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value))
		fail("results.json: no number \"%s\"", key);
	return json_number_value(value);
}

static size_t check_test(const json_t *test)
{
	const json_t *extra = json_object_get(test, "extra_data");
	const char *status = string(test, "status");
	bool passed = strcmp(status, "passed") == 0;

	if (!passed && strcmp(status, "failed") != 0)
		fail("results.json: status \"%s\"", status);
	if (strcmp(string(test, "output_format"), "text") != 0)
		fail("results.json: the output's format is not text");
	string(test, "visibility");
	string(extra, "seed");
	string(extra, "replay");
	printf("%s %g/%g %s %s\n", string(test, "name"),
	       number(test, "score"), number(test, "max_score"), status,
	       string(test, "number"));
	return strlen(string(test, "output"));
}

static void check_json(const char *folder)
{
	char path[4096];
	json_error_t error;
	const json_t *tests;
	json_t *root;
	size_t output;
	double sum = 0;

	snprintf(path, sizeof path, "%s/results.json", folder);
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail("%s: line %d: %s", path, error.line, error.text);
	number(root, "execution_time");
	output = strlen(string(root, "output"));
	tests = json_object_get(root, "tests");
	for (size_t i = 0; i < json_array_size(tests); i++) {
		output += check_test(json_array_get(tests, i));
		sum += number(json_array_get(tests, i), "score");
	}
	printf("score %g of %g\n", number(root, "score"),
	       number(json_object_get(root, "extra_data"), "max_score"));
	if (sum < number(root, "score") || sum > number(root, "score"))
		fail("%s: the tests' scores add up to %g", path, sum);
	if (output > OUTPUT_MAX)
		fail("%s: %zu bytes of output", path, output);
	json_decref(root);
}

/* Skips an entity; S stands behind its '&'. */
static const char *entity(const char *s)
{
	static const char *const known[] = { "amp;", "lt;", "gt;", "quot;",
					     "#10;", "#9;" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strncmp(s, known[i], strlen(known[i])) == 0)
			return s + strlen(known[i]);
	fail("junit.xml: unknown entity &%.8s", s);
}

/* Skips text or an attribute's value up to END. */
static const char *text(const char *s, char end)
{
	while (*s != '\0' && *s != end) {
		unsigned char c = (unsigned char)*s++;

		if (c == '&')
			s = entity(s);
		else if (c == '<' || (c < ' ' && c != '\n' && c != '\t'))
			fail("junit.xml: a bare %02x in text", c);
	}
	return s;
}

static size_t name_length(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

	if (n == 0)
		fail("junit.xml: no name at %.20s", s);
	return n;
}

/* Skips attributes up to > or />. */
static const char *attributes(const char *s)
{
	while (*s == ' ') {
		s++;
		s += name_length(s);
		if (strncmp(s, "=\"", 2) != 0)
			fail("junit.xml: no value at %.20s", s);
		s = text(s + 2, '"');
		if (*s++ != '"')
			fail("junit.xml: a value without an end");
	}
	return s;
}

static void check_elements(const char *s)
{
	struct { const char *name; size_t len; } open[DEPTH_MAX];
	int depth = 0;

	do {
		bool closing = s[0] == '<' && s[1] == '/';
		size_t len;

		if (*s++ != '<')
			fail("junit.xml: no tag at %.20s", s - 1);
		s += closing;
		len = name_length(s);
		if (closing && (depth == 0 || open[depth - 1].len != len ||
				strncmp(open[depth - 1].name, s, len) != 0))
			fail("junit.xml: </%.*s> closes nothing", (int)len, s);
		if (closing)
			depth--;
		else if (depth == DEPTH_MAX)
			fail("junit.xml: too deep");
		else
			open[depth].name = s, open[depth++].len = len;
		s = attributes(s + len);
		if (*s == '/' && depth-- > 0)
			s++;
		if (*s++ != '>')
			fail("junit.xml: a tag without an end");
		s = text(s, '<');
	} while (depth > 0);
	if (*s != '\0')
		fail("junit.xml: more than one root");
}

static void check_xml(const char *folder)
{
	static const char head[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	char path[4096], *xml = calloc(1, XML_MAX + 1);
	json_t *utf8;
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s/junit.xml", folder);
	file = fopen(path, "r");
	if (file == NULL || xml == NULL)
		fail("%s: cannot be read", path);
	len = fread(xml, 1, XML_MAX, file);
	fclose(file);
	utf8 = json_stringn(xml, len); /* takes nothing but valid UTF-8 */
	if (utf8 == NULL)
		fail("%s: not UTF-8", path);
	if (strncmp(xml, head, strlen(head)) != 0)
		fail("%s: does not begin as XML", path);
	check_elements(xml + strlen(head));
	json_decref(utf8);
	free(xml);
}

/* Tests in order under a plan, and each block of YAML open and closed. */
static void check_tap(const char *folder)
{
	char path[4096], line[65536];
	int planned = -1, n = 0, number;
	bool block = false;
	FILE *file;

	snprintf(path, sizeof path, "%s/results.tap", folder);
	file = fopen(path, "r");
	if (file == NULL)
		fail("%s: cannot be read", path);
	if (fgets(line, sizeof line, file) == NULL ||
	    strcmp(line, "TAP version 14\n") != 0)
		fail("results.tap: does not begin as TAP");
	while (fgets(line, sizeof line, file) != NULL) {
		if (strchr(line, '\n') == NULL)
			fail("results.tap: a line of more than %zu bytes",
			     sizeof line - 2);
		if (block && strcmp(line, "  ...\n") == 0) {
			block = false;
		} else if (block) {
			if (strncmp(line, "  ", 2) != 0)
				fail("results.tap: in a block: %s", line);
		} else if (strcmp(line, "  ---\n") == 0) {
			block = true;
		} else if (planned == -1) {
			if (sscanf(line, "1..%d", &planned) != 1)
				fail("results.tap: no plan: %s", line);
		} else if ((sscanf(line, "ok %d - ", &number) != 1 &&
			    sscanf(line, "not ok %d - ", &number) != 1) ||
			   number != ++n) {
			fail("results.tap: no result of test %d: %s", n, line);
		}
	}
	if (block || n != planned)
		fail("results.tap: %d tests of %d", n, planned);
	fclose(file);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		fail("usage: check_results FOLDER");
	check_json(argv[1]);
	check_xml(argv[1]);
	check_tap(argv[1]);
	return 0;
}
