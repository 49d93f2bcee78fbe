/*
 * run.c - a run from its beginning to its end, and the records of threads.
 *
 * The driver is `outside`: it hands over to the run's first thread, which
 * runs the bodies of sim_do(), and gets its turn back when a body has
 * returned or the run is over.  Meanwhile all simulated threads stand still.
 *
 * Invariant: `spare` holds the records that belong to no thread.  A run that
 * is over is never entered again: what its threads held is taken back by the
 * next sim_begin(), as far as it came from the run's own memory.
 *
 * No locks: one thread runs.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labrpc/fatal.h"
#include "labrpc/log.h"
#include "labrpc/log_call.h"
#include "labrpc/log_clock.h"
#include "labrpc/sim/arena.h"
#include "labrpc/sim/sched.h"

#define STEPS_MAX UINT64_C(20000000)
#define TIME_MAX_NS (INT64_C(3600) * 1000 * SIM_MS)
#define THREADS_MAX 2000 /* threads for each of 200 instances, and handlers */

/* To fill and copy so many bytes costs about as much as a step. */
#define BYTES_PER_STEP 1024

/* How often sim_finish() looks whether the others have ended. */
#define FINISH_LOOK_NS (10 * SIM_MS)

/* The streams of a run; each is a random_mix() away from its seed. */
enum { STREAM_SCHEDULER = 1, STREAM_NETWORK, STREAM_STUDENT };

struct sim sim = {
	.outside = { .id = -1, .peer = -1, .carrier = { .stack = -1 } },
};
_Thread_local bool sim_inside;

static struct thread **spare;
static int nspare, spare_room;

/* ---- records ----------------------------------------------------------- */

static void record_add_spare(struct thread *thread)
{
	if (nspare == spare_room) {
		spare_room = spare_room == 0 ? 64 : 2 * spare_room;
		spare = realloc(spare,
				(size_t)spare_room * sizeof(*spare));
		if (spare == NULL)
			lab_fatal("no memory for %d threads", spare_room);
	}
	spare[nspare++] = thread;
}

static void grow_room(void)
{
	size_t bytes;

	sim.room = sim.room == 0 ? 64 : 2 * sim.room;
	bytes = (size_t)sim.room * sizeof(*sim.threads);
	sim.threads = realloc(sim.threads, bytes);
	sim.ready = realloc(sim.ready, bytes);
	if (sim.threads == NULL || sim.ready == NULL)
		lab_fatal("no memory for %d threads", sim.room);
}

struct thread *record_new_thread(void)
{
	struct thread *thread;

	if (nspare > 0) {
		struct clock clock = spare[--nspare]->clock;

		thread = spare[nspare];
		memset(thread, 0, sizeof(*thread));
		thread->clock = clock; /* its memory */
	} else {
		thread = calloc(1, sizeof(*thread));
		if (thread == NULL)
			lab_fatal("no memory for a thread");
	}
	if (sim.nthreads == sim.room)
		grow_room();
	thread->carrier.stack = -1;
	thread->index = sim.nthreads;
	sim.threads[sim.nthreads++] = thread;
	return thread;
}

void sim_forget(struct thread *thread)
{
	struct thread *last;

	assert(thread->state == THREAD_ENDED);
	/* Whoever waits for what it has locked is to hear who it was. */
	thread->forgotten = true;
	if (thread->held > 0)
		return;
	last = sim.threads[--sim.nthreads];
	sim.threads[thread->index] = last;
	last->index = thread->index;
	record_add_spare(thread);
}

/* Takes back what the run before has left. */
static void clean_up(void)
{
	int i;

	for (i = 0; i < sim.nthreads; i++) {
		struct thread *thread = sim.threads[i];

		free(thread->values);
		thread->values = NULL;
		/* One that waits at its gate for ever keeps its record. */
		if (thread->carrier.gated && thread->state != THREAD_ENDED)
			continue;
		sim.carriers->release(thread);
		record_add_spare(thread);
	}
	sim.nthreads = sim.nready = 0;
	if (sim.carriers != NULL)
		sim.carriers->reset();
	timers_clear(&sim.timers);
}

/* ---- a run ------------------------------------------------------------- */

/* The first thread: waits for the driver and does what it says. */
static void *serve_driver(void *arg)
{
	struct thread *me = sim.current;

	(void)arg;
	for (;;) {
		sched_pause(me);
		me->wait = SIM_WAIT_DRIVER;
		me->frame = __builtin_frame_address(0);
		sim.body = NULL;
		sim.current = &sim.outside;
		sim.carriers->hand_over(me, &sim.outside);
		me->wait = SIM_WAIT_NOTHING;
		sim.body(sim.body_arg);
	}
	return NULL;
}

static void enter_first(void)
{
	sim.current = sim.first;
	sim.carriers->hand_over(&sim.outside, sim.first);
	log_peer(-1);
	log_call(LOG_NO_CALL);
}

static int64_t now_us(void)
{
	return sim.now_ns / 1000;
}

