/*
 * confine.h - what a host may not do, seen to by the kernel.
 *
 * By Landlock, before the host is executed, so that it holds for every
 * flavour and every thread: it may read the system's libraries, its own
 * entries in /proc and what it was started with; write only below its test's
 * folder; execute only itself; make no connection by TCP or to an abstract
 * socket; and neither signal nor trace what is not confined with it.  It can
 * gain no privileges, and has lost those of root.  A kernel that lacks some
 * of this does the rest.
 *
 * By a filter of system calls, which the host sets for itself before it loads
 * the submission (host/filter.h).
 *
 * With LAB_CONFINE=no in the judge's environment only privileges are taken:
 * so tests see what else stops hostile code.
 *
 * Threads: one prepares; confine_self() is for a child between fork and exec.
 *
 * Memory: a descriptor per confinement until confine_release().
 *
 * Errors: false with errno set: the kernel promised what it did not keep.
 */
#ifndef GRADER_PROCESS_CONFINE_H
#define GRADER_PROCESS_CONFINE_H

#include <stdbool.h>

#include "grader/process/host.h"
#include "grader/process/landlock.h"

struct confinement {
	struct landlock files; /* none, if not wanted */
	bool needs_proc; /* the checker reads all about its own process */
	bool filter; /* the host is to filter its system calls */
};

bool confine_prepare(struct confinement *c, const struct host_config *config);
void confine_release(struct confinement *c);

/* Confines the calling process; false with errno set. */
bool confine_self(const struct confinement *c);

/* What is in force for FLAVOUR on this machine, in a few words. */
const char *confine_words(const struct flavour *flavour);

#endif
