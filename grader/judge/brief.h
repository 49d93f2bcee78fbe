/*
 * brief.h - a value in few characters, for lines that hold more than it.
 *
 * Threads: no state.  Memory: the caller's buffer.  Errors: none.
 */
#ifndef GRADER_JUDGE_BRIEF_H
#define GRADER_JUDGE_BRIEF_H

#include "labrpc/value.h"

#define BRIEF_BYTES 48

/*
 * Describes V in BUF: short text as it is, other bytes by their number and
 * fingerprint (the one that value_describe() shows), as in `25 bytes
 * #9a3c01f2`.  Returns BUF.
 */
const char *brief(struct value v, char buf[BRIEF_BYTES]);

#endif
