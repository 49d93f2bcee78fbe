/* refused: fwrite_unlocked is not among the calls.*all peers of the process */
#define _GNU_SOURCE /* fwrite_unlocked() */

#include <stdio.h>

void garble(const char *s, size_t len);

void garble(const char *s, size_t len)
{
	fwrite_unlocked(s, 1, len, stderr);
}
