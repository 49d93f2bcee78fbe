/*
 * fake_tamper.h - tests that meddle with grader and files, for fake_judge.c.
 *
 * Needs begin(), verdict() and pass() before it.
 *
 * Threads: none.  Memory: none is kept.  Errors: end the process.
 */
#ifndef GRADER_TESTS_FAKE_TAMPER_H
#define GRADER_TESTS_FAKE_TAMPER_H

/* Puts something that does not work in the place of the file PATH. */
static void spoil(const char *path)
{
	FILE *file;

	if (unlink(path) != 0 || (file = fopen(path, "w")) == NULL ||
	    fputs("#!/bin/false\n", file) < 0 || fclose(file) != 0) {
		perror(path);
		exit(9);
	}
}

/* Spoils the judge that grade was given, which it may not need any more. */
static void rebuilds(void)
{
	spoil(getenv("FAKE_ORIGINAL"));
	pass();
}

/* Spoils the host that grade keeps for itself. */
static void spoils_host(void)
{
	spoil(getenv("LAB_HOST"));
	pass();
}

/* Writes a byte of the submission that grade keeps anew, as it was. */
static void touches_submission(void)
{
	int fd;

	if (chmod(getenv("LAB_SUBMISSION"), 0600) != 0 ||
	    (fd = open(getenv("LAB_SUBMISSION"), O_WRONLY)) < 0 ||
	    write(fd, "#", 1) != 1 || close(fd) != 0 ||
	    chmod(getenv("LAB_SUBMISSION"), 0400) != 0) {
		perror("fake judge: touch");
		exit(9);
	}
	pass();
}

/* Begins in time, but the supervisor sees it when the time is over: as on a
 * machine that is busy with other things. */
static void stalls_supervisor(void)
{
	kill(getppid(), SIGSTOP);
	begin();
	usleep(1500000);
	kill(getppid(), SIGCONT);
	verdict("\"result\":\"pass\"");
}

#endif
