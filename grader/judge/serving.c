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

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "grader/judge/ask.h"
#include "grader/judge/brief.h"
#include "grader/judge/trial.h"
#include "kvpaxos/protocol.h"

/* Room for a number for each enum ctl_kind. */
#define KINDS (CTL_APPEND + 1)

#define EXPECTED_ORDER                                                        \
	"there is an order in which each operation takes effect between its " \
	"call and its return (linearizability)"

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

/* Tells whether E exceeds a bound, whatever there is already. */
static bool exceeds_alone(const struct ctl_event_reply *e)
{
	return e->key.len > KV_KEY_MAX || e->val.len > KV_VALUE_MAX;
}

/*
 * Tells whether E was refused as too large, which of an Append may be right
 * for what is there: check_refused() looks at those.
 */
static bool is_refused(const struct ctl_event_reply *e)
{
	return e->finished && e->status == KV_TOO_LARGE &&
	       (exceeds_alone(e) || e->kind == CTL_APPEND);
}

static bool is_given_up(const struct ctl_event_reply *e)
{
	return e->finished && e->status == KV_RETRY;
}

/*
 * What a clerk has given up may take effect whenever it likes.  As a client
 * does one operation after the other, it is that of one who has never come
 * back, and a Get of his tells nothing.
 */
static void add_to_history(struct service *s, int clerk,
			   const struct ctl_event_reply *e)
{
	bool returned = e->finished && !is_given_up(e);
	struct lin_op op = {
		.client = is_given_up(e) ? -++s->given_up : clerk,
		.kind = e->kind == CTL_GET ? LIN_GET :
			e->kind == CTL_PUT ? LIN_PUT : LIN_APPEND,
		.key = e->key,
		.value = e->kind == CTL_GET ? e->got : e->val,
		.call_ns = (int64_t)e->called,
		.return_ns = returned ? (int64_t)e->returned : LIN_NEVER,
	};

	if (is_asked(s, e->key) ||
	    (is_given_up(e) && e->kind == CTL_GET))
		return;
	if (!is_refused(e))
		lin_history_add(s->history, &op);
	else if (!exceeds_alone(e))
		lin_history_add(s->refused, &op);
}

/* An operation comes back when it was executed, or is too large. */
static void check_status(const struct service *s, int clerk,
			 const struct ctl_event_reply *e)
{
	char key[BRIEF_BYTES];

	if (!e->finished || e->status == KV_OK || is_refused(e) ||
	    (is_given_up(e) && (s->may_give_up >> clerk & 1)))
		return;
	trial_fail(NO_SEQ, "a clerk returns from an operation when it was "
		   "executed (KV_OK), or exceeds a bound (KV_TOO_LARGE)",
		   "%s(%s) of clerk %d returned %s", kind_name(e->kind),
		   brief(e->key, key), clerk, status_name(e->status));
}

/* What makes an operation of KIND. */
static const struct rpc_proc *request_of(int kind)
{
	return kind == CTL_GET ? &PROC_KV_GET :
	       kind == CTL_PUT ? &PROC_KV_PUT : &PROC_KV_APPEND;
}

uint64_t clerk_sent(struct cluster *c, int clerk, const struct rpc_proc *proc)
{
	return count_from(c, c->npeers + clerk, proc).delivered;
}

/*
 * Tells whether E was executed, so that some server must know of it.  To add
 * nothing is the one operation that needs none.
 */
static bool needs_server(const struct ctl_event_reply *e)
{
	return e->finished && e->status == KV_OK &&
	       (e->kind == CTL_GET || e->kind == CTL_PUT ||
		(e->kind == CTL_APPEND && e->val.len > 0));
}

/*
 * A clerk does one operation at a time, so it has sent at least as many
 * requests of a kind as operations of it were executed, of which EXECUTED
 * tells by kind.
 */
static void check_sent(struct cluster *c, int clerk,
		       const uint64_t executed[KINDS])
{
	for (int kind = CTL_GET; kind < KINDS; kind++) {
		uint64_t sent;

		if (executed[kind] == 0)
			continue;
		sent = clerk_sent(c, clerk, request_of(kind));
		if (sent < executed[kind])
			trial_fail(NO_SEQ, "a clerk asks a server for each "
				   "operation that it says was executed "
				   "(kv.x)", "clerk %d returned KV_OK from "
				   "%" PRIu64 " %ss, and sent %" PRIu64 " "
				   "requests for it", clerk, executed[kind],
				   kind_name(kind), sent);
	}
}

