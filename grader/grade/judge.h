/*
 * judge.h - starts the judge of one test, with its environment and limits.
 *
 * Threads: none.  Memory: none is kept.  Errors: judge_start() returns -1
 * with errno set.  A judge that cannot be executed ends with the status 127.
 */
#ifndef GRADER_GRADE_JUDGE_H
#define GRADER_GRADE_JUDGE_H

#include <sys/types.h>

#include "grader/grade/options.h"
#include "grader/grade/plan.h"
#include "grader/grade/verdict.h"

/*
 * Starts the judge of TEST in a session and process group of its own, with
 * the host and the submission of pass number PASS.  It prints to OUTPUT_FD
 * and answers over CHANNEL; DIR is its folder.
 */
pid_t judge_start(const struct test *test, const struct options *options,
		  int pass, const char *dir, const struct channel *channel,
		  int output_fd);

/*
 * Becomes the judge of TEST, in the first pass of OPTIONS and in the folder
 * DIR, that talks to the person at the terminal.  Ends the process if that
 * cannot be.
 */
_Noreturn void judge_become(const struct test *test,
			    const struct options *options, const char *dir);

/* Removes what the judge PID could not remove if it was killed. */
void judge_clean_up(pid_t pid);

#endif
