/*
 * accusation.c - see accusation.h.
 *
 * No locks: one thread.
 */
#include "grader/judge/accusation.h"

#include <stdlib.h>
#include <string.h>

#include "grader/control.h"
#include "grader/judge/trial.h"
#include "grader/process/memory.h"

/* Ends the line at *AT and goes on to the next, if there is one. */
static const char *take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	*at = end != NULL ? end + 1 : line + strlen(line);
	if (end != NULL)
		*end = '\0';
	return line;
}

/* The instance that SAW names first, or NO_SEQ. */
static int64_t instance_in(const char *saw)
{
	static const char word[] = "instance ";
	const char *at = strstr(saw, word);

	return at != NULL ? strtoll(at + strlen(word), NULL, 10) : NO_SEQ;
}

void peer_is_accused(struct value error)
{
	size_t prefix = strlen(CTL_ACCUSATION);
	char *text = must_calloc(1, error.len - prefix + 1), *at = text;
	const char *expected, *saw;

	memcpy(text, error.data + prefix, error.len - prefix);
	expected = take_line(&at);
	saw = take_line(&at);
	while (*at != '\0') {
		const char *message = take_line(&at);

		if (*message != '\0')
			trial_step("seen: %s", message);
	}
	trial_end(&(struct cause){
		.result = VERDICT_FAIL,
		.seq = instance_in(saw),
		.rule = true,
		.expected = expected,
		.saw = saw,
	});
}
