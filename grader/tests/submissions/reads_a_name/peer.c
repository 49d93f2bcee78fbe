/* refused: pthread_getname_np is not among the calls .*for people to read */
#define _GNU_SOURCE
#include <pthread.h>

int hear(char name[16]);

int hear(char name[16])
{
	return pthread_getname_np(pthread_self(), name, 16);
}
