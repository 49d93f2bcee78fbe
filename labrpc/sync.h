/*
 * sync.h - the mutex and the condition variable of the lab.
 *
 * They are pthread's own, in a struct that clang's thread-safety analysis can
 * follow: `make tsa` then proves at compile time that a lock is held where
 * REQUIRES says so, and that no function that says EXCLUDES is called while
 * the caller is seen to hold it.  What carries no annotation, as all of
 * labrpc.h, is not looked at.  For gcc the annotations are empty.
 *
 * Threads: that is what it is for.  Memory: the structs are yours, nothing is
 * allocated.  Errors: a failing pthread call is a mistake in the program
 * (unlocking what is not locked, destroying what is in use) and ends the
 * process with a message that names it.
 *
 * Write the lock out wherever you name it (&px->mu): the analysis compares
 * expressions and does not follow copies of the pointer.
 */
#ifndef LABRPC_SYNC_H
#define LABRPC_SYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__clang__)
#define LAB_TSA(x) __attribute__((x))
#else
#define LAB_TSA(x)
#endif

/* A field that may be touched only while some lock of its struct is held. */
#define GUARDED LAB_TSA(guarded_var)
/* A function whose caller must hold the lock. */
#define REQUIRES(...) LAB_TSA(requires_capability(__VA_ARGS__))
/* A function whose caller must not hold the lock. */
#define EXCLUDES(...) LAB_TSA(locks_excluded(__VA_ARGS__))

struct LAB_TSA(capability("mutex")) mutex {
	pthread_mutex_t os;
};

struct cond {
	pthread_cond_t os; /* waits on CLOCK_MONOTONIC */
};

/* Make and unmake; no thread may be using them. */
void mutex_init(struct mutex *mu);
void mutex_destroy(struct mutex *mu);
void cond_init(struct cond *cv);
void cond_destroy(struct cond *cv);

/* Takes MU, waiting while another thread holds it.  Not recursive. */
void mutex_lock(struct mutex *mu) LAB_TSA(acquire_capability(*mu));

/* Gives MU back; the caller must hold it. */
void mutex_unlock(struct mutex *mu) LAB_TSA(release_capability(*mu));

/*
 * Releases MU, waits until CV is signalled, and takes MU again.  May return
 * without a signal, so call it in a loop that tests what you wait for.
 */
void cond_wait(struct cond *cv, struct mutex *mu) REQUIRES(*mu);

/*
 * The same for at most TIMEOUT_MS milliseconds.  Returns false when the time
 * ran out, true otherwise; test your condition in either case.
 */
bool cond_wait_ms(struct cond *cv, struct mutex *mu, int64_t timeout_ms)
	REQUIRES(*mu);

/* Wakes one waiter, or all of them. */
void cond_signal(struct cond *cv);
void cond_broadcast(struct cond *cv);

#endif
