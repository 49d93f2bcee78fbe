/* refused: defines malloc, a name that belongs */
#include <stddef.h>

static char heap[4096];

void *malloc(size_t size)
{
	return size < sizeof(heap) ? heap : NULL;
}
