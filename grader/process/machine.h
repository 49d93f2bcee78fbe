/*
 * machine.h - what the machine gives to a process that asks for little.
 *
 * Where a host was refused something, this tells a machine that is short of it
 * from a submission that has used it up.
 *
 * Threads: any.
 *
 * Memory: none is kept.
 *
 * Errors: false.
 */
#ifndef GRADER_PROCESS_MACHINE_H
#define GRADER_PROCESS_MACHINE_H

#include <stdbool.h>

/* Tells whether there are descriptors, memory, a thread, and room in the
 * folder DIR. */
bool machine_gives(const char *dir);

#endif
