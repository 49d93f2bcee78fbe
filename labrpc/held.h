/*
 * held.h - what the calling thread has locked and not unlocked.
 *
 * Private to labrpc.  Not for simulated threads: they have the system's in
 * turns.
 *
 * Threads: each has its own.  Memory: none.  Errors: none.
 */
#ifndef LABRPC_HELD_H
#define LABRPC_HELD_H

/* How many mutexes of sync.h the calling thread holds. */
int mutexes_held(void);

#endif
