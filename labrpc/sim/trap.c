/*
 * trap.c - what only a signal tells of: a stack that has overflowed, a crash,
 * and code that computes on and on without a call.
 *
 * A fault in the room below a stack is an overflow, any other one a crash.  A
 * timer of processor time, never of the clock on the wall, looks whether the
 * run has taken a step since it looked last.  In each case the handler ends
 * the run from where it is and never returns; what the code has left undone in
 * the C library (a lock, say) stays so, and no further run is possible in this
 * process.  A fault on the way is left to the system.
 *
 * Nothing of this is done for one that a person looks at in a debugger.
 */
#define _GNU_SOURCE 1 /* SIGEV_THREAD_ID, REG_RIP */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "labrpc/fatal.h"
#include "labrpc/sim/image.h"
#include "labrpc/sim/place.h"
#include "labrpc/sim/sched.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/*
 * A step takes microseconds; one that has taken so many seconds of the
 * processor will not end.
 */
#define SPIN_S 2

/* What lies below a pthread's stack and is none of anybody's. */
#define BELOW_BYTES ((uintptr_t)65536)

static uint64_t seen_steps; /* of this run, when the timer rang last */
#define NOT_SEEN UINT64_MAX
static pid_t watched;       /* the system's number of the driver's thread */
static bool process_watched;

