/*
 * thread.c - pthread_create() and its kin as the simulation has them.
 *
 * A pthread_t is the number of a thread plus one: it is not used again in a
 * run, so a handle kept for too long is found out.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labrpc/sim/object.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/shim.h"
#include "labrpc/sim/shim_sync.h"

static struct thread *thread_of(pthread_t handle)
{
	int i;

	for (i = 0; i < sim.nthreads; i++)
		if ((pthread_t)sim.threads[i]->id + 1 == handle &&
		    !sim.threads[i]->forgotten)
			return sim.threads[i];
	return NULL;
}

int sim_pthread_create(pthread_t *handle, const pthread_attr_t *attr,
		       void *(*start)(void *arg), void *arg)
{
	int detached = PTHREAD_CREATE_JOINABLE;
	struct thread *thread;

	sim_step(OP_CREATE, (uint64_t)sim.next_thread);
	if (attr != NULL)
		pthread_attr_getdetachstate(attr, &detached);
	thread = sim_spawn(start, arg, sim.current->peer);
	race_create(thread);
	thread->detached = detached == PTHREAD_CREATE_DETACHED;
	/* POSIX has it that this works; C has no conversion for it. */
	memcpy(&thread->code, &start, sizeof(thread->code));
	*handle = (pthread_t)thread->id + 1;
	return 0;
}

/* The thread HANDLE, which may be joined; the caller says when. */
static struct thread *joinable(pthread_t handle)
{
	struct thread *thread = thread_of(handle);

	if (thread == NULL || thread->detached || thread->joiner != NULL)
		sim_end(SIM_MISUSE, "pthread_join() of a thread that was %s",
			thread == NULL ? "joined already, or never was" :
			thread->detached ? "detached" :
			"being joined already");
	return thread;
}

static int take_result(struct thread *thread, void **result)
{
	if (result != NULL)
		*result = thread->result;
	race_join(thread);
	sim_forget(thread);
	return 0;
}

static int join(pthread_t handle, void **result, int64_t deadline_ns)
{
	struct thread *thread, *me = sim.current;
	enum sim_wake woken;

	sim_step(OP_JOIN, handle);
	thread = joinable(handle);
	if (thread == me)
		return EDEADLK;
	if (thread->state != THREAD_ENDED) {
		thread->joiner = me;
		me->joinee = thread;
		me->wait = SIM_WAIT_JOIN;
		if (deadline_ns == SIM_NEVER)
			deadlock_check();
		woken = sim_block(SIM_WAIT_JOIN, deadline_ns);
		thread->joiner = NULL;
		me->joinee = NULL;
		if (woken == WAKE_TIMEOUT && thread->state != THREAD_ENDED)
			return ETIMEDOUT;
	}
	return take_result(thread, result);
}

int sim_pthread_join(pthread_t handle, void **result)
{
	return join(handle, result, SIM_NEVER);
}

int sim_pthread_tryjoin_np(pthread_t handle, void **result)
{
	struct thread *thread;

	sim_step(OP_JOIN, handle);
	thread = joinable(handle);
	if (thread->state != THREAD_ENDED)
		return EBUSY;
	return take_result(thread, result);
}

int sim_pthread_timedjoin_np(pthread_t handle, void **result,
			     const struct timespec *until)
{
	int64_t deadline_ns;

	if (!time_deadline(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return join(handle, result, deadline_ns);
}

int sim_pthread_detach(pthread_t handle)
{
	struct thread *thread;

	sim_step(OP_DETACH, handle);
	thread = thread_of(handle);
	if (thread == NULL)
		sim_end(SIM_MISUSE, "pthread_detach() of a thread that was "
			"joined already, or has ended detached");
	if (thread->detached)
		return EINVAL;
	if (thread->joiner != NULL)
		sim_end(SIM_MISUSE, "pthread_detach() of a thread that is "
			"being joined");
	thread->detached = true;
	if (thread->state == THREAD_ENDED)
		sim_forget(thread);
	return 0;
}

void sim_pthread_exit(void *result)
{
	const struct thread *me = sim.current;

	if (me == sim.first || me->server != NULL)
		sim_end(SIM_MISUSE, "pthread_exit() in a thread that the "
			"program has not made: it belongs to %s",
			me == sim.first ? "who calls it" : "labrpc");
	sim_exit(result);
}

pthread_t sim_pthread_self(void)
{
	return (pthread_t)sim.current->id + 1;
}

int sim_pthread_setname_np(pthread_t handle, const char *name)
{
	struct thread *thread = thread_of(handle);

	if (thread == NULL)
		return ESRCH;
	/* The real one has room for as much. */
	if (strlen(name) > 15)
		return ERANGE;
	strcpy(thread->name, name);
	return 0;
}

int sim_pthread_getname_np(pthread_t handle, char *name, size_t size)
{
	const struct thread *thread = thread_of(handle);

	if (thread == NULL)
		return ESRCH;
	if (size < 16)
		return ERANGE;
	snprintf(name, size, "%.15s", thread->name);
	return 0;
}

pid_t sim_getpid(void)
{
	return 1000 + sim.current->peer;
}

pid_t sim_gettid(void)
{
	return 2000 + sim.current->id;
}

void sim_log_peer(int peer)
{
	sim_act_for(peer);
}
