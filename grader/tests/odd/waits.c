/*
 * waits.c - what no solution should do: waits without end, too much of
 * something, locks and threads that are misused.
 *
 * sim_odd_test.sh puts this and table.c at the end of the reference's peer.c.
 */
#include <alloca.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#define FOR_EVER volatile int go_on = 1; while (go_on)

static volatile int never;
static atomic_int never_atomic;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static jmp_buf elsewhere;

static void thread(void *(*start)(void *), void *arg, bool and_join)
{
	pthread_t handle;

	if (pthread_create(&handle, NULL, start, arg) != 0)
		abort();
	if (and_join)
		pthread_join(handle, NULL);
}

/* ---- without end ------------------------------------------------------- */

static void spin(struct paxos *px)
{
	(void)px;
	while (!never)
		continue;
}

static void spin_on_an_atomic(struct paxos *px)
{
	(void)px;
	while (!atomic_load_explicit(&never_atomic, memory_order_relaxed))
		continue;
}

static void spin_on_status(struct paxos *px)
{
	while (paxos_status(px, INT64_MAX, NULL) == FATE_PENDING)
		continue;
}

static void spin_on_a_lock(struct paxos *px)
{
	(void)px;
	FOR_EVER {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
}

static void spin_on_a_print(struct paxos *px)
{
	FOR_EVER
		printf("here I am, peer %d\n", px->me);
}

static void spin_on_memory(struct paxos *px)
{
	(void)px;
	FOR_EVER
		free(malloc(100));
}

static void read_the_clock(struct paxos *px)
{
	(void)px;
	FOR_EVER
		time(NULL);
}

static void sleep_for_years(struct paxos *px)
{
	(void)px;
	FOR_EVER
		sleep(2000000000);
}

static int descend(volatile const int *above)
{
	volatile int here[64];

	here[0] = *above + 1;
	return here[0] < 0 ? 0 : descend(here) + here[0];
}

static void recurse(struct paxos *px)
{
	(void)px;
	descend(&never);
}

static void *recurse_in_a_thread(void *px)
{
	recurse(px);
	return NULL;
}

static void recurse_elsewhere(struct paxos *px)
{
	thread(recurse_in_a_thread, px, true);
}

static void call_for_ever(struct paxos *px)
{
	struct prepare_args args = { .from = px->me, .seq = 7, .n = 1 };
	struct prepare_reply reply;

	FOR_EVER
		rpc_call(px->ends[(px->me + 1) % px->npeers], &PROC_PREPARE,
			 &args, &reply);
}

static void rounds_without_end(struct paxos *px)
{
	struct prepare_args args = { .from = px->me, .seq = 7, .n = 1 };

	FOR_EVER
		rpc_broadcast(px->ends, px->npeers, &PROC_PREPARE, &args);
}

/* ---- too much ---------------------------------------------------------- */

static void *sleep_long(void *arg)
{
	sleep(1000);
	return arg;
}

static void *do_nothing(void *arg)
{
	return arg;
}

static void a_million_threads(struct paxos *px)
{
	FOR_EVER
		thread(sleep_long, px, false);
}

static void threads_unjoined(struct paxos *px)
{
	FOR_EVER
		thread(do_nothing, px, false);
}

static void *multiply(void *px)
{
	thread(multiply, px, false);
	thread(multiply, px, true);
	return NULL;
}

static void threads_of_threads(struct paxos *px)
{
	thread(multiply, px, true);
}

static void ten_gigabytes(struct paxos *px)
{
	(void)px;
	FOR_EVER {
		char *volatile block = malloc(64u << 20);

		memset(block, 1, 64u << 20);
	}
}

static void one_large_block(struct paxos *px)
{
	volatile size_t size = (size_t)10 << 30;
	char *volatile block = malloc(size);

	block[px->me] = 1;
}

static void realloc_to_less_than_nothing(struct paxos *px)
{
	volatile size_t size = SIZE_MAX;
	char *volatile block = realloc(malloc(7), size);

	block[px->me] = 1;
}

static void align_to_the_stars(struct paxos *px)
{
	volatile size_t alignment = (size_t)1 << 63;
	char *volatile block = aligned_alloc(alignment, 8);

	block[px->me] = 1;
}

static void a_large_array(struct paxos *px)
{
	volatile size_t size = 100u << 20;
	volatile char *array = alloca(size);

	array[0] = array[size / 2] = (char)px->me;
}

static void mutexes_without_end(struct paxos *px)
{
	pthread_mutex_t one;

	(void)px;
	FOR_EVER
		pthread_mutex_init(&one, NULL);
}

static void large_messages(struct paxos *px)
{
	struct value v = { .len = 16u << 20 };
	struct decided_args args = { .from = px->me, .seq = 7 };
	struct decided_reply reply;

	v.data = calloc(1, v.len);
	args.val = v;
	FOR_EVER
		rpc_call(px->ends[(px->me + 1) % px->npeers], &PROC_DECIDED,
			 &args, &reply);
}

/* ---- locks and threads ------------------------------------------------- */

static void *take_it_along(void *arg)
{
	pthread_mutex_lock(&mutex);
	return arg;
}

static void end_with_a_lock(struct paxos *px)
{
	thread(take_it_along, px, true);
	pthread_mutex_lock(&mutex);
}

static void *take_it_along_detached(void *arg)
{
	pthread_detach(pthread_self());
	return take_it_along(arg);
}

static void end_detached_with_a_lock(struct paxos *px)
{
	thread(take_it_along_detached, px, false);
	sleep(1);
	thread(do_nothing, px, false);
	pthread_mutex_lock(&mutex);
}

static void exit_a_thread_of_others(struct paxos *px)
{
	(void)px;
	pthread_exit(NULL);
}

static void destroy_a_held_mutex(struct paxos *px)
{
	(void)px;
	pthread_mutex_lock(&mutex);
	pthread_mutex_destroy(&mutex);
}

static void *unlock_it(void *arg)
{
	pthread_mutex_unlock(&mutex);
	return arg;
}

static void unlock_elsewhere(struct paxos *px)
{
	pthread_mutex_lock(&mutex);
	thread(unlock_it, px, true);
}

static void wait_without_the_mutex(struct paxos *px)
{
	(void)px;
	pthread_cond_wait(&cond, &mutex);
}

static void wait_for_nothing(struct paxos *px)
{
	(void)px;
	pthread_mutex_lock(&mutex);
	FOR_EVER
		pthread_cond_wait(&cond, &mutex);
}

static void *wait_in_vain(void *px)
{
	wait_for_nothing(px);
	return NULL;
}

static void leave_a_thread(struct paxos *px)
{
	thread(wait_in_vain, px, false);
}

static void lock_rubbish(struct paxos *px)
{
	pthread_mutex_t rubbish;

	(void)px;
	memset(&rubbish, 0x5a, sizeof(rubbish));
	pthread_mutex_lock(&rubbish);
}

static void join_oneself(struct paxos *px)
{
	(void)px;
	while (pthread_join(pthread_self(), NULL) != 0)
		continue;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void once_more(void)
{
	pthread_once(&once, once_more);
}

static void once_in_once(struct paxos *px)
{
	(void)px;
	pthread_once(&once, once_more);
}
