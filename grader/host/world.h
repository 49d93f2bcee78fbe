/*
 * world.h - the world that the peers live in: whose time it is.
 *
 * In the world `threads` peers are threads of this process and time is real.
 * Whatever in the host waits or measures asks the world, so that another
 * world can have a time of its own.
 *
 * Threads: any.  Memory: constants.  Errors: none.
 */
#ifndef GRADER_HOST_WORLD_H
#define GRADER_HOST_WORLD_H

#include <stdint.h>

struct world {
	const char *name;
	/* Milliseconds since some moment; never goes back. */
	int64_t (*now_ms)(void);
	/* Lets MS milliseconds of the world's time pass. */
	void (*run_for)(int64_t ms);
};

/* Finds a world by NAME; NULL if there is none. */
const struct world *world_find(const char *name);

/* The names of all worlds, for messages. */
const char *world_names(void);

#endif
