/*
 * plan.c - walks the linker section in which GRADED has put its tests.
 *
 * Invariant: the order is that of files and lines, whatever the linker's is.
 *
 * No locks: constants.
 */
#include "grader/judge/plan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "grader/process/memory.h"

/* The linker's names for the two ends of the section "graded"; both are NULL
 * in an executable without tests. */
extern const struct graded *__start_graded[] __attribute__((weak));
extern const struct graded *__stop_graded[] __attribute__((weak));

const char *plan_flaw(const struct graded *test)
{
	if (test->points < 1)
		return "it has no .points (a whole number)";
	if (test->part == NULL || test->part[0] == '\0')
		return "it has no .part";
	if (test->about == NULL || test->about[0] == '\0')
		return "it has no .about";
	if (test->needs != NULL && test->needs[0] != '\0' &&
	    strchr(test->needs, '/') == NULL)
		return "its .needs is not of the form \"suite/name\"";
	if (test->todo < 0)
		return "its .todo is negative";
	if (test->limit_s < 0)
		return "its .limit_s is negative";
	return NULL;
}

static int by_place(const void *left, const void *right)
{
	const struct graded *a = *(const struct graded *const *)left;
	const struct graded *b = *(const struct graded *const *)right;
	int order = strcmp(a->file, b->file);

	return order != 0 ? order : a->line - b->line;
}

static const struct graded *const *begin(void)
{
	return __start_graded;
}

static size_t count(void)
{
	if (begin() == NULL)
		return 0;
	return (size_t)(__stop_graded - __start_graded);
}

const struct graded *plan_find(const char *name)
{
	for (size_t i = 0; i < count(); i++) {
		const struct graded *test = begin()[i];
		size_t len = strlen(test->suite);

		if (strncmp(name, test->suite, len) == 0 &&
		    name[len] == '/' &&
		    strcmp(name + len + 1, test->name) == 0)
			return test;
	}
	return NULL;
}

void plan_print_test(const struct graded *test, FILE *to)
{
	json_t *line = json_pack(
		"{s:s, s:s, s:s, s:i, s:s, s:s, s:i, s:b, s:b, s:b, s:i, s:b, "
		"s:s, s:i, s:s, s:i}",
		"part", test->part, "suite", test->suite, "name", test->name,
		"points", test->points, "about", test->about, "needs",
		test->needs ? test->needs : "", "todo", test->todo, "raceless",
		test->raceless, "threads",
		test->worlds == 0 || test->worlds & WORLD_THREADS, "simulated",
		test->worlds == 0 || test->worlds & WORLD_SIM, "steps",
		test->steps ? test->steps : RUN_STEPS, "scripted",
		test->scripted,
		"visibility", test->visibility ? test->visibility : "visible",
		"limit_s", test->limit_s ? test->limit_s : LIMIT_S, "file",
		test->file, "line", test->line);

	json_dumpf(line, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(line);
}

bool plan_print(FILE *to)
{
	size_t n = count();
	const struct graded **sorted = must_calloc(n + 1, sizeof(*sorted));
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		sorted[i] = begin()[i];
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < n; i++) {
		const char *flaw = plan_flaw(sorted[i]);

		if (flaw != NULL) {
			fprintf(stderr, "%s:%d: %s/%s: %s\n", sorted[i]->file,
				sorted[i]->line, sorted[i]->suite,
				sorted[i]->name, flaw);
			ok = false;
			continue;
		}
		plan_print_test(sorted[i], to);
	}
	free(sorted);
	return ok;
}
