/* refused: hsearch is not among the calls .*tsearch */
#include <search.h>
#include <stddef.h>

int sneak(char *key);

int sneak(char *key)
{
	return hsearch((ENTRY){ .key = key }, FIND) != NULL;
}
