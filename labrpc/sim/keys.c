/*
 * keys.c - values of threads (pthread_key_create() and so on) as the
 * simulation has them.
 *
 * Invariant: a thread has room for the values of all keys, or none.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/shim.h"

#define KEYS_MAX 1024

/* How often destructors may set values again (POSIX: at least 4). */
#define DESTRUCTION_ROUNDS 4

static struct key {
	bool used;
	void (*destructor)(void *value);
} keys[KEYS_MAX];
static int nkeys;

void keys_begin(void)
{
	memset(keys, 0, (size_t)nkeys * sizeof(keys[0]));
	nkeys = 0;
}

int sim_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	if (nkeys == KEYS_MAX)
		return EAGAIN;
	keys[nkeys] = (struct key){ true, destructor };
	*key = (pthread_key_t)nkeys++;
	return 0;
}

int sim_gthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	return sim_pthread_key_create(key, destructor);
}

static bool is_key(pthread_key_t key)
{
	return key < (pthread_key_t)nkeys && keys[key].used;
}

int sim_pthread_key_delete(pthread_key_t key)
{
	if (!is_key(key))
		return EINVAL;
	keys[key].used = false;
	return 0;
}

void *sim_pthread_getspecific(pthread_key_t key)
{
	void **values = sim.current->values;

	return is_key(key) && values != NULL ? values[key] : NULL;
}

int sim_pthread_setspecific(pthread_key_t key, const void *value)
{
	struct thread *me = sim.current;

	if (!is_key(key))
		return EINVAL;
	if (me->values == NULL) {
		me->values = calloc(KEYS_MAX, sizeof(*me->values));
		if (me->values == NULL)
			lab_fatal("no memory for the values of a thread");
	}
	me->values[key] = (void *)value;
	return 0;
}

/* Runs each destructor whose value is not NULL; true if there was one. */
static bool destroy_values(void **values)
{
	bool any = false;
	int i;

	for (i = 0; i < nkeys; i++) {
		void *value = values[i];

		if (value == NULL || !keys[i].used)
			continue;
		values[i] = NULL;
		if (keys[i].destructor == NULL)
			continue;
		any = true;
		keys[i].destructor(value);
	}
	return any;
}

void keys_end(struct thread *thread)
{
	int i;

	if (thread->values == NULL)
		return;
	for (i = 0; i < DESTRUCTION_ROUNDS; i++)
		if (!destroy_values(thread->values))
			break;
	free(thread->values);
	thread->values = NULL;
}
