/*
 * host.c - starting a host, calling it, and reading how it ended.
 *
 * A host gets nothing of the judge's but what it needs: stdin is empty, its
 * output goes into a capture that never makes it wait, every other descriptor
 * is closed, and the environment is made here.
 *
 * Invariant: until host_end() has killed its process group the host is our
 * child and not reaped, dead or alive, so that its number is nobody else's.
 */
#define _DEFAULT_SOURCE /* setpgid() and kill() of groups beside XSI */

#include "grader/process/host.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/control.h"
#include "grader/process/capture.h"
#include "grader/process/findings.h"
#include "grader/process/launch.h"
#include "grader/process/memory.h"
#include "grader/process/stopwatch.h"
#include "labrpc/endpoint.h"
#include "labrpc/fatal.h"
#include "labrpc/todo.h"

/* A host that cannot answer a call in this time is stuck. */
#define CALL_MS 20000

/* How much longer while a person looks at it: days. */
#define DEBUGGER_SCALE 10000

/* The last lines of a host's output that are shown if nothing was found. */
#define OUTPUT_LINES 15

struct host {
	char dir[128];
	const struct flavour *flavour;
	pid_t pid;
	bool ended; /* as ended() saw */
	bool lost;  /* somebody else has reaped it */
	int status; /* of waitpid(), once host_end() has reaped it */
	struct capture *capture;
	struct rpc_end *end;
};

int host_call_ms(const struct flavour *flavour)
{
	if (flavour->debugger)
		return CALL_MS * DEBUGGER_SCALE;
	return CALL_MS * flavour->deadline_scale;
}

struct host *host_start(const struct host_config *config, char *why,
			size_t why_size)
{
	struct host *h = must_calloc(1, sizeof(*h));
	const char *log = getenv("LAB_LOG");
	bool echo = !config->quiet && log != NULL && log[0] != '\0' &&
		    strcmp(log, "off") != 0;
	char path[160];
	int output = -1;

	h->flavour = config->flavour;
	snprintf(h->dir, sizeof(h->dir), "%s", config->dir);
	snprintf(path, sizeof(path), "%s/host", config->dir);
	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		snprintf(why, why_size, "cannot make the folder %s: %s", path,
			 strerror(errno));
		goto fail;
	}
	h->capture = capture_open(&output, echo);
	if (h->capture == NULL) {
		snprintf(why, why_size, "cannot set up the capture of the "
			 "host's output: %s", strerror(errno));
		goto fail;
	}
	h->pid = launch(config, output);
	close(output);
	if (h->pid < 0) {
		snprintf(why, why_size, "cannot start %s: %s",
			 config->program, strerror(errno));
		free(capture_close(h->capture));
		goto fail;
	}
	snprintf(path, sizeof(path), "%s/control", config->dir);
	h->end = rpc_end_open(path, -1, host_call_ms(config->flavour));
	if (h->end == NULL) {
		struct ending ending;

		snprintf(why, why_size, "cannot open %s: %s", path,
			 strerror(errno));
		host_end(h, 0, &ending);
		ending_deinit(&ending);
		return NULL;
	}
	return h;
fail:
	free(h);
	return NULL;
}

/*
 * Tells whether H has ended, waiting for that up to WITHIN_MS.  What is left
 * of it stays.
 */
static bool ended(struct host *h, int within_ms)
{
	int64_t until = stopwatch_ms() + within_ms;
	long pause_us = 500;

	while (!h->ended) {
		siginfo_t info = { .si_pid = 0 };
		int got = waitid(P_PID, (id_t)h->pid, &info,
				 WEXITED | WNOHANG | WNOWAIT);

		h->lost = got != 0 && errno != EINTR;
		h->ended = h->lost || (got == 0 && info.si_pid == h->pid);
		if (h->ended)
			break;
		if (stopwatch_ms() >= until)
			return false;
		stopwatch_pause_us(pause_us);
		if (pause_us < 10000)
			pause_us *= 2;
	}
	return true;
}

enum answer host_call(struct host *h, const struct rpc_proc *proc,
		      const void *args, void *reply)
{
	int limit_ms = host_call_ms(h->flavour);
	int64_t began = stopwatch_ms();

	if (rpc_call(h->end, proc, args, reply))
		return ANSWER_GIVEN;
	/* Early means that the connection broke: a host that dies. */
	if (stopwatch_ms() - began < limit_ms - 100)
		return ended(h, limit_ms) ? ANSWER_ENDED : ANSWER_STUCK;
	return ended(h, 0) ? ANSWER_ENDED : ANSWER_STUCK;
}

bool host_hello(struct host *h)
{
	struct ctl_hello_reply reply;

	if (!rpc_call(h->end, &PROC_CTL_HELLO, NULL, &reply))
		return false;
	value_free(&reply.flavour);
	return true;
}

bool host_lives(struct host *h)
{
	return !ended(h, 0);
}

