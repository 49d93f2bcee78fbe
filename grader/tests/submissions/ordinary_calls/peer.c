/* What correct solutions may well use: nothing here is refused. */
#define _GNU_SOURCE
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/labrpc.h"
#include "labrpc/log.h"
#include "labrpc/random.h"
#include "labrpc/sync.h"
#include "labrpc/value.h"
#include "paxos/paxos.h"
#include "paxos/protocol.h"

struct big {
	char bytes[4096];
	struct prepare_args args;
};

static _Thread_local int calls;
static atomic_llong ballots;
static _Atomic struct big shared;
static unsigned __int128 wide = 1;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void at_first(void)
{
	pthread_key_create(&key, free);
}

static int by_seq(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void *worker(void *arg)
{
	pthread_once(&once, at_first);
	pthread_setspecific(key, strdup("mine"));
	calls++;
	usleep(10);
	sched_yield();
	if (pthread_getspecific(key) == NULL)
		pthread_exit(arg);
	return arg;
}

static void threads(void)
{
	pthread_mutex_t mu;
	pthread_mutexattr_t mattr;
	pthread_cond_t cv;
	pthread_condattr_t cattr;
	pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
	pthread_barrier_t barrier;
	pthread_attr_t attr;
	pthread_t thread;
	struct timespec until;
	sem_t sem;

	pthread_mutexattr_init(&mattr);
	pthread_mutexattr_settype(&mattr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&mu, &mattr);
	pthread_condattr_init(&cattr);
	pthread_condattr_setclock(&cattr, CLOCK_MONOTONIC);
	pthread_cond_init(&cv, &cattr);
	clock_gettime(CLOCK_MONOTONIC, &until);
	pthread_mutex_lock(&mu);
	pthread_cond_timedwait(&cv, &mu, &until);
	pthread_mutex_unlock(&mu);
	pthread_cond_broadcast(&cv);
	pthread_rwlock_rdlock(&rw);
	pthread_rwlock_unlock(&rw);
	pthread_barrier_init(&barrier, NULL, 1);
	pthread_barrier_wait(&barrier);
	sem_init(&sem, 0, 1);
	sem_wait(&sem);
	sem_post(&sem);
	sem_timedwait(&sem, &until);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 20);
	if (pthread_create(&thread, &attr, worker, NULL) != 0)
		perror("pthread_create");
	pthread_join(thread, NULL);
	pthread_mutex_destroy(&mu);
}

static void atomics(struct big *copy)
{
	long long n = atomic_fetch_add(&ballots, 1);

	atomic_compare_exchange_strong(&ballots, &n, n + 16);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__sync_synchronize();
	*copy = shared;
	shared = *copy;
	wide = wide * (unsigned __int128)(n + 3) / 7 % 1000003;
	wide += (unsigned __int128)((double)wide * 1.5);
	__asm__ volatile("" : : : "memory");
}

static void text(const char *fmt, ...)
{
	char line[128], *rest;
	int64_t seqs[3] = { 3, 1, 2 };
	int a = 0, b = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	sprintf(line, "%d %s", 7, "x");
	strncat(line, " y", sizeof(line) - strlen(line) - 1);
	sscanf(line, "%d %d", &a, &b);
	a += (int)strtol(line, &rest, 10) + atoi(rest) + abs(b);
	qsort(seqs, 3, sizeof(seqs[0]), by_seq);
	if (bsearch(&seqs[0], seqs, 3, sizeof(seqs[0]), by_seq) == NULL)
		fprintf(stderr, "%s: %s\n", strerror(errno), strtok_r(line,
			" ", &rest));
	fputs(isalpha((unsigned char)line[0]) ? "a" : "b", stdout);
	putchar(toupper('c'));
	puts("");
	fflush(stdout);
	assert(a >= 0 || memcmp(line, "x", 1) == 0);
}

static void *numbers(unsigned seed)
{
	static void *root;
	struct timeval tv;
	struct tm tm;
	time_t now = time(NULL);

	gettimeofday(&tv, NULL);
	localtime_r(&now, &tm);
	seed ^= (unsigned)getpid();
	return tsearch(malloc((size_t)(rand_r(&seed) +
				       (long)sqrt(pow(2.0, floor(seed / 2.0) +
							   fmod(seed, 3)) +
						  log(seed)))),
		       &root, by_seq);
}

struct paxos *paxos_make(const struct paxos_config *config)
{
	struct big *copy = calloc(1, sizeof(*copy));
	jmp_buf back;

	if (copy == NULL || config->npeers < 1)
		abort();
	if (setjmp(back) == 0)
		longjmp(back, 1);
	threads();
	atomics(copy);
	text("%" PRId64, (int64_t)config->me);
	numbers((unsigned)config->seed);
	nanosleep(&(struct timespec){ 0, 1 }, NULL);
	log_event(LOG_DEBUG, "made", "me=%d", config->me);
	memset(copy, 0, sizeof(*copy));
	return (struct paxos *)realloc(copy, sizeof(*copy) + 1);
}
