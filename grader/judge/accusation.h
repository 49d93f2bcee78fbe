/*
 * accusation.h - what it means for a test that the referee accuses a peer.
 *
 * The judge's own.  Threads: one.  Memory: ERROR is borrowed.  Errors: this
 * ends the test.
 */
#ifndef GRADER_JUDGE_ACCUSATION_H
#define GRADER_JUDGE_ACCUSATION_H

#include "labrpc/value.h"

/* Ends the test over ERROR, which begins with CTL_ACCUSATION (control.h). */
_Noreturn void peer_is_accused(struct value error);

#endif
