/*
 * supervise.h - one test, from the start of its judge to the certain end of
 * everything that was started for it.
 *
 * Each test has a supervisor: a process that grade forks.  All that the test
 * starts stays below it, whatever sessions and parents it chooses, because
 * orphans are handed to the nearest subreaper (prctl(2)), which the
 * supervisor is.  So it is exact about what belongs to its test, while others
 * run beside it, and ends only when it has no child left.
 *
 * Threads: none; a supervisor waits in poll(2) for all that can happen.
 *
 * Memory: bounded; see output.h and verdict.h.
 *
 * Errors: a fault of the machine becomes the test's outcome.  A supervisor
 * that was itself killed leaves no outcome, which grade sees.
 */
#ifndef GRADER_GRADE_SUPERVISE_H
#define GRADER_GRADE_SUPERVISE_H

#include <sys/types.h>

#include "grader/grade/options.h"
#include "grader/grade/outcome.h"
#include "grader/grade/plan.h"

/* What the processes of one test may have at a time. */
#define PROCESSES_MAX 64
#define THREADS_MAX 8192
#define FOLDER_MB_MAX 256

/* Megabytes that the processes of one test may hold in pass number PASS. */
int supervise_memory_mb(const struct options *options, int pass);

/* Seconds that TEST may take in pass number PASS. */
int supervise_limit_s(const struct test *test, const struct options *options,
		      int pass);

/* The name of the file that tells everything about TEST; to be freed. */
char *supervise_log_path(const struct test *test,
			 const struct options *options, int pass);

/*
 * Writes all that is known of TEST to its log, with the OUTPUT of its judge,
 * and the log's name to OUTCOME, whose pass it is.
 */
void supervise_log(const struct test *test, const struct options *options,
		   struct outcome *outcome, const char *output);

/*
 * The life of a supervisor: runs TEST as pass number PASS has it, in the
 * folder DIR, which must not exist yet and is gone at the end, and writes its
 * outcome to RECORD_FD.  To be called in a forked process; ends it.  SIGTERM,
 * or the end of the process PARENT, makes it end everything and write no
 * outcome.
 */
_Noreturn void supervise(const struct test *test,
			 const struct options *options, int pass,
			 const char *dir, int record_fd, pid_t parent);

#endif
