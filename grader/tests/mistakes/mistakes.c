/*
 * mistakes.c - tests that are themselves at fault, for mistakes_test.sh.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/judge/judge.h"

#define MISTAKE(name_, about_)                                                \
	GRADED(mistake, name_, .part = "A", .points = 1, .about = about_)

static int *volatile nowhere;
static volatile int deepest;

static int go_down(int depth)
{
	volatile char room[1 << 12];

	room[0] = 1;
	deepest = depth;
	return depth > 1 << 20 ? 0 : go_down(depth + 1) + room[0];
}

MISTAKE(crashes, "A test writes to nowhere")
{
	start(cluster_up(3), 0, 0, text("x"));
	*nowhere = 1;
}

MISTAKE(aborts, "A test aborts")
{
	cluster_up(3);
	abort();
}

MISTAKE(runs_out_of_stack, "A test has no end of calls")
{
	cluster_up(3);
	deepest = go_down(0);
}

MISTAKE(asserts, "A test uses an assertion of Criterion's")
{
	cluster_up(3);
	cr_assert(nowhere != NULL, "there is nothing");
}

MISTAKE(expects, "A test uses one that lets it go on")
{
	cluster_up(3);
	cr_expect_eq(1, 2);
}

MISTAKE(skips, "A test skips itself")
{
	cluster_up(3);
	cr_skip("not today");
}

MISTAKE(leaves, "A test calls exit()")
{
	cluster_up(3);
	exit(0);
}

/* No mistake: what holds may be said in whatever way. */
MISTAKE(is_right, "An assertion of Criterion's holds")
{
	struct cluster *c = cluster_up(3);

	cr_assert_eq(1, 1);
	start(c, 0, 0, text("x"));
	wait_decided(c, 0, 3, 5000);
}

/* Nor this: whoever may send the judge a signal has not made it crash. */
MISTAKE(is_shot, "Another process sends the signal of a crash")
{
	pid_t judge = getpid();

	cluster_up(3);
	if (fork() == 0) {
		kill(judge, SIGSEGV);
		_exit(0);
	}
	wait(NULL);
	for (;;)
		pause();
}

/* Nor this, which has failed before it crashes, as less of it is tried. */
MISTAKE(fails_before, "A run fails, and the next crashes")
{
	static int runs;
	struct cluster *c = cluster_up(3);

	if (runs++ > 0)
		abort();
	expect_that(c, false, "a run to be good", "it is not");
}
