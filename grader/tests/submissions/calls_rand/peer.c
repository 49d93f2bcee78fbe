/* refused: srand48 is not among the calls.*one such generator for all peers */
#define _DEFAULT_SOURCE
#include <stdlib.h>

void tell_others(long word);

void tell_others(long word)
{
	srand48(word);
}
