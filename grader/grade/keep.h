/*
 * keep.h - copies of all that grade executes, made before the first test.
 *
 * Files in build/ may change while tests run, by another make or by the hand
 * of a submission, which runs as the same user.  So grade makes copies for
 * itself, and from then on it does not matter what lies in build/.  A copy is
 * never written again: one that was changed, or that another file has taken
 * the place of, is told by what the kernel notes of a file.
 *
 * Threads: written once, at the start, then constant.
 *
 * Memory: keep_free() frees what keep_files() made; the files go with the
 * folder that they are in.
 *
 * Errors: a file that cannot be copied is a machine error.
 */
#ifndef GRADER_GRADE_KEEP_H
#define GRADER_GRADE_KEEP_H

#include "grader/grade/options.h"

/*
 * Copies the judges, hosts, submissions and suppressions of OPTIONS to a new
 * folder in DIR, and lets OPTIONS name the copies.
 */
void keep_files(struct options *options, const char *dir);
void keep_free(struct options *options);

/* The name of a copy that is not what it was, or NULL if all are. */
const char *keep_changed(const struct options *options);

#endif
