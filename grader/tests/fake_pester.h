/*
 * fake_pester.h - strangers at the channel of a test, for fake_judge.c.
 *
 * Needs pass() and hang_before() before it.
 *
 * Threads: none.  Memory: none is kept.  Errors: end the process.
 */
#ifndef GRADER_TESTS_FAKE_PESTER_H
#define GRADER_TESTS_FAKE_PESTER_H

static bool appears(const char *path)
{
	for (int i = 0; i < 20000 && access(path, F_OK) != 0; i++)
		usleep(1000);
	return access(path, F_OK) == 0;
}

/* Connects only when outsiders have, as --pester says in FAKE_MARK. */
static void pestered(void)
{
	if (!appears(getenv("FAKE_MARK")))
		exit(9);
	pass();
}

/* Connects, as a process that has nothing to do with the test, to the
 * channel of the test that runs below TMPDIR; first from one that is gone. */
static int pester(void)
{
	char path[256];
	glob_t found;
	int tries = 0;

	snprintf(path, sizeof path, "%s/labrpc-*/*/grade", getenv("TMPDIR"));
	while (glob(path, 0, NULL, &found) != 0 && tries++ < 20000)
		usleep(1000);
	if (tries >= 20000)
		return 1;
	setenv("LAB_CHANNEL", found.gl_pathv[0], 1);
	setenv("LAB_TOKEN", "none", 1);
	signal(SIGPIPE, SIG_IGN);
	if (fork() == 0) {
		pass();
		return 0;
	}
	wait(NULL);
	pass();
	close(open(getenv("FAKE_MARK"), O_CREAT | O_WRONLY, 0600));
	globfree(&found);
	hang_before();
	return 0;
}

#endif
