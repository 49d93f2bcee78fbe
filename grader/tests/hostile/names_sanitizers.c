/*
 * Prints what sanitizers print, as a student may who logs.  It is added to
 * the reference solution, which must keep its points.
 */
#include <stdio.h>

__attribute__((constructor)) static void talk(void)
{
	fputs("==7==ERROR: AddressSanitizer: heap-use-after-free\n"
	      "WARNING: ThreadSanitizer: data race (pid=7)\n"
	      "x.c:1:2: runtime error: not one\n"
	      "FATAL: ThreadSanitizer: unexpected memory mapping 0x1-0x2\n",
	      stderr);
}
