/*
 * main.c - runs a submission's peers in the simulation, seed after seed.
 *
 *     swarm [--first=SEED] [--runs=N] [--gated] [--all] [--figures]
 *           SUBMISSION.so
 *
 * SUBMISSION is built in the flavour `sim` (grader/submission/build.sh).  Runs
 * N seeds from SEED on and stops at the first that fails, or with --all goes
 * on and counts.  Prints a fingerprint of all traces, which depends on nothing
 * but the seeds and the submission's source, and how fast that was.  A
 * submission that ends the process by abort() is given its seed, too.
 *
 * Exit status: 0 if no run failed, 1 if one did, 2 for a mistake in the
 * command.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/swarm/scenario.h"
#include "labrpc/clock.h"
#include "labrpc/random.h"
#include "labrpc/sockdir.h"

struct options {
	uint64_t first, runs;
	enum sim_carrier carrier;
	bool all, figures;
	const char *submission;
};

static _Noreturn void usage(const char *complaint, const char *what)
{
	fprintf(stderr,
		"swarm: %s%s\n"
		"usage: swarm [--first=SEED] [--runs=N] [--gated] [--all] "
		"[--figures]\n"
		"             SUBMISSION.so\n", complaint, what);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text == '\0' || *text == '-' || *end != '\0' || errno != 0)
		usage("not a number: ", text);
	return n;
}

static struct options parse(int argc, char **argv)
{
	struct options o = { .first = 1, .runs = 2000 };
	int i;

	for (i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--first=", 8) == 0)
			o.first = number(argv[i] + 8);
		else if (strncmp(argv[i], "--runs=", 7) == 0)
			o.runs = number(argv[i] + 7);
		else if (strcmp(argv[i], "--gated") == 0)
			o.carrier = SIM_PTHREADS;
		else if (strcmp(argv[i], "--all") == 0)
			o.all = true;
		else if (strcmp(argv[i], "--figures") == 0)
			o.figures = true;
		else if (argv[i][0] == '-' || o.submission != NULL)
			usage("unknown: ", argv[i]);
		else
			o.submission = argv[i];
	}
	if (o.submission == NULL)
		usage("missing: ", "SUBMISSION.so");
	return o;
}

/* What the runs came to. */
struct tally {
	uint64_t runs, failed, steps, hash;
	int64_t virtual_ns, real_us;
	uint64_t early_kib, peak_kib; /* memory: see peak_now_kib() */
};

static char last_words[64]; /* for a run that does not come back */

/* An assertion of the submission's has failed, say. */
static void on_abort(int signal)
{
	(void)signal;
	if (write(STDOUT_FILENO, last_words, strlen(last_words)) < 0)
		_exit(1);
	_exit(1);
}

/* After such an end no further run can begin. */
static bool is_last(enum sim_reason reason)
{
	return reason == SIM_STACK || reason == SIM_SPIN ||
	       reason == SIM_CRASH;
}

/*
 * The most memory that was resident so far.  getrusage() would count what the
 * process had before it executed this program.
 */
static uint64_t peak_now_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	uint64_t kib = 0;
	char line[128];

	while (kib == 0 && file != NULL &&
	       fgets(line, sizeof(line), file) != NULL)
		sscanf(line, "VmHWM: %" SCNu64, &kib);
	if (file != NULL)
		fclose(file);
	return kib;
}

static void run_all(const struct options *o, struct tally *tally)
{
	int64_t began_us = clock_us();
	uint64_t i;

	for (i = 0; i < o->runs; i++) {
		uint64_t seed = o->first + i;
		bool fine;

		snprintf(last_words, sizeof(last_words),
			 "seed %" PRIu64 " failed (abort)\n", seed);
		fine = swarm_run(seed, o->carrier);
		tally->runs++;
		tally->steps += sim_steps();
		tally->virtual_ns += sim_now_ns();
		tally->hash = random_mix(tally->hash, sim_hash());
		if (i == o->runs / 100)
			tally->early_kib = peak_now_kib();
		if (fine)
			continue;
		tally->failed++;
		if (tally->failed == 1)
			printf("seed %" PRIu64 " failed (%s): %s", seed,
			       sim_reason_name(sim_report()->reason),
			       sim_report()->words);
		if (!o->all || is_last(sim_report()->reason))
			break;
	}
	tally->real_us = clock_us() - began_us;
	tally->peak_kib = peak_now_kib();
}

static void print(const struct tally *tally)
{
	double s = (double)tally->real_us / 1e6;

	printf("%" PRIu64 " runs, %" PRIu64 " failed, hash %016" PRIx64 "\n",
	       tally->runs, tally->failed, tally->hash);
	printf("%.2f s: %.0f runs per second, %.0f steps each, virtual to "
	       "real time %.0f\n", s, (double)tally->runs / s,
	       (double)tally->steps / (double)tally->runs,
	       (double)tally->virtual_ns / 1e9 / s);
	printf("peak memory %" PRIu64 " KiB after 1 %% of the runs, %" PRIu64
	       " KiB in the end\n", tally->early_kib, tally->peak_kib);
}

static void print_figures(const struct tally *tally)
{
	printf("{\"runs\": %" PRIu64 ", \"failed\": %" PRIu64
	       ", \"real_us\": %" PRId64 ", \"virtual_us\": %" PRId64
	       ", \"early_kib\": %" PRIu64 ", \"peak_kib\": %" PRIu64
	       "}\n", tally->runs, tally->failed, tally->real_us,
	       tally->virtual_ns / 1000, tally->early_kib, tally->peak_kib);
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct tally tally = { .runs = 0 };
	struct value error = VALUE_EMPTY;
	struct sockdir *dir = sockdir_make();

	if (dir == NULL) {
		perror("swarm: no folder");
		return 2;
	}
	if (!swarm_load(o.submission, sockdir_path(dir), &error)) {
		fprintf(stderr, "swarm: %s: %.*s\n", o.submission,
			(int)error.len, (const char *)error.data);
		value_free(&error);
		sockdir_remove(dir);
		return 2;
	}
	signal(SIGABRT, on_abort);
	run_all(&o, &tally);
	if (o.figures)
		print_figures(&tally);
	else
		print(&tally);
	sockdir_remove(dir);
	return tally.failed > 0 ? 1 : 0;
}
