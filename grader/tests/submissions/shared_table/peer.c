/* refused: hsearch is not among the calls .*hsearch_r */
#include <search.h>
#include <stddef.h>

int sneak(char *key);

int sneak(char *key)
{
	return hsearch((ENTRY){ .key = key }, FIND) != NULL;
}
