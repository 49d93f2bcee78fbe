/*
 * filter.h - the system calls that this process may make from now on.
 *
 * What no submission, no part of the host and no sanitizer has a use for ends
 * the process with SIGSYS: starting programs and processes, looking into
 * other processes or signalling them, changing the machine, reaching beyond
 * Unix sockets.  It holds for every thread and for good.
 *
 * Threads: any one, before there is a submission.
 *
 * Memory: none is kept.
 *
 * Errors: 0, or an errno.
 */
#ifndef GRADER_HOST_FILTER_H
#define GRADER_HOST_FILTER_H

int filter_calls(void);

#endif
