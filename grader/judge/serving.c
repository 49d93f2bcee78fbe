/*
 * serving.c - what clerks have done, and whether a key/value service can have
 * answered so (serving.h).
 *
 * Invariant: the history holds what closed clerks did; what open ones did is
 * added as the test ends.
 *
 * No locks: one thread.
 */
#include "grader/judge/serving.h"

#include <stdio.h>
#include <string.h>

#include "grader/judge/ask.h"
#include "grader/judge/brief.h"
#include "grader/judge/trial.h"

#define EXPECTED_ORDER                                                        \
	"there is an order in which each operation takes effect between its " \
	"call and its return (linearizability)"

/* Lines of the checker's report that go into the test's own, and those that
 * say what happened. */
#define REPORT_LINES 12
#define FIRST_LINES 4

const char *kind_name(int kind)
{
	return kind == CTL_GET ? "get" : kind == CTL_PUT ? "put" :
	       kind == CTL_APPEND ? "append" : "nothing";
}

void service_asked(struct cluster *c, struct value key)
{
	struct service *s = serving(c);

	for (int i = 0; i < s->nasked; i++)
		if (value_equal(s->asked[i], key))
			return;
	if (s->nasked == ASKED_MAX)
		trial_error("requests of the test's own name more than %d "
			    "keys", ASKED_MAX);
	s->asked[s->nasked++] = trial_keep(value_copy(key));
}

static bool is_asked(const struct service *s, struct value key)
{
	for (int i = 0; i < s->nasked; i++)
		if (value_equal(s->asked[i], key))
			return true;
	return false;
}

/* Event EVENT of CLERK; its values are the caller's. */
static bool fetch(struct cluster *c, int clerk, int event,
		  struct ctl_event_reply *reply)
{
	struct ctl_event_args args = { .clerk = clerk, .event = event };

	control(c, CTL_ALL, &PROC_CTL_EVENT, &args, reply,
		"reading the history");
	return reply->there != 0;
}

bool event_of(struct cluster *c, int clerk, int event,
	      struct ctl_event_reply *reply)
{
	if (!fetch(c, clerk, event, reply))
		return false;
	trial_keep(reply->key);
	trial_keep(reply->val);
	trial_keep(reply->got);
	return true;
}

/* Tells whether E was rightly refused as too large. */
static bool is_refused(const struct ctl_event_reply *e)
{
	return e->finished && e->status == KV_TOO_LARGE &&
	       (e->key.len > KV_KEY_MAX || e->val.len > KV_VALUE_MAX ||
		e->kind == CTL_APPEND);
}

static void add_to_history(struct service *s, int clerk,
			   const struct ctl_event_reply *e)
{
	if (is_asked(s, e->key) || is_refused(e))
		return;
	lin_history_add(s->history, &(struct lin_op){
		.client = clerk,
		.kind = e->kind == CTL_GET ? LIN_GET :
			e->kind == CTL_PUT ? LIN_PUT : LIN_APPEND,
		.key = e->key,
		.value = e->kind == CTL_GET ? e->got : e->val,
		.call_ns = (int64_t)e->called,
		.return_ns = e->finished ? (int64_t)e->returned : LIN_NEVER,
	});
}

/* An operation comes back when it was executed, or is too large. */
static void check_status(int clerk, const struct ctl_event_reply *e)
{
	char key[BRIEF_BYTES];

	if (!e->finished || e->status == KV_OK || is_refused(e))
		return;
	trial_fail(NO_SEQ, "a clerk returns from an operation when it was "
		   "executed (KV_OK), or exceeds a bound (KV_TOO_LARGE)",
		   "%s(%s) of clerk %d returned %s", kind_name(e->kind),
		   brief(e->key, key), clerk, status_name(e->status));
}

void history_collect(struct cluster *c, int clerk)
{
	struct ctl_event_reply event;

	for (int i = 0; fetch(c, clerk, i, &event); i++) {
		check_status(clerk, &event);
		add_to_history(c->service, clerk, &event);
		value_free(&event.key);
		value_free(&event.val);
		value_free(&event.got);
	}
}

/* Writes the lines of TEXT into the test's report. */
static void note_report(const char *text)
{
	for (int i = 0; i < REPORT_LINES && *text != '\0'; i++) {
		size_t len = strcspn(text, "\n");

		trial_step("history: %.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* Writes the first lines of TEXT to BUF as one. */
static void first_lines(const char *text, char buf[], size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < FIRST_LINES && *text != '\0'; i++) {
		size_t len;

		text += strspn(text, " ");
		len = strcspn(text, "\n");
		if (used + len + 2 > size)
			return;
		used += (size_t)snprintf(buf + used, size - used, "%s%.*s",
					 i > 0 ? " " : "", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

void history_check(struct cluster *c)
{
	struct service *s = serving(c);
	struct lin_report report;
	struct lin_flaw flaw;

	for (int clerk = 0; clerk < s->nclerks; clerk++)
		if (s->open >> clerk & 1)
			history_collect(c, clerk);
	if (lin_history_flaw(s->history, &flaw))
		trial_error("operation %zu of the history: %s", flaw.op,
			    flaw.why);
	lin_check(s->history, NULL, &report);
	if (report.verdict == LIN_UNKNOWN)
		trial_error("the history of %zu operations is too hard to "
			    "check", lin_history_count(s->history));
	if (report.verdict == LIN_ILLEGAL) {
		char first[512];

		note_report(report.text);
		first_lines(report.text, first, sizeof(first));
		lin_report_deinit(&report);
		trial_fail(NO_SEQ, EXPECTED_ORDER, "%s", first);
	}
	lin_report_deinit(&report);
}
