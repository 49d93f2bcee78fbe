/* refused: peer.c:8: error: fork is not among the calls.*pthread_create */
#include <unistd.h>

void start_another(void);

void start_another(void)
{
	if (fork() == 0)
		pause();
}
