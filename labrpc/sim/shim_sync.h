/*
 * shim_sync.h - what the program's calls of pthread_* and sem_* become.
 *
 * redirected_calls pairs the names.  Each does what the function does that it
 * is named after, in the simulation.
 *
 * Threads: simulated ones.  Memory: as those.  Errors: as those; what POSIX
 * leaves undefined ends the run.
 */
#ifndef LABRPC_SIM_SHIM_SYNC_H
#define LABRPC_SIM_SHIM_SYNC_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct object;

int sim_pthread_mutex_init(pthread_mutex_t *mutex,
			   const pthread_mutexattr_t *attr);
int sim_pthread_mutex_destroy(pthread_mutex_t *mutex);
int sim_pthread_mutex_lock(pthread_mutex_t *mutex);
int sim_pthread_mutex_trylock(pthread_mutex_t *mutex);
int sim_pthread_mutex_timedlock(pthread_mutex_t *mutex,
				const struct timespec *until);
int sim_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
				const struct timespec *until);
int sim_pthread_mutex_unlock(pthread_mutex_t *mutex);

int sim_pthread_spin_init(pthread_spinlock_t *spin, int shared);
int sim_pthread_spin_destroy(pthread_spinlock_t *spin);
int sim_pthread_spin_lock(pthread_spinlock_t *spin);
int sim_pthread_spin_trylock(pthread_spinlock_t *spin);
int sim_pthread_spin_unlock(pthread_spinlock_t *spin);

int sim_pthread_cond_init(pthread_cond_t *cond,
			  const pthread_condattr_t *attr);
int sim_pthread_cond_destroy(pthread_cond_t *cond);
int sim_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int sim_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			       const struct timespec *until);
int sim_pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			       clockid_t clock, const struct timespec *until);
int sim_pthread_cond_signal(pthread_cond_t *cond);
int sim_pthread_cond_broadcast(pthread_cond_t *cond);

int sim_pthread_rwlock_init(pthread_rwlock_t *lock,
			    const pthread_rwlockattr_t *attr);
int sim_pthread_rwlock_destroy(pthread_rwlock_t *lock);
int sim_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int sim_pthread_rwlock_tryrdlock(pthread_rwlock_t *lock);
int sim_pthread_rwlock_timedrdlock(pthread_rwlock_t *lock,
				   const struct timespec *until);
int sim_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int sim_pthread_rwlock_trywrlock(pthread_rwlock_t *lock);
int sim_pthread_rwlock_timedwrlock(pthread_rwlock_t *lock,
				   const struct timespec *until);
int sim_pthread_rwlock_unlock(pthread_rwlock_t *lock);

int sim_pthread_barrier_init(pthread_barrier_t *barrier,
			     const pthread_barrierattr_t *attr, unsigned n);
int sim_pthread_barrier_destroy(pthread_barrier_t *barrier);
int sim_pthread_barrier_wait(pthread_barrier_t *barrier);

int sim_pthread_once(pthread_once_t *once, void (*init)(void));

int sim_sem_init(sem_t *sem, int shared, unsigned value);
int sim_sem_destroy(sem_t *sem);
int sim_sem_wait(sem_t *sem);
int sim_sem_trywait(sem_t *sem);
int sim_sem_timedwait(sem_t *sem, const struct timespec *until);
int sim_sem_clockwait(sem_t *sem, clockid_t clock,
		      const struct timespec *until);
int sim_sem_post(sem_t *sem);
int sim_sem_getvalue(sem_t *sem, int *value);

/* For the files behind these alone. */

/*
 * The running thread waits for the mutex OBJECT, which it does not hold, and
 * takes it; 0, or ETIMEDOUT.  And gives it back; false if it does not hold it.
 */
int mutex_acquire(struct object *object, int64_t deadline_ns);
bool mutex_release(struct object *object);

/* Reads UNTIL on CLOCK as a time of the run; false if it is none. */
bool time_deadline(clockid_t clock, const struct timespec *until,
		   int64_t *deadline_ns);

#endif
