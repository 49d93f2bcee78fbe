/*
 * findings.h - what sanitizers and Valgrind had to say about a host.
 *
 * Threads: no state.  Memory: strings that are returned are to be freed.
 * Errors: a file that cannot be read holds no finding.
 */
#ifndef GRADER_PROCESS_FINDINGS_H
#define GRADER_PROCESS_FINDINGS_H

#include <stdbool.h>

/* How many lines of a report are shown. */
#define FINDING_LINES 30

/* The files that sanitizers and Valgrind are told to write begin with it. */
#define FINDINGS_PREFIX "findings."

/*
 * The first report in the files of the folder DIR, at most FINDING_LINES lines
 * of it, or NULL if there is none.  All that is in them counts.
 */
char *findings_in_folder(const char *dir);

/*
 * The last LINES lines of TEXT; "" of nothing.  What LAB_LOG has a host print
 * about all that goes well (info, debug) is left out: it is in the test's log.
 */
char *last_lines(const char *text, int lines);

#endif
