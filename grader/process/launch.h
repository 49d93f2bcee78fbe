/*
 * launch.h - fork and exec of a host.
 *
 * Threads: safe while other threads run.  Memory: none is kept.  Errors: -1
 * with errno set.
 */
#ifndef GRADER_PROCESS_LAUNCH_H
#define GRADER_PROCESS_LAUNCH_H

#include <sys/types.h>

#include "grader/process/host.h"

/*
 * Starts the host of CONFIG in a process group of its own, its output going
 * to OUTPUT.  Its control socket will be CONFIG->dir/control and its folder
 * CONFIG->dir/host.
 */
pid_t launch(const struct host_config *config, int output);

#endif
