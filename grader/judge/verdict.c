/*
 * verdict.c - see verdict.h.
 *
 * Invariant: the token is in this process's memory alone from verdict_begin()
 * on, and the channel is closed on exec, so a host gets neither.
 *
 * No locks: one thread.
 */
#define _DEFAULT_SOURCE /* SOCK_CLOEXEC came to POSIX after 2008 */

#include "grader/judge/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "labrpc/fatal.h"

static int channel = -1;
static char token[160];

static bool connect_to(const char *path, char *why, size_t why_size)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(to.sun_path)) {
		snprintf(why, why_size, "LAB_CHANNEL is too long: %s", path);
		return false;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (channel < 0 ||
	    connect(channel, (struct sockaddr *)&to, sizeof(to)) != 0) {
		snprintf(why, why_size, "cannot connect to LAB_CHANNEL %s: %s",
			 path, strerror(errno));
		return false;
	}
	return true;
}

/* From here on what was meant for the grader is told as to a person. */
static void give_up(void)
{
	perror("judge: nothing reaches the grader any more");
	close(channel);
	channel = -1;
}

/* OBJECT, which is used up, as a line of text. */
static char *line_of(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
	size_t len = text != NULL ? strlen(text) : 0;
	char *line = realloc(text, len + 2);

	if (text == NULL || line == NULL)
		lab_fatal("no memory for a line to the grader");
	memcpy(line + len, "\n", 2);
	json_decref(object);
	return line;
}

/* Safe in a signal handler. */
static bool send_text(const char *text)
{
	size_t len = strlen(text), sent = 0;

	while (sent < len) {
		ssize_t n = send(channel, text + sent, len - sent,
				 MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		sent += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void send_line(json_t *object)
{
	char *line = line_of(object);

	if (!send_text(line))
		give_up();
	free(line);
}

bool verdict_begin(char *why, size_t why_size)
{
	const char *path = getenv("LAB_CHANNEL");
	const char *secret = getenv("LAB_TOKEN");
	bool ok = true;

	if (path != NULL && path[0] != '\0') {
		snprintf(token, sizeof(token), "%s", secret ? secret : "");
		ok = connect_to(path, why, why_size);
		if (ok)
			send_line(json_pack("{s:s, s:s}", "token", token,
					    "event", "began"));
	}
	unsetenv("LAB_CHANNEL");
	unsetenv("LAB_TOKEN");
	return ok;
}

void verdict_step(const char *step)
{
	if (channel >= 0)
		send_line(json_pack("{s:s, s:s, s:o}", "token", token, "event",
				    "step", "text", json_text(step)));
}

void verdict_steps_anew(void)
{
	if (channel >= 0)
		send_line(json_pack("{s:s, s:s}", "token", token, "event",
				    "anew"));
}

char *verdict_of_mistake(const char *saw)
{
	return line_of(json_pack("{s:s, s:s, s:o}", "token", token, "event",
				 "mistake", "saw", json_text(saw)));
}

void verdict_send(const char *line)
{
	if (channel >= 0)
		(void)!send_text(line);
}

static const char *result_word(enum verdict_result result)
{
	return result == VERDICT_PASS ? "pass" :
	       result == VERDICT_FAIL ? "fail" : "grader_error";
}

/* What goes with the verdict if the run was traced: in words, and whole. */
static void add_trace(json_t *object, const struct trace *trace)
{
	char *text;

	if (trace == NULL)
		return;
	text = trace_text(trace);
	json_object_set_new(object, "story", json_text(text));
	json_object_set_new(object, "trace", trace_json(trace));
	free(text);
}

static void send_verdict(const struct verdict *v)
{
	json_t *details = json_array(), *object;
	char seed[32];

	snprintf(seed, sizeof(seed), "%" PRIu64, v->seed);
	for (int i = 0; i < v->details->n; i++)
		json_array_append_new(details, json_text(v->details->text[i]));
	object = json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:I, s:s, s:b}",
		"token", token, "event", "verdict",
		"result", result_word(v->result),
		"expected", json_text(v->expected), "saw", json_text(v->saw),
		"details", details, "report", json_text(v->report),
		"seed", seed, "elapsed_ms", (json_int_t)v->elapsed_ms,
		"confined", v->confined, "crashed", v->crashed);
	add_trace(object, v->trace);
	send_line(object);
}

static void print_trace(const struct trace *trace)
{
	char *text;

	if (trace == NULL)
		return;
	text = trace_text(trace);
	printf("%s", text);
	free(text);
}

static void print_verdict(const char *name, const struct verdict *v)
{
	printf("%s: %s (seed %" PRIu64 ", %" PRIu64 " run%s, %" PRId64
	       " ms)\n", name, v->result == VERDICT_PASS ? "passed" :
	       v->result == VERDICT_FAIL ? "FAILED" : "GRADER ERROR",
	       v->seed, v->runs, v->runs == 1 ? "" : "s", v->elapsed_ms);
	if (v->result != VERDICT_PASS) {
		printf("  expected: %s\n  saw:      %s\n", v->expected,
		       v->saw);
		for (int i = 0; i < v->details->n; i++)
			printf("  %s\n", v->details->text[i]);
	}
	if (v->report[0] != '\0')
		printf("  report:\n%s\n", v->report);
	print_trace(v->trace);
	fflush(stdout);
}

void verdict_give(const char *name, const struct verdict *v)
{
	if (channel < 0) {
		print_verdict(name, v);
		return;
	}
	send_verdict(v);
	if (channel < 0)
		print_verdict(name, v);
	else
		close(channel);
	channel = -1;
}