/* Lets the signal that is being handled come again. */
static void unblock(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- where it was ------------------------------------------------------ */

/* The words of CPU that tell of it: instruction, frame, who called. */
struct trapped {
	uintptr_t pc, frame, caller;
};

static bool on_stack(const struct thread *thread, uintptr_t at)
{
	return thread->carrier.stack >= 0 &&
	       at - (uintptr_t)stack_at(thread->carrier.stack) <=
		       STACK_BYTES - sizeof(void *);
}

static struct trapped look_at(const void *context)
{
	const mcontext_t *cpu = &((const ucontext_t *)context)->uc_mcontext;
	struct trapped at = { .pc = 0 };

#if defined(__x86_64__)
	uintptr_t top = (uintptr_t)cpu->gregs[REG_RSP];

	at.pc = (uintptr_t)cpu->gregs[REG_RIP];
	at.frame = (uintptr_t)cpu->gregs[REG_RBP];
	if (on_stack(sim.current, top))
		memcpy(&at.caller, (const void *)top, sizeof(at.caller));
#elif defined(__aarch64__)
	at.pc = (uintptr_t)cpu->pc;
	at.frame = (uintptr_t)cpu->regs[29];
	at.caller = (uintptr_t)cpu->regs[30];
	(void)on_stack;
#else
	(void)cpu;
	(void)on_stack;
#endif
	return at;
}

/*
 * Notes where the signal has met the running thread.  In a function of the C
 * library, or in none, what it called last says more: that has often left its
 * caller's frame as it was.
 */
static void note_place(const void *context)
{
	const struct trapped at = look_at(context);
	struct thread *me = sim.current;
	uintptr_t offset;

	me->frame = (const void *)at.frame;
	me->trapped = (const void *)(at.pc + 1);
	if (!image_locate((const void *)at.pc, &offset) &&
	    image_locate((const void *)at.caller, &offset))
		me->trapped = (const void *)at.caller;
}

/* ---- faults ------------------------------------------------------------ */

/* Tells whether AT lies in the room below the running thread's stack. */
static bool is_below_stack(const void *at)
{
	uintptr_t bottom;

	if (sim.config.carrier == SIM_FIBERS)
		return stack_guarded(at) == sim.current->carrier.stack &&
		       stack_guarded(at) >= 0;
	bottom = (uintptr_t)sim.current->carrier.outermost - STACK_BYTES;
	return (uintptr_t)at - (bottom - BELOW_BYTES) < 2 * BELOW_BYTES;
}

static const char *fault_words(int signal, const siginfo_t *info)
{
	if (signal == SIGFPE)
		return "divides by zero";
	if (signal == SIGILL)
		return "comes to where the compiler saw that the code makes "
		       "no sense";
	if (info->si_code > 0 && info->si_code != SI_KERNEL &&
	    (uintptr_t)info->si_addr < BELOW_BYTES)
		return "uses a pointer that is NULL";
	return "uses a pointer that leads nowhere";
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	if (!sim_inside || sim.stuck) {
		/* Not ours: the fault comes again as soon as we return. */
		struct sigaction normal = { .sa_handler = SIG_DFL };

		sigaction(signal, &normal, NULL);
		return;
	}
	sim.stuck = true;
	unblock(signal);
	note_place(context);
	if (signal != SIGFPE && is_below_stack(info->si_addr))
		sim_end(SIM_STACK, "a thread has used up its stack of %zu "
			"KiB: is there a recursion without end, or a very "
			"large array?", STACK_BYTES >> 10);
	sim_end(SIM_CRASH, "the program has crashed: a thread %s (signal %d, "
		"%s)", fault_words(signal, info), signal, strsignal(signal));
}

/* ---- time -------------------------------------------------------------- */

static void on_tick(int signal, siginfo_t *info, void *context)
{
	const struct thread *runs = sim.current;

	(void)info;
	if (runs->id < 0 || sim.stuck || sim.steps != seen_steps) {
		seen_steps = runs->id < 0 ? NOT_SEEN : sim.steps;
		return;
	}
	/* The system has chosen any thread of the process. */
	if (runs->carrier.gated &&
	    !pthread_equal(runs->carrier.pthread, pthread_self())) {
		pthread_kill(runs->carrier.pthread, signal);
		return;
	}
	sim.stuck = true;
	unblock(signal);
	note_place(context);
	sim_end(SIM_SPIN, "a thread has computed for %d s without a call that "
		"lets others run: if it waits in a loop for a variable to "
		"change, let it wait for a condition variable, or call "
		"sched_yield()", SPIN_S);
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

/* A signal after each SPIN_S of CLOCK, as EVENT says to whom. */
static void watch(clockid_t clock, struct sigevent event)
{
	struct itimerspec every = { { SPIN_S, 0 }, { SPIN_S, 0 } };
	timer_t timer;

	event.sigev_signo = SIGVTALRM;
	if (timer_create(clock, &event, &timer) != 0 ||
	    timer_settime(timer, 0, &every, NULL) != 0)
		lab_fatal("no timer for a simulation: %s", strerror(errno));
}

static void watch_this_thread(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID };
	pid_t me = (pid_t)syscall(SYS_gettid);

	if (me == watched)
		return;
	watched = me;
	event.sigev_notify_thread_id = me;
	watch(CLOCK_THREAD_CPUTIME_ID, event);
}

static void watch_all_threads(void)
{
	const struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };

	if (process_watched)
		return;
	process_watched = true;
	watch(CLOCK_PROCESS_CPUTIME_ID, event);
}

void traps_stack(void *stack)
{
	const stack_t signals = { .ss_sp = stack,
				  .ss_size = SIGNAL_STACK_BYTES };

	/* The sanitizers have signal stacks, and handlers, of their own. */
	if (SIM_ASAN || SIM_TSAN || sim.config.debugged)
		return;
	if (sigaltstack(&signals, NULL) != 0)
		lab_fatal("sigaltstack: %s", strerror(errno));
}

void traps_begin(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	static char signal_stack[SIGNAL_STACK_BYTES];
	size_t i;

	seen_steps = NOT_SEEN; /* a run before has come as far as this one */
	if (sim.config.debugged)
		return;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (!SIM_ASAN && !SIM_TSAN)
			handle(faults[i], on_fault);
	handle(SIGVTALRM, on_tick);
	if (sim.config.carrier == SIM_FIBERS) {
		traps_stack(signal_stack);
		watch_this_thread();
	} else {
		watch_all_threads();
	}
}
