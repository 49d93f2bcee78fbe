/*
 * volley.h - calls that are made at the same time, by scripted nodes or by the
 * users of one peer.
 *
 * Threads: one control call at a time (handlers.c sees to it); a volley has
 * threads of its own, which have ended when it returns.
 *
 * Memory: values in the reply are labrpc's to free.
 *
 * Errors: the reason in REPLY->error.
 */
#ifndef GRADER_HOST_VOLLEY_H
#define GRADER_HOST_VOLLEY_H

#include "control_messages.h"
#include "grader/host/peers.h"

/* Makes the calls of ARGS and collects the replies. */
void volley_fire(struct group *group, const struct ctl_volley_args *args,
		 struct ctl_volley_reply *reply);

/* Lets several threads use the functions of the open peer ARGS->peer. */
void throng_run(struct group *group, const struct ctl_throng_args *args,
		struct value *error);

#endif
