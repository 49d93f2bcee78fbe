/*
 * shim.h - what the program's calls for threads, time and chance become.
 *
 * redirected_calls pairs the names; shim_sync.h has those for locks.
 *
 * Threads: simulated ones.  Memory: as the functions that these stand for.
 * Errors: as those; what POSIX leaves undefined ends the run.
 */
#ifndef LABRPC_SIM_SHIM_H
#define LABRPC_SIM_SHIM_H

#include <pthread.h>
#include <stddef.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

int sim_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
		       void *(*start)(void *arg), void *arg);
int sim_pthread_join(pthread_t thread, void **result);
int sim_pthread_tryjoin_np(pthread_t thread, void **result);
int sim_pthread_timedjoin_np(pthread_t thread, void **result,
			     const struct timespec *until);
int sim_pthread_detach(pthread_t thread);
_Noreturn void sim_pthread_exit(void *result);
pthread_t sim_pthread_self(void);
int sim_pthread_setname_np(pthread_t thread, const char *name);
int sim_pthread_getname_np(pthread_t thread, char *name, size_t size);

int sim_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int sim_gthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int sim_pthread_key_delete(pthread_key_t key);
void *sim_pthread_getspecific(pthread_key_t key);
int sim_pthread_setspecific(pthread_key_t key, const void *value);

int sim_nanosleep(const struct timespec *time, struct timespec *left);
int sim_clock_nanosleep(clockid_t clock, int flags,
			const struct timespec *time, struct timespec *left);
int sim_usleep(unsigned us);
unsigned sim_sleep(unsigned s);
int sim_sched_yield(void);

int sim_clock_gettime(clockid_t clock, struct timespec *now);
int sim_gettimeofday(struct timeval *now, void *zone);
time_t sim_time(time_t *now);
clock_t sim_clock(void);
int sim_timespec_get(struct timespec *now, int base);

/* Each peer has its own, as if it were a process. */
int sim_rand(void);
void sim_srand(unsigned seed);
long sim_random(void);
void sim_srandom(unsigned seed);
double sim_drand48(void);
long sim_lrand48(void);
long sim_mrand48(void);
void sim_srand48(long seed);
unsigned short *sim_seed48(unsigned short seed[3]);
void sim_lcong48(unsigned short parameters[7]);

pid_t sim_getpid(void);
pid_t sim_gettid(void);

/* labrpc's rpc_serve() needs none of these; its log and its end do. */
void sim_log_peer(int peer);

#endif