void sim_begin(const struct sim_config *config)
{
	if (sim_inside || sim.stuck)
		lab_fatal("sim_begin: %s", sim_inside ? "inside of a run" :
			  "a thread of the run before cannot be stopped");
	clean_up();
	sim.config = *config;
	if (sim.config.steps_max == 0)
		sim.config.steps_max = STEPS_MAX;
	if (sim.config.time_max_ns == 0)
		sim.config.time_max_ns = TIME_MAX_NS;
	if (sim.config.threads_max == 0)
		sim.config.threads_max = THREADS_MAX;
	if (sim.config.threads_max > CARRIERS_MAX)
		sim.config.threads_max = CARRIERS_MAX;
	sim.carriers = config->carrier == SIM_FIBERS ? &fibers
						     : &gated_pthreads;
	sim.carriers->reset();
	sim.now_ns = 0;
	sim.steps = sim.turns = sim.marks = sim.alone = sim.crowd = 0;
	sim.yields = false;
	sim.events = 1;
	sim.nidle = 0;
	sim.hash = config->seed;
	sim.next_thread = 0;
	random_seed(&sim.scheduler, random_mix(config->seed,
					       STREAM_SCHEDULER));
	sim.network = random_mix(config->seed, STREAM_NETWORK);
	random_seed(&sim.student, random_mix(config->seed, STREAM_STUDENT));
	sim.report.reason = SIM_FINE;
	sim.report.lint[0] = '\0';
	sim.report.seed = config->seed;
	harm_begin(&config->mercy);
	arena_reset();
	sim.runs++;
	log_set_clock(now_us);
	race_begin(config->races);
	keys_begin();
	objects_begin();
	calls_begin();
	nets_begin();
	chance_begin();
	traps_begin();
	strategy_begin();
	sim.begun = true;
	sim.over = false;
	sim.current = &sim.outside;
	sim.first = sim_spawn(serve_driver, NULL, -1);
	strcpy(sim.first->name, "the test");
	enter_first();
}

bool sim_do(void (*body)(void *arg), void *arg)
{
	if (!sim.begun || sim_inside)
		lab_fatal("sim_do: %s", sim_inside ? "inside of a run" :
			  "no run has begun");
	if (sim.over)
		return false;
	sim.body = body;
	sim.body_arg = arg;
	sched_resume(sim.first);
	/* It comes last of those that can run, and goes first. */
	enter_first();
	return !sim.over;
}

static bool others_live(void)
{
	int i;

	for (i = 0; i < sim.nthreads; i++)
		if (sim.threads[i] != sim.first &&
		    sim.threads[i]->state != THREAD_ENDED)
			return true;
	return false;
}

/* Waits until all other threads have ended, for a while. */
static void await_others(void *arg)
{
	const int64_t *within_ms = arg;
	int64_t until_ns = sim_after(*within_ms * SIM_MS);
	bool moves = true;

	while (others_live() && moves && sim.now_ns < until_ns) {
		/* Nothing to come, nobody else to run: so it stays. */
		moves = sim.nready > 1 || sched_next_timer() != NULL;
		sim_block(SIM_WAIT_TIME, sim_after(FINISH_LOOK_NS));
	}
	if (!others_live()) {
		/* What is still on its way arrives nowhere. */
		while (sched_next_timer() != NULL)
			sim_block(SIM_WAIT_TIME, sim_after(FINISH_LOOK_NS));
		if (sim.config.frees_all && arena_count().live_blocks > 0)
			sim_end(SIM_LEFT_MEMORY, "all is over, and %" PRId64
				" blocks of together %" PRId64 " bytes have "
				"not been freed", arena_count().live_blocks,
				arena_count().live_bytes);
		return;
	}
	if (moves)
		sim_end(SIM_LEFT_RUNNING,
			"all is over, and after %" PRId64
			" ms a thread still runs", *within_ms);
	sim_end(SIM_LEFT_BLOCKED,
		"all is over, and a thread waits for what never comes");
}

bool sim_finish(int64_t within_ms)
{
	bool fine = sim_do(await_others, &within_ms);

	log_set_clock(NULL);

	sim.over = true;
	sim.begun = false;
	return fine;
}

bool sim_abandon(void)
{
	log_set_clock(NULL);
	sim.over = true;
	sim.begun = false;
	return !sim.stuck && sim.config.carrier == SIM_FIBERS;
}

static _Noreturn void leave_run(enum sim_reason reason)
{
	struct thread *me = sim.current;

	if (me->trapped == NULL)
		me->frame = __builtin_frame_address(0);
	report_make(reason);
	sim.over = true;
	sim.current = &sim.outside;
	sim.carriers->leave(me, &sim.outside);
	abort(); /* nobody comes back to a run that is over */
}

void sim_end(enum sim_reason reason, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(sim.report.what, sizeof(sim.report.what), fmt, args);
	va_end(args);
	leave_run(reason);
}

void sim_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(sim.report.what, sizeof(sim.report.what), fmt, args);
	va_end(args);
	leave_run(SIM_FAILED);
}

const struct sim_report *sim_report(void)
{
	return &sim.report;
}

const char *sim_threads(void)
{
	if (!sim.begun || sim.over || sim_inside)
		return "";
	report_threads();
	return sim.report.words;
}

uint64_t sim_hash(void)
{
	return sim.hash;
}

uint64_t sim_steps(void)
{
	return sim.steps;
}

uint64_t sim_work(void)
{
	return sim.steps + arena_total() / BYTES_PER_STEP;
}

int64_t sim_now_ns(void)
{
	return sim.now_ns;
}

void sim_act_for(int peer)
{
	sim.current->peer = peer;
	if (log_on(LOG_ERROR))
		log_peer(peer);
}

void sim_sleep_ms(int64_t ms)
{
	sim_step(OP_SLEEP, (uint64_t)ms);
	sim_block(SIM_WAIT_TIME, sim_after(ms * SIM_MS));
}
