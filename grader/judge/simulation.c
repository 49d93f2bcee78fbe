/*
 * simulation.c - what was expected where a run has ended, by its reason; and
 * what is to be said of one that has passed.
 *
 * No locks: one thread.
 */
#include "grader/judge/simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/control.h"
#include "grader/judge/cluster.h"
#include "grader/judge/symbols.h"
#include "grader/judge/trial.h"

static const struct {
	const char *reason, *expected;
} expectations[] = {
	{ "deadlock", "no thread waits for ever" },
	{ "cycle", "no lock is held while waiting for who needs it" },
	{ "left-blocked", "every thread ends after paxos_kill() and "
			  "paxos_free()" },
	{ "left-running", "every thread ends soon after paxos_kill() and "
			  "paxos_free()" },
	{ "step-limit", "the peers come to rest" },
	{ "time-limit", "the peers come to rest" },
	{ "thread-limit", "a peer runs a bounded number of threads" },
	{ "memory-limit", "a peer uses a bounded amount of memory" },
	{ "stack", "a thread gets by with a stack of 1 MiB" },
	{ "race", "what one thread writes and another reads has a lock" },
	{ "spin", "a thread that waits lets others run" },
	{ "crash", "the program does not crash" },
};

/* What stands where none of these fits: misuse, of one kind or another. */
#define OTHERWISE "locks and threads are used as POSIX allows"

/* Of the runs so far; of the process, as the test is. */
static char *advice;

static const char *expected_of(const char *error)
{
	size_t i;

	for (i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		size_t len = strlen(expectations[i].reason);

		if (strncmp(error, expectations[i].reason, len) == 0 &&
		    error[len] == ':')
			return expectations[i].expected;
	}
	return OTHERWISE;
}

char *run_words(struct value text)
{
	char *raw = must_calloc(1, text.len + 1), *words;

	if (text.len > 0)
		memcpy(raw, text.data, text.len);
	words = symbols_name(raw, trial_settings()->submission);
	free(raw);
	return words;
}

void run_has_failed(struct value error)
{
	size_t prefix = strlen(CTL_SIMULATION);
	struct ending ending = { .by_itself = true };
	const char *words, *expected;

	/* The report is the first line and one for each thread. */
	error.data += prefix;
	error.len -= prefix;
	ending.report = run_words(error);
	expected = expected_of(ending.report);
	words = strstr(ending.report, ": ");
	words = words != NULL ? words + strlen(": ") : ending.report;
	memmove(ending.report, words, strlen(words) + 1);
	snprintf(ending.words, sizeof(ending.words), "%.*s",
		 (int)strcspn(ending.report, "\n"), ending.report);
	trial_fail_run(expected, &ending);
}

void run_has_lint(struct value lint)
{
	if (lint.len > 0 && advice == NULL)
		advice = run_words(lint);
}

const char *run_advice(void)
{
	return advice != NULL ? advice : "";
}
