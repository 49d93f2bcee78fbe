/*
 * fail.c - the ways in which a test fails, or its grader.
 *
 * No locks: one thread.
 */
#include <stdarg.h>
#include <stdio.h>

#include "grader/judge/oracle.h"
#include "grader/judge/runs.h"
#include "grader/judge/trial.h"

static _Noreturn void end(struct cause cause, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

static _Noreturn void end(struct cause cause, const char *fmt, va_list args)
{
	char saw[1024];

	vsnprintf(saw, sizeof(saw), fmt, args);
	cause.saw = saw;
	trial_end(&cause);
}

void trial_fail(int64_t seq, const char *expected, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end((struct cause){ .result = VERDICT_FAIL, .seq = seq, .ask = true,
			    .expected = expected }, fmt, args);
}

void trial_fail_rule(int64_t seq, const struct complaint *broken)
{
	trial_end(&(struct cause){
		.result = VERDICT_FAIL,
		.seq = seq,
		.ask = true,
		.rule = true,
		.expected = broken->expected,
		.saw = broken->saw,
	});
}

void trial_fail_unasked(const char *expected, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end((struct cause){ .result = VERDICT_FAIL, .seq = NO_SEQ,
			    .expected = expected }, fmt, args);
}

void trial_fail_ended(struct ending *ending, const char *doing)
{
	char saw[1024];

	snprintf(saw, sizeof(saw), "%s, during %s", ending->words, doing);
	trial_end(&(struct cause){
		.result = VERDICT_FAIL,
		.seq = NO_SEQ,
		.rule = true,
		.expected = "the program runs until the test ends it",
		.saw = saw,
		.known = ending,
	});
}

void trial_fail_run(const char *expected, struct ending *ending)
{
	trial_end(&(struct cause){
		.result = VERDICT_FAIL,
		.seq = NO_SEQ,
		.rule = true,
		.expected = expected,
		.saw = ending->words,
		.known = ending,
	});
}

void failure_note(struct failure *failure, const struct cause *cause)
{
	failure->seq = cause->seq;
	failure->ask = cause->ask;
	failure->rule = cause->rule;
	snprintf(failure->expected, sizeof(failure->expected), "%s",
		 cause->expected);
	snprintf(failure->saw, sizeof(failure->saw), "%s", cause->saw);
	failure->known = cause->known != NULL;
	if (cause->known != NULL)
		failure->ending = *cause->known;
}

void trial_fail_as(struct failure *failure)
{
	trial_end(&(struct cause){
		.result = VERDICT_FAIL,
		.seq = failure->seq,
		.ask = failure->ask,
		.rule = failure->rule,
		.expected = failure->expected,
		.saw = failure->saw,
		.known = failure->known ? &failure->ending : NULL,
	});
}

void trial_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end((struct cause){ .result = VERDICT_GRADER_ERROR, .seq = NO_SEQ,
			    .expected = "the grader can do its work" }, fmt,
	    args);
}
