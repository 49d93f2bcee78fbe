/* refused: fclose is not among the calls.*all peers of the process */
#include <stdio.h>

void silence(void);

void silence(void)
{
	fclose(stderr);
}
