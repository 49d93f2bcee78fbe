/*
 * verdict.h - how the judge says how a test went.
 *
 * To the grader, if LAB_CHANNEL names its socket, as lines of JSON that carry
 * LAB_TOKEN; otherwise to the person at the terminal, in words.
 *
 * Threads: one.  Memory: a verdict's strings stay the caller's.
 *
 * Errors: a channel that cannot be opened is returned as false.  A verdict
 * that cannot be sent counts as none; it is written out as for a person.
 */
#ifndef GRADER_JUDGE_VERDICT_H
#define GRADER_JUDGE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/judge/trace.h"
#include "grader/process/memory.h"

enum verdict_result { VERDICT_PASS, VERDICT_FAIL, VERDICT_GRADER_ERROR };

struct verdict {
	enum verdict_result result;
	const char *expected, *saw; /* empty for a pass */
	const struct lines *details;
	const char *report;         /* of a checker, or the host's output */
	bool crashed;               /* so a sanitizer would tell more */
	const struct trace *trace;  /* of a simulated run, or NULL */
	const char *confined;       /* what confined the host (confine.h) */
	uint64_t seed;
	uint64_t runs;              /* made so far, with this one */
	int64_t elapsed_ms;
};

/*
 * Opens the channel, takes its secrets out of the environment, and says that
 * the test has begun.  WHY says why it cannot.
 */
bool verdict_begin(char *why, size_t why_size);

/*
 * Tells the grader that the test takes STEP next, for the case that it comes
 * to no verdict; or that it begins anew, without steps.
 */
void verdict_step(const char *step);
void verdict_steps_anew(void);

/*
 * The line, to be freed, that says instead of a verdict that the test itself
 * is mistaken: SAW is how that shows.  It can be sent in a signal handler;
 * once there is a verdict that does nothing.
 */
char *verdict_of_mistake(const char *saw);
void verdict_send(const char *line);

/* Gives the verdict on the test called NAME and closes the channel. */
void verdict_give(const char *name, const struct verdict *v);

#endif
