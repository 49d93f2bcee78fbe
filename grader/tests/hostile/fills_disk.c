/* Writes to the folder of its test, file after file, without an end. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "paxos/paxos.h"

#define BLOCK_BYTES (1 << 20)
#define BLOCKS 16 /* of a file */
#define FILES 64

static char block[BLOCK_BYTES];

/* It stands in our command line. */
static void find_folder(char folder[4096])
{
	char text[4096] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;

	folder[0] = '\0';
	for (char *s = text; s < text + len; s += strlen(s) + 1)
		if (strncmp(s, "--dir=", 6) == 0)
			strcpy(folder, s + 6);
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	char folder[4096], path[4200];

	(void)config;
	find_folder(folder);
	for (int i = 0; i < FILES; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%d", folder, i);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		for (int k = 0; k < BLOCKS; k++) {
			if (write(fd, block, BLOCK_BYTES) != BLOCK_BYTES)
				perror(path);
			usleep(2000);
		}
	}
	for (;;)
		pause();
}
