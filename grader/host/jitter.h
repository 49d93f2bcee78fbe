/*
 * jitter.h - pauses between the sections of a submission's locks.
 *
 * A submission's calls that unlock a mutex go to the functions here
 * (grader/submission/redirected_calls), which do the same.  While a volley is
 * fired (volley.h), a thread that has unlocked is often held up for some
 * microseconds before it goes on.  That is what a busy machine does to threads
 * anyway, only not so often: what has to happen under one section of a lock,
 * and happens under two, is met by another thread in between.
 *
 * Threads: any.  Memory: none.  Errors: those of the functions stood for.
 */
#ifndef GRADER_HOST_JITTER_H
#define GRADER_HOST_JITTER_H

#include <pthread.h>
#include <stdbool.h>

#include "labrpc/sync.h"

/* From now on threads are held up, or no longer. */
void jitter(bool on);

void lab_mutex_unlock(struct mutex *mu);
int lab_pthread_mutex_unlock(pthread_mutex_t *mu);
int lab_pthread_rwlock_unlock(pthread_rwlock_t *lock);

#endif
