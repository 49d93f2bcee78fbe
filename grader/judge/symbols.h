/*
 * symbols.h - the names of places in a submission, for people.
 *
 * The judge's own.
 *
 * Threads: one.
 *
 * Memory: what is returned is the caller's to free.
 *
 * Errors: a place that cannot be named stays a number.
 */
#ifndef GRADER_JUDGE_SYMBOLS_H
#define GRADER_JUDGE_SYMBOLS_H

/*
 * Returns TEXT with what stands in it for places in the shared object LIBRARY
 * replaced: {f+0x12} by the function there, {l+0x12} by that with its file
 * and line (labrpc/sim/report.h).
 */
char *symbols_name(const char *text, const char *library);

#endif
