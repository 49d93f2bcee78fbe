/*
 * trap.c - what only a signal tells of: a stack that has overflowed, and code
 * that computes on and on without a call.
 *
 * A fault in the page below a stack is an overflow; any other fault takes the
 * course that it would take without us.  A timer of the thread's own processor
 * time looks whether the run has taken a step since it looked last.  In both
 * cases the handler ends the run from where it is and never returns; what the
 * code has left undone in the C library (a lock, say) stays so, and no
 * further run is possible in this process.
 *
 * Gated pthreads are watched by their debugger instead.
 */
#define _GNU_SOURCE 1 /* SIGEV_THREAD_ID, REG_RSP */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/place.h"
#include "labrpc/sim/sched.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define SIGNAL_STACK_BYTES ((size_t)65536)

/*
 * A step takes microseconds; one that has taken so many seconds of the
 * processor will not end.
 */
#define SPIN_S 2

static uint64_t seen_steps; /* of this run, when the timer rang last */
#define NOT_SEEN UINT64_MAX
static pid_t watched;       /* the system's number of the driver's thread */

/* Lets the signal that is being handled come again. */
static void unblock(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (!sim_inside || stack_guarded(info->si_addr) < 0) {
		/* Not ours: the fault comes again as soon as we return. */
		struct sigaction normal = { .sa_handler = SIG_DFL };

		sigaction(signal, &normal, NULL);
		return;
	}
	unblock(signal);
	sim.stuck = true;
	sim_end(SIM_STACK, "a thread has used up its stack of %zu KiB: is "
		"there a recursion without end, or a very large array?",
		STACK_BYTES >> 10);
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	if (!sim_inside || sim.steps != seen_steps) {
		seen_steps = sim.steps;
		return;
	}
	unblock(signal);
	sim.stuck = true;
	sim_end(SIM_SPIN, "a thread has computed for %d s without a call that "
		"lets others run: does it wait in a loop for a variable to "
		"change?", SPIN_S);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK |
						SA_RESTART };

	sigemptyset(&action.sa_mask);
	if (sigaction(signal, &action, NULL) != 0)
		lab_fatal("sigaction: %s", strerror(errno));
}

/* A signal for this thread after each SPIN_S of its own time. */
static void watch_this_thread(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID,
				  .sigev_signo = SIGVTALRM };
	struct itimerspec every = { { SPIN_S, 0 }, { SPIN_S, 0 } };
	timer_t timer;

	event.sigev_notify_thread_id = watched;
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0 ||
	    timer_settime(timer, 0, &every, NULL) != 0)
		lab_fatal("no timer for a simulation: %s", strerror(errno));
}

void traps_begin(void)
{
	static char signal_stack[SIGNAL_STACK_BYTES];
	const stack_t stack = { .ss_sp = signal_stack,
				.ss_size = sizeof(signal_stack) };
	pid_t me = (pid_t)syscall(SYS_gettid);

	seen_steps = NOT_SEEN; /* a run before has come as far as this one */
	if (sim.config.carrier != SIM_FIBERS || me == watched)
		return;
	/* The sanitizers have handlers and signal stacks of their own. */
	if (!SIM_ASAN && !SIM_TSAN) {
		if (sigaltstack(&stack, NULL) != 0)
			lab_fatal("sigaltstack: %s", strerror(errno));
		handle(SIGSEGV, on_fault);
		handle(SIGBUS, on_fault);
	}
	handle(SIGVTALRM, on_tick);
	watched = me;
	watch_this_thread();
}