/* What REPORT is about: its first line that names no thread or process. */
static const char *title(const char *report, size_t *len)
{
	const char *pid;

	*len = strcspn(report, "\n");
	if (strncmp(report, "Thread ", strlen("Thread ")) == 0 &&
	    report[*len] == '\n' && report[*len - 1] == ':') {
		report += *len + 1;
		*len = strcspn(report, "\n");
	}
	pid = strstr(report, " (pid=");
	if (pid != NULL && pid < report + *len)
		*len = (size_t)(pid - report);
	return report;
}

/*
 * The line in OUTPUT by which labrpc has ended the program, or NULL; *LEN
 * becomes its length.  It is the last that labrpc says, so the last is taken.
 */
static const char *last_words(const char *output, size_t *len)
{
	const char *at = output, *last = NULL;

	while ((at = strstr(at, LAB_FATAL_WORDS)) != NULL) {
		if (at == output || at[-1] == '\n')
			last = at;
		at += strlen(LAB_FATAL_WORDS);
	}
	if (last != NULL)
		*len = strcspn(last, "\n");
	return last;
}

static void describe(struct ending *e, int status, bool advises,
		     const char *output)
{
	size_t size = sizeof(e->words), len, fatal_len;
	const char *about = title(e->report, &len);
	const char *fatal = last_words(output, &fatal_len);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		snprintf(e->words, size, "the program was killed by signal "
			 "%d (%s): it asked the system for what no submission "
			 "may have", SIGSYS, strsignal(SIGSYS));
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
		 fatal != NULL)
		snprintf(e->words, size, "%.*s", (int)fatal_len, fatal);
	else if (WIFSIGNALED(status))
		snprintf(e->words, size, "the program was killed by signal "
			 "%d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (e->is_finding && !advises)
		snprintf(e->words, size, "the checker reported: %.*s",
			 (int)len, about);
	else if (WEXITSTATUS(status) == 0)
		snprintf(e->words, size, "the program ended by itself: "
			 "exit(0) was called");
	else
		snprintf(e->words, size, "the program ended by itself with "
			 "exit status %d", WEXITSTATUS(status));
}

/* If OUTPUT says that a function is not written yet, that is what happened. */
static void note_todo(struct ending *e, const char *output)
{
	const char *end = strstr(output, LAB_TODO_WORDS "\n"), *start = end;

	if (end == NULL)
		return;
	while (start > output && start[-1] != '\n')
		start--;
	snprintf(e->words, sizeof(e->words), "%.*s",
		 (int)(end - start) + (int)strlen(LAB_TODO_WORDS), start);
	e->is_todo = true;
	e->is_finding = false;
	free(e->report);
	e->report = must_strdup(""); /* the words say it all */
}

/*
 * Whether a signal ended the program and nothing says why: a failed assertion
 * does, labrpc and a checker do, and a filtered call is no crash.
 */
static bool crashed(const struct ending *e, int status, const char *output)
{
	return e->by_itself && WIFSIGNALED(status) &&
	       WTERMSIG(status) != SIGSYS && !e->is_finding &&
	       strstr(output, "Assertion `") == NULL &&
	       strstr(output, LAB_FATAL_WORDS) == NULL;
}

/* Fills in E from what is left of a host that ended or was killed. */
static void examine(struct host *h, struct ending *e)
{
	char *output = capture_close(h->capture);

	e->report = findings_in_folder(h->dir);
	e->is_finding = e->report != NULL;
	if (e->report == NULL)
		e->report = last_lines(output, OUTPUT_LINES);
	if (!e->by_itself)
		snprintf(e->words, sizeof(e->words), "the program had to be "
			 "killed");
	else if (h->flavour->debugger)
		snprintf(e->words, sizeof(e->words), "gdb, or the program in "
			 "it, was ended");
	else if (h->lost)
		snprintf(e->words, sizeof(e->words), "how the program ended "
			 "cannot be told: it was reaped by somebody else");
	else
		describe(e, h->status, h->flavour->advises, output);
	if (!e->by_itself || (WIFEXITED(h->status) &&
			      WEXITSTATUS(h->status) == LAB_TODO_STATUS))
		note_todo(e, output);
	e->crashed = crashed(e, h->status, output);
	e->clean = e->by_itself && !h->lost && h->status == 0 &&
		   (!e->is_finding || h->flavour->advises);
	free(output);
}

void host_end(struct host *h, int within_ms, struct ending *ending)
{
	if (h->flavour->debugger)
		within_ms = INT_MAX; /* a person looks at it */
	*ending = (struct ending){ .by_itself = ended(h, within_ms) };
	if (!h->lost) {
		/* With whatever it left behind, and only then reaped. */
		kill(-h->pid, SIGKILL);
		kill(h->pid, SIGKILL);
		while (waitpid(h->pid, &h->status, 0) < 0 && errno == EINTR)
			;
	}
	if (h->end != NULL)
		rpc_end_close(h->end);
	examine(h, ending);
	free(h);
}

void ending_deinit(struct ending *ending)
{
	free(ending->report);
	ending->report = NULL;
}
