/*
 * clock.c - the clocks and sleeps of simulated programs.
 *
 * Every clock shows the virtual time, from a start of its own.  To read one is
 * a step, so a loop that waits for a time to come gets there.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "labrpc/sim/sched.h"
#include "labrpc/sim/shim.h"
#include "labrpc/sim/shim_sync.h"

#define SECOND_NS INT64_C(1000000000)

/* What the clocks show as a run begins: a day in 2024, a machine long up. */
#define REAL_START_S INT64_C(1717200000)
#define UP_START_S INT64_C(100000)

/* Where the clock CLOCK begins, in ns; -1 if there is no such clock. */
static int64_t start_of(clockid_t clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		return REAL_START_S * SECOND_NS;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		return UP_START_S * SECOND_NS;
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		return 0;
	default:
		return -1;
	}
}

static bool is_time(const struct timespec *time)
{
	return time->tv_nsec >= 0 && time->tv_nsec < SECOND_NS;
}

/* TIME in ns, within what can be added to safely. */
static int64_t ns_of(const struct timespec *time)
{
	const int64_t most_s = INT64_MAX / SECOND_NS / 4;

	if (time->tv_sec > most_s)
		return SIM_NEVER;
	if (time->tv_sec < -most_s)
		return -SIM_NEVER;
	return time->tv_sec * SECOND_NS + time->tv_nsec;
}

bool time_deadline(clockid_t clock, const struct timespec *until,
		   int64_t *deadline_ns)
{
	int64_t start_ns = start_of(clock), ns;

	if (start_ns < 0 || until == NULL || !is_time(until))
		return false;
	ns = ns_of(until);
	if (ns < start_ns)
		*deadline_ns = 0;
	else
		*deadline_ns = ns == SIM_NEVER ? SIM_NEVER : ns - start_ns;
	return true;
}

static struct timespec time_at(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / SECOND_NS),
				  .tv_nsec = (long)(ns % SECOND_NS) };
}

/* ---- clocks ------------------------------------------------------------ */

int sim_clock_gettime(clockid_t clock, struct timespec *now)
{
	int64_t start_ns = start_of(clock);

	sim_step(OP_CLOCK, (uint64_t)clock);
	if (start_ns < 0) {
		errno = EINVAL;
		return -1;
	}
	*now = time_at(start_ns + sim.now_ns);
	return 0;
}

int sim_gettimeofday(struct timeval *now, void *zone)
{
	struct timespec time;

	(void)zone;
	sim_clock_gettime(CLOCK_REALTIME, &time);
	now->tv_sec = time.tv_sec;
	now->tv_usec = time.tv_nsec / 1000;
	return 0;
}

time_t sim_time(time_t *now)
{
	struct timespec time;

	sim_clock_gettime(CLOCK_REALTIME, &time);
	if (now != NULL)
		*now = time.tv_sec;
	return time.tv_sec;
}

clock_t sim_clock(void)
{
	struct timespec time;

	sim_clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (clock_t)(ns_of(&time) / (SECOND_NS / CLOCKS_PER_SEC));
}

int sim_timespec_get(struct timespec *now, int base)
{
	if (base != TIME_UTC)
		return 0;
	sim_clock_gettime(CLOCK_REALTIME, now);
	return base;
}

/* ---- sleeps ------------------------------------------------------------ */

static void sleep_until(int64_t deadline_ns)
{
	sim_step(OP_SLEEP, (uint64_t)deadline_ns);
	if (deadline_ns <= sim.now_ns)
		return;
	lint_wait("sleeps");
	sim_block(SIM_WAIT_TIME, deadline_ns);
}

int sim_clock_nanosleep(clockid_t clock, int flags,
			const struct timespec *time, struct timespec *left)
{
	int64_t deadline_ns;

	(void)left; /* nobody interrupts a sleep here */
	if (start_of(clock) < 0 || !is_time(time) || time->tv_sec < 0)
		return EINVAL;
	if (flags & TIMER_ABSTIME)
		time_deadline(clock, time, &deadline_ns);
	else
		deadline_ns = sim_after(ns_of(time));
	sleep_until(deadline_ns);
	return 0;
}

int sim_nanosleep(const struct timespec *time, struct timespec *left)
{
	int error = sim_clock_nanosleep(CLOCK_REALTIME, 0, time, left);

	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int sim_usleep(unsigned us)
{
	sleep_until(sim_after((int64_t)us * 1000));
	return 0;
}

unsigned sim_sleep(unsigned s)
{
	sleep_until(sim_after((int64_t)s * SECOND_NS));
	return 0;
}

/*
 * Who yields waits for something in a loop.  While all who can run do nothing
 * else, that cannot come before the next timer, and the turns until then are
 * saved.
 */
int sim_sched_yield(void)
{
	struct thread *me = sim.current;
	const struct timer *next;

	/* Under PCT the one that yields would be taken again at once. */
	sim.yields = true;
	sim_step(OP_YIELD, 0);
	if (me->yielded != sim.events) {
		me->yielded = sim.events;
		sim.nidle++;
	}
	next = sched_next_timer();
	if (sim.nidle >= sim.nready && next != NULL &&
	    next->at_ns > sim.now_ns) {
		sim.nidle--;
		sim_block(SIM_WAIT_TIME, next->at_ns);
	}
	return 0;
}
