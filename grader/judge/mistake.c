/*
 * mistake.c - see mistake.h.
 *
 * Invariant: only what this process does to itself is told.  A signal that
 * another one has sent carries its sender, and whoever sends may not say that
 * the kernel did (rt_sigqueueinfo(2)).
 *
 * No locks: one thread; a signal finds all words made.
 */
#define _XOPEN_SOURCE 700 /* sigaltstack() */

#include "grader/judge/mistake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/judge/trial.h"
#include "grader/judge/verdict.h"

#define STACK_BYTES (64 << 10) /* the test's own may be what has run out */

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
			       SIGTRAP };
#define NCRASHES (sizeof(crashes) / sizeof(crashes[0]))

static char *words[NCRASHES]; /* a line for each */
static const struct graded *watched;
static volatile sig_atomic_t watching;
static pid_t self;

/* Tells whether this process has got the signal of INFO by what it did. */
static bool is_own(const siginfo_t *info)
{
	return info->si_code > 0 ||
	       (info->si_code == SI_TKILL && info->si_pid == self);
}

static void has_crashed(int signal, siginfo_t *info, void *context)
{
	(void)context;
	for (size_t i = 0; i < NCRASHES; i++)
		if (watching && crashes[i] == signal && is_own(info))
			verdict_send(words[i]);
	watching = 0;
	raise(signal); /* it has its default action again */
}

/* The process ends by exit(), though its test has not ended. */
static void has_left(void)
{
	char saw[256];
	char *line;

	if (!watching || getpid() != self)
		return;
	snprintf(saw, sizeof(saw), "%s:%d: test %s/%s has called exit()",
		 watched->file, watched->line, watched->suite, watched->name);
	line = verdict_of_mistake(saw);
	verdict_send(line);
	fprintf(stderr, "judge: %s\n", saw);
	fflush(NULL);
	_exit(1);
}

void mistake_watch(const struct graded *test)
{
	static char stack[STACK_BYTES];
	const stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = has_crashed,
		.sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND),
	};
	char saw[256];

	watched = test;
	self = getpid();
	sigaltstack(&own, NULL);
	for (size_t i = 0; i < NCRASHES; i++) {
		snprintf(saw, sizeof(saw), "%s:%d: test %s/%s has crashed "
			 "by signal %d (%s)", test->file, test->line,
			 test->suite, test->name, crashes[i],
			 strsignal(crashes[i]));
		words[i] = verdict_of_mistake(saw);
		sigaction(crashes[i], &action, NULL);
	}
	atexit(has_left);
	watching = 1;
}

void mistake_ignore(void)
{
	watching = 0;
}

void graded_misused(const char *file, int line)
{
	trial_error("%s:%d: a test expects by the functions of judge.h, not "
		    "by assertions of Criterion's", file, line);
}
