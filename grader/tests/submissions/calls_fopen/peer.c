/* refused: fopen is not among the calls.*memory */
#include <stdio.h>

FILE *keep(void);

FILE *keep(void)
{
	return fopen("/tmp/state", "w");
}
