/* refused: dlsym is not among the calls */
#include <dlfcn.h>

void *find(const char *name);

void *find(const char *name)
{
	return dlsym((void *)0, name);
}
