/* refused: setvbuf is not among the calls.*all peers of the process */
#include <stdio.h>

static char shared[BUFSIZ];

void share(void);

void share(void)
{
	setvbuf(stdout, shared, _IOFBF, sizeof(shared));
}