void history_collect(struct cluster *c, int clerk)
{
	struct ctl_event_reply event;
	uint64_t executed[KINDS] = { 0 };

	for (int i = 0; fetch(c, clerk, i, &event); i++) {
		check_status(c->service, clerk, &event);
		if (needs_server(&event))
			executed[event.kind]++;
		add_to_history(c->service, clerk, &event);
		value_free(&event.key);
		value_free(&event.val);
		value_free(&event.got);
	}
	check_sent(c, clerk, executed);
}

/* Writes what is wrong, the lines of REPORT before the evidence, as one. */
static void complain(const struct lin_report *report, char buf[], size_t size)
{
	const char *at = report->text;
	size_t used = 0;

	buf[0] = '\0';
	while (at < report->evidence) {
		size_t len = strcspn(at, "\n");

		if (used + len + 2 > size)
			return;
		used += (size_t)snprintf(buf + used, size - used, "%s%.*s",
					 used > 0 ? " " : "", (int)len, at);
		at += len + 1;
		at += strspn(at, " ");
	}
}

/*
 * The most bytes that what REFUSED wanted to add to can have held when it came
 * back: the longest Put, and all Appends, that were called before.
 */
static size_t most_held(const struct lin_history *history,
			const struct lin_op *refused)
{
	size_t put = 0, appended = 0;

	for (size_t i = 0; i < lin_history_count(history); i++) {
		struct lin_op op = lin_history_op(history, i);

		if (op.call_ns > refused->return_ns ||
		    !value_equal(op.key, refused->key))
			continue;
		if (op.kind == LIN_PUT && op.value.len > put)
			put = op.value.len;
		else if (op.kind == LIN_APPEND)
			appended += op.value.len;
	}
	return put + appended;
}

/* An Append is refused only if the key would hold more than it may. */
static void check_refused(const struct service *s)
{
	char key[BRIEF_BYTES];

	for (size_t i = 0; i < lin_history_count(s->refused); i++) {
		struct lin_op op = lin_history_op(s->refused, i);
		size_t held = most_held(s->history, &op);

		if (held + op.value.len <= KV_VALUE_MAX)
			trial_fail(NO_SEQ, "an Append is refused "
				   "(KV_TOO_LARGE) only if the key would hold "
				   "more than KV_VALUE_MAX bytes",
				   "append(%s) of clerk %d was refused, for "
				   "%zu bytes more than at most %zu that the "
				   "key can have held by then",
				   brief(op.key, key),
				   (int)op.client, op.value.len, held);
	}
}

void history_check(struct cluster *c)
{
	struct service *s = serving(c);
	struct complaint broken = { .expected = EXPECTED_ORDER };
	struct lin_flaw flaw;

	for (int clerk = 0; clerk < s->nclerks; clerk++)
		if (s->open >> clerk & 1)
			history_collect(c, clerk);
	if (lin_history_flaw(s->history, &flaw))
		trial_error("operation %zu of the history: %s", flaw.op,
			    flaw.why);
	check_refused(s);
	lin_check(s->history, NULL, &s->report);
	if (s->report.verdict == LIN_UNKNOWN)
		trial_error("the history of %zu operations is too hard to "
			    "check", lin_history_count(s->history));
	if (s->report.verdict == LIN_OK)
		return;
	complain(&s->report, broken.saw, sizeof(broken.saw));
	trial_fail_rule(NO_SEQ, &broken);
}

void history_describe(const struct service *s, struct lines *l)
{
	const char *at = s->report.evidence;

	if (s->report.verdict != LIN_ILLEGAL)
		return;
	while (*at != '\0') {
		size_t len = strcspn(at, "\n");

		lines_add(l, "%.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
	lines_add(l, "Client n is clerk n; times count calls and returns.");
	if (s->given_up > 0)
		lines_add(l, "What a clerk has given up (KV_RETRY) stands "
			  "there as of a client below 0.");
}
