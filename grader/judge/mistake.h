/*
 * mistake.h - notices that a test's own code has crashed or left.
 *
 * A submission is in another process, so what becomes of this one is never its
 * doing: the grader is told at once that the test is mistaken.
 *
 * The judge's own.
 *
 * Threads: one.  Memory: the words are kept for the process's life.
 *
 * Errors: none; without a grader to tell it is said on stderr.
 */
#ifndef GRADER_JUDGE_MISTAKE_H
#define GRADER_JUDGE_MISTAKE_H

#include "grader/judge/graded.h"

/* From now on the body of TEST runs. */
void mistake_watch(const struct graded *test);

/* From now on it is no excuse that the test crashes or leaves. */
void mistake_ignore(void);

#endif
