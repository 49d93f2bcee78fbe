/*
 * world.c - the world of a simulated host.
 *
 * The control calls run as the simulation's first thread; between two of them
 * everything stands still.  Each group is a run of its own: its seed draws how
 * chance treats it, and what the run before has left is taken back, also if
 * that was broken off.
 *
 * Invariant: a library in `loaded` has its variables as the run under way has
 * made them; load() makes them what they were.
 *
 * No locks: one control call at a time (serve.c).
 */
#include "grader/host/world.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/control.h"
#include "grader/host/error.h"
#include "grader/host/sim/trace.h"
#include "labrpc/fatal.h"
#include "labrpc/random.h"
#include "labrpc/sim/image.h"
#include "labrpc/sim/sim.h"

/* How long threads may take to end once all peers have been freed. */
#define END_MS 5000

/* Keeps the seeds of runs apart from those of links and peers. */
#define RUN_SEED 0x72756e73

/* Copies of the submission: peers, opened again and again, and clerks. */
#define LOADED_MAX 256

static struct loaded {
	char *copy;           /* its path */
	struct paxos_api api;
	struct image *image;
} loaded[LOADED_MAX];
static int nloaded;

static bool watched; /* threads are to be threads, for a debugger */

static int64_t sim_now_ms(void)
{
	return sim_now_ns() / SIM_MS;
}

static int64_t sim_now_us(void)
{
	return sim_now_ns() / 1000;
}

static struct network *open_network(const char *dir, int nodes, uint64_t seed)
{
	(void)dir;
	return sim_network_open(nodes, seed);
}

/* ---- copies of the submission ------------------------------------------ */

static struct loaded *find(const char *copy)
{
	int i;

	for (i = 0; i < nloaded; i++)
		if (strcmp(loaded[i].copy, copy) == 0)
			return &loaded[i];
	return NULL;
}

static struct loaded *load_new(const char *submission, const char *copy,
			       struct value *why)
{
	struct loaded *new = &loaded[nloaded];
	void *make;

	if (nloaded == LOADED_MAX) {
		error_set(why, "more than %d copies of the submission",
			  LOADED_MAX);
		return NULL;
	}
	if (!library_load(submission, copy, &new->api, why))
		return NULL;
	/* POSIX has it that this works; C has no conversion for it. */
	memcpy(&make, &new->api.make, sizeof(make));
	new->image = image_take(make);
	new->copy = strdup(copy);
	if (new->image == NULL || new->copy == NULL)
		lab_fatal("no image of %s", copy);
	nloaded++;
	return new;
}

static bool load(const char *submission, const char *copy,
		 struct paxos_api *api, struct value *why)
{
	struct loaded *found = find(copy);

	if (found == NULL)
		found = load_new(submission, copy, why);
	else
		image_restore(found->image);
	if (found == NULL)
		return false;
	*api = found->api;
	return true;
}

/* ---- runs -------------------------------------------------------------- */

/* Stores in *WHY why the run has ended; returns false. */
static bool explain(struct value *why)
{
	const struct sim_report *report = sim_report();
	char text[SIM_WORDS_BYTES + 64];

	snprintf(text, sizeof(text), CTL_SIMULATION "%s: %s",
		 sim_reason_name(report->reason), report->words);
	*why = value_make(text, strlen(text));
	return false;
}

/* Reads which harm is called off. */
static void read_mercy(const struct ctl_open_args *args,
		       struct sim_mercy *mercy)
{
	static uint64_t kept[HARMS_MAX];

	*mercy = (struct sim_mercy){
		.kinds = args->mercy,
		.listed = args->listed != 0,
		.kept = kept,
		.nkept = ctl_read_numbers(args->kept, kept, HARMS_MAX),
	};
}

static bool begin(const struct ctl_open_args *args, const char *submission,
		  const char *dir, struct value *why)
{
	struct sim_config config = {
		.seed = random_mix(args->seed, RUN_SEED),
		.steps_max = args->steps_max,
	};
	char probe[PATH_MAX];
	struct loaded *first;

	snprintf(probe, sizeof(probe), "%s/probe.so", dir);
	first = find(probe);
	if (first == NULL)
		first = load_new(submission, probe, why);
	if (first == NULL)
		return false;
	/* On fibers threads would share what is to be each one's own. */
	if (watched || image_has_tls(first->image))
		config.carrier = SIM_PTHREADS;
	config.races = sim_instrumented();
	config.debugged = watched;
	sim_draw_profile(&config.profile, config.seed);
	if (args->salt != 0)
		config.seed = random_mix(config.seed, args->salt);
	read_mercy(args, &config.mercy);
	trace_begin(args->traced != 0);
	sim_begin(&config);
	return true;
}

static bool run(void (*body)(void *arg), void *arg, struct value *why)
{
	if (sim_do(body, arg))
		return true;
	return explain(why);
}

static bool finish(struct value *why)
{
	if (sim_finish(END_MS))
		return true;
	return explain(why);
}

static void sum_up(struct ctl_close_reply *reply)
{
	const char *lint = sim_report()->lint;

	reply->work = sim_work();
	reply->lint = value_make(lint, strlen(lint));
}

static void abandon(struct ctl_close_reply *reply)
{
	static unsigned char bytes[HARMS_MAX * CTL_NUMBER_BYTES];
	const uint64_t *harms;
	size_t n, listed;

	harms = sim_harms(&n);
	listed = n < HARMS_MAX ? n : HARMS_MAX;
	ctl_write_numbers(harms, listed, bytes);
	reply->harms = n;
	reply->harm = value_make(bytes, listed * CTL_NUMBER_BYTES);
	reply->work = sim_work();
	reply->spent = !sim_abandon();
}

static void watch(void)
{
	watched = true;
}

static const struct world simulated = {
	.name = "sim",
	.now_ms = sim_now_ms,
	.now_us = sim_now_us,
	.run_for = sim_sleep_ms,
	.open_network = open_network,
	.load = load,
	.begin = begin,
	.run = run,
	.finish = finish,
	.sum_up = sum_up,
	.abandon = abandon,
	.note = trace_note,
	.recall = trace_recall,
	.watch = watch,
};

const struct world *world_find(const char *name)
{
	return strcmp(name, simulated.name) == 0 ? &simulated : NULL;
}

const char *world_names(void)
{
	return simulated.name;
}
