/*
 * capture.h - keeps the beginning and the end of what the host prints.
 *
 * Threads: a thread of its own reads, so that the writer never waits for the
 * judge.  The functions here are for one other thread.
 *
 * Memory: at most CAPTURE_BYTES are kept, however much is printed.
 *
 * Errors: NULL with errno set when it cannot be set up.
 */
#ifndef GRADER_PROCESS_CAPTURE_H
#define GRADER_PROCESS_CAPTURE_H

#include <stdbool.h>

#define CAPTURE_BYTES (64 << 10)

struct capture;

/*
 * Begins to keep what is written to *WRITE_END, which the caller hands to the
 * writer and closes.  ECHO: also pass it on to stderr.
 */
struct capture *capture_open(int *write_end, bool echo);

/*
 * Takes what has been written so far, stops, and returns it as a string to be
 * freed.  Does not wait for the writers to end.
 */
char *capture_close(struct capture *c);

#endif
