/*
 * settings.c - what the environment says about this process's test.
 *
 * No locks: one thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grader/judge/trial.h"
#include "grader/process/stopwatch.h"

static const char *setting(const char *name, const char *otherwise)
{
	const char *set = getenv(name);

	if (set != NULL && set[0] != '\0')
		return set;
	if (otherwise == NULL)
		trial_error("the environment variable %s is not set", name);
	return otherwise;
}

/* The number in the environment variable NAME, or in OTHERWISE. */
static uint64_t read_number(const char *name, const char *otherwise)
{
	const char *text = setting(name, otherwise);
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || text[0] == '-')
		trial_error("%s=%s is no number", name, text);
	return number;
}

void settings_read(struct trial_settings *s)
{
	char now[32];

	/* Without a seed each run has another one; it is printed. */
	snprintf(now, sizeof(now), "%" PRId64, stopwatch_ms());
	s->seed = read_number("LAB_SEED", now);
	s->runs = read_number("LAB_RUNS", "1");
	s->host = setting("LAB_HOST", NULL);
	s->submission = setting("LAB_SUBMISSION", NULL);
	s->flavour = setting("LAB_FLAVOUR", "plain");
	s->world = setting("LAB_WORLD", "threads");
	s->dir = getenv("LAB_DIR");
}
