/*
 * conclude.c - what a test amounts to, once all its processes are gone.
 *
 * The judge's word counts if the channel was used by nobody else.  A failure
 * then stands, however the test ended; a pass stands only if everything
 * around it was in order, too.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "grader/grade/keep.h"
#include "grader/grade/story.h"
#include "grader/grade/supervise.h"
#include "grader/grade/supervision.h"
#include "grader/grade/text.h"
#include "grader/grade/trace.h"

#define EXCERPT_BYTES 4096 /* of output, twice: its start and its end */

/* Why the judge's word does not count, or NULL; to be freed. */
static char *flaw(const struct supervision *s)
{
	const struct channel *channel = &s->channel;
	int status = s->judge_status;

	if (channel->refused != NULL)
		return text_format("its verdict does not count: %s",
				   channel->refused);
	if (channel->has_verdict && channel->verdict.result != RESULT_PASS)
		return NULL;
	if (s->cut != NULL)
		return text_copy(s->cut);
	if (!channel->has_verdict && WIFSIGNALED(status))
		return text_format("ended without a verdict: killed by signal "
				   "%d (%s)", WTERMSIG(status),
				   strsignal(WTERMSIG(status)));
	if (!channel->has_verdict)
		return text_format("ended without a verdict: exit status %d",
				   WEXITSTATUS(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return text_format("passed, but its judge then ended with "
				   "%s %d", WIFEXITED(status) ? "exit status"
							      : "signal",
				   WIFEXITED(status) ? WEXITSTATUS(status)
						     : WTERMSIG(status));
	return s->behind != NULL ? text_copy(s->behind) : NULL;
}

/* Moves the channel's verdict into OUTCOME, if there is one. */
static void take_verdict(struct supervision *s, struct outcome *outcome)
{
	struct outcome *verdict = &s->channel.verdict, old = *outcome;

	*outcome = *verdict;
	*verdict = old;
}

/* Of a test without a verdict: what was expected, and the steps it took. */
static void tell_steps(struct supervision *s)
{
	if (s->channel.began)
		outcome_set(&s->channel.verdict.expected, "the test ends with "
			    "a verdict, within %d s",
			    supervise_limit_s(s->test, s->options, s->pass));
	steps_tell(&s->channel.steps, &s->channel.verdict);
}

void supervision_conclude(struct supervision *s, struct outcome *outcome)
{
	const char *changed = keep_changed(s->options);
	bool refused = changed != NULL || s->channel.refused != NULL;
	char *reason = s->fault != NULL ? text_copy(s->fault)
		       : changed != NULL
			       ? text_format("its verdict does not count: "
					     "somebody has changed %s, which "
					     "is the grader's", changed)
			       : flaw(s);
	const char *last = s->fault != NULL || refused ||
			   s->channel.has_verdict
				   ? NULL : steps_last(&s->channel.steps);

	if (s->fault == NULL && !refused && !s->not_begun) {
		if (!s->channel.has_verdict)
			tell_steps(s);
		take_verdict(s, outcome);
	}
	if (s->fault != NULL)
		outcome->result = RESULT_GRADER_ERROR;
	else if (reason != NULL && !refused &&
		 (!s->channel.began || s->not_begun))
		outcome->result = RESULT_NOT_BEGUN;
	else if (reason != NULL)
		outcome->result = RESULT_CUT_SHORT;
	if (reason != NULL)
		outcome_set(&outcome->saw, "%s%s%s", reason,
			    last != NULL ? "; the last step was: " : "",
			    last != NULL ? last : "");
	free(reason);
	outcome_of_pass(outcome, s->options, s->test, s->pass);
	outcome->elapsed_ms = clock_ms() - s->started_ms;
	free(outcome->output);
	outcome->output = output_excerpt(&s->output, EXCERPT_BYTES,
					 EXCERPT_BYTES);
}

char *supervise_log_path(const struct test *test,
			 const struct options *options, int pass)
{
	return text_format("%s/log/%s.%s%s%s.log", options->out, test->suite,
			   test->name, pass > 0 ? "." : "", pass > 0
			   ? options->passes[pass].flavour->name : "");
}

void supervise_log(const struct test *test, const struct options *options,
		   struct outcome *outcome, const char *output)
{
	char *path = supervise_log_path(test, options, outcome->pass);
	FILE *file = fopen(path, "w");

	trace_write(test, outcome, path);
	if (file != NULL) {
		story_write(file, test, outcome, options, true);
		fprintf(file, "\nWhat the judge and the host printed%s\n%s",
			output[0] != '\0' ? ":\n" : ": nothing.", output);
		if (fclose(file) == 0)
			outcome_set(&outcome->log, "%s", path);
	}
	free(path);
}
