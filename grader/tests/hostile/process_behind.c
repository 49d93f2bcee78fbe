/*
 * Leaves a process behind, in a session of its own, that would rewrite the
 * results later.  It is added to the reference solution, all of whose points
 * it must lose.
 */
#include <signal.h>
#include <unistd.h>

__attribute__((constructor)) static void leave_behind(void)
{
	if (fork() != 0)
		return;
	setsid();
	if (fork() != 0)
		_exit(0);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (int fd = 0; fd < 64; fd++)
		close(fd);
	for (;;)
		pause();
}
