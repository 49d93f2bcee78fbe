/*
 * log_stress.c - many threads write at once; every line stays whole, none is
 * lost, and each bears the peer of the thread that wrote it.
 */
#include "labrpc/log.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 8
#define LINES 2000

static void fail(const char *what)
{
	fprintf(stderr, "log_stress: %s\n", what);
	exit(1);
}

static void *write_lines(void *arg)
{
	int peer = (int)(intptr_t)arg;
	char filler[200];

	memset(filler, 'a' + peer, sizeof filler);
	log_peer(peer);
	for (int i = 0; i < LINES; i++)
		log_event(LOG_DEBUG, "stress", "n=%d thread=%d fill=%.*s end",
			  i, peer, i % (int)sizeof filler, filler);
	return NULL;
}

/* Takes LINE apart; the numbers of a thread must come in order. */
static void check_line(const char *line, int next[THREADS])
{
	int peer, n, thread, at = 0;

	if (sscanf(line, "t=%*[0-9.] peer=%d DEBUG stress n=%d thread=%d "
			 "fill=%n", &peer, &n, &thread, &at) != 3 || at == 0)
		fail(line);
	if (peer < 0 || peer >= THREADS || thread != peer ||
	    n != next[peer]++)
		fail(line);
	for (int i = 0; i < n % 200; i++) {
		if (line[at++] != 'a' + peer)
			fail(line);
	}
	if (strcmp(line + at, " end\n") != 0)
		fail(line);
}

int main(void)
{
	char path[] = "/tmp/log_stress.XXXXXX";
	int fd = mkstemp(path), next[THREADS] = { 0 };
	pthread_t threads[THREADS];
	char line[1024];
	FILE *file;

	if (fd < 0 || setenv("LAB_LOG_FILE", path, 1) != 0 ||
	    !log_set_level("debug"))
		fail("cannot begin");
	for (intptr_t i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, write_lines,
				   (void *)i) != 0)
			fail("cannot create a thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	unlink(path);
	file = fdopen(fd, "r");
	if (file == NULL)
		fail("cannot read back");
	while (fgets(line, sizeof line, file) != NULL)
		check_line(line, next);
	fclose(file);
	for (int i = 0; i < THREADS; i++) {
		if (next[i] != LINES)
			fail("lines are missing");
	}
	return 0;
}
