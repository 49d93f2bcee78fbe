/*
 * machine.c - see machine.h.
 *
 * No locks: no state.
 */
#include "grader/process/machine.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* About what a host of many peers needs. */
#define DESCRIPTORS 256
#define MEMORY_BYTES ((size_t)64 << 20)
#define FILE_BYTES ((size_t)4 << 20)

static bool gives_descriptors(void)
{
	int fds[DESCRIPTORS], n = 0;

	while (n < DESCRIPTORS &&
	       (fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		n++;
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return n == DESCRIPTORS;
}

static void *nothing(void *arg)
{
	return arg;
}

static bool gives_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

/* Memory, and a file in DIR that holds a part of it. */
static bool gives_room(const char *dir)
{
	char *bytes = malloc(MEMORY_BYTES), path[256];
	bool ok = bytes != NULL;
	int fd = -1;

	snprintf(path, sizeof(path), "%s/room.XXXXXX", dir);
	if (ok) {
		memset(bytes, 1, MEMORY_BYTES);
		fd = mkstemp(path);
		ok = fd >= 0 && write(fd, bytes, FILE_BYTES) ==
					(ssize_t)FILE_BYTES;
	}
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	free(bytes);
	return ok;
}

bool machine_gives(const char *dir)
{
	return gives_descriptors() && gives_thread() && gives_room(dir);
}
