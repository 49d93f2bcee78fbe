/* refused: syscall is not among the calls */
#define _GNU_SOURCE
#include <unistd.h>

long sneak(void);

long sneak(void)
{
	return syscall(39);
}
