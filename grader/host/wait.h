/*
 * wait.h - looking at all peers at once, until enough of them have decided.
 *
 * Threads: one control call at a time.  Memory: the reply's values belong to
 * the reply.  Errors: in the reply.
 */
#ifndef GRADER_HOST_WAIT_H
#define GRADER_HOST_WAIT_H

#include "grader/host/peers.h"

/*
 * Asks the open peer NUMBER for the fate of SEQ.  If that is FATE_DECIDED, *V
 * is the value, the caller's to free.  A fate that paxos.h does not know is
 * passed on, as -1 if it is 0.
 */
int ask_peer(struct group *group, int number, int64_t seq, struct value *v);

/*
 * Waits until ARGS->count open peers of GROUP have decided ARGS->seq, or two
 * of them differently, or the time is up; fills in REPLY with what the last
 * look at them showed.
 */
void wait_decided(struct group *group, const struct ctl_wait_args *args,
		  struct ctl_wait_reply *reply);

#endif
