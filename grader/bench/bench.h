/*
 * bench.h - what `make bench` measures and how it is told.
 *
 * A contest is one thing to measure: it does a fixed amount of work and reads
 * the clock around it.  The contests are run in turn, round after round, so
 * that a machine whose speed drifts drifts for all of them, and what counts
 * is a contest's ratio to another one of the same round.
 *
 * Threads: main() is one thread; a contest starts and joins its own.
 *
 * Memory: nothing outlives a contest.
 *
 * Errors: a bench that cannot measure ends the process with a message.
 */
#ifndef GRADER_BENCH_H
#define GRADER_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/linearizability/sample.h"

/* Rounds: each contest is run so many times. */
#define ROUNDS 15

/* What one run of a contest came to. */
struct reading {
	double per_second; /* operations finished */
	double switches;   /* context switches per operation */
	double requests;   /* on the wire, per operation; 0: not counted */
	double bytes;      /* the process's most memory; 0: not counted */
	double early_bytes; /* the same after a hundredth of the work */
	double half_us;    /* half of the agreements took less; 0: not known */
	double virtual_s;  /* simulated seconds per second; 0: none */
};

struct contest {
	const char *name;
	const char *label;    /* short, for those compared with it */
	const char *unit;     /* of per_second, such as "calls/s" */
	const char *of;       /* the contest that it is compared with, ... */
	double share;         /* ... divided by this; 0: by nothing */
	double aim;           /* what the ratio should reach; 0: nothing */
	struct reading (*run)(const struct contest *contest);
	int callers;          /* threads that work, or instances at once */
	int peers;            /* size of the group, for agreements */
	const char *faults;   /* preset of the network; NULL: no network */
	bool one_cpu;         /* all threads on one processor */
	const struct lin_sample *sample; /* checks only: the history */
	const char *flavour;  /* simulations only: which submission, ... */
	bool judged;          /* ... and whether a judge drives them */
	int operations;       /* the fixed amount of work */
	struct reading readings[ROUNDS];
};

/* The contests' bodies; see the files of these names. */
struct reading raw_ping_pong(const struct contest *contest);
struct reading rpc_round_trips(const struct contest *contest);
struct reading agreements(const struct contest *contest);
struct reading operations(const struct contest *contest);
struct reading checks(const struct contest *contest);
struct reading simulations(const struct contest *contest);

/*
 * Where simulations() finds programs, TOOLCHAIN-plain/ and TOOLCHAIN-sim/, and
 * submissions, FOLDER/FLAVOUR.so.
 */
void simulations_prepare(const char *toolchain, const char *folder);

/* How contests have fared; round by round, what IT is to what it is of. */
struct spread {
	double min, median, max;
};
struct spread rate(const struct contest *it);
struct spread ratio(const struct contest contests[], const struct contest *it);
/* The median of another figure, by its offset in struct reading. */
double median_at(const struct contest *it, size_t offset);
#define MEDIAN(it, figure) median_at(it, offsetof(struct reading, figure))
/* The one of CONTESTS that IT is compared with. */
const struct contest *yardstick(const struct contest contests[],
				const struct contest *it);

/* Prints the tables of the N CONTESTS; writes their figures to PATH. */
void report_print(const struct contest contests[], int n);
void results_write(const struct contest contests[], int n, const char *path);

/* A stop-watch that counts context switches as well. */
struct watch {
	int64_t began_ns;
	long switches;
};
struct watch watch_start(void);
/* Reads WATCH as OPERATIONS done since it was started. */
struct reading watch_read(struct watch watch, int operations);

/* Ends the process with a message if WHAT failed. */
void must(bool ok, const char *what);

/* Runs BODY(context, i) on N threads, i from 0, and waits for them. */
void on_threads(int n, void (*body)(void *context, int i), void *context);

/*
 * Keeps main's thread, and those that come from it from now on, on the first
 * processor that it may use; and lets it go again.
 */
void stay_on_one(void);
void stay_no_longer(void);

/* A folder for sockets, gone when the process is; from main's thread. */
const char *bench_dir(void);

#endif
