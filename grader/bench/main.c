/*
 * main.c - the contests, and running them round after round.
 *
 * Usage: bench [--quick] TOOLCHAIN FOLDER
 *
 * TOOLCHAIN, such as build/gcc, is where make has built; FOLDER holds a
 * submission in the flavours sim and sim-race, as FLAVOUR.so, and receives
 * results.json.
 *
 * With --quick each contest does a hundredth of its work: the figures mean
 * little, but everything is run and written.
 */
#include "grader/bench/bench.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define RAW1 "raw ping-pong, 1 caller"
#define RAW1_ON1 "raw, 1 caller, on one processor"
#define RAW8 "raw ping-pong, 8 callers"

#define SERIAL "agreement, 3 peers, serial"

#define SIM "simulated, in one process"

#define CHECK "check, 10 keys, 1,000 operations"

/* The histories that are checked. */
static const struct lin_sample
	uniform = { .seed = 1, .clients = 10, .keys = 10, .puts = 25,
		    .appends = 25 },
	hot = { .seed = 1, .clients = 10, .keys = 1, .puts = 25,
		.appends = 25 },
	growing = { .seed = 1, .clients = 10, .keys = 1, .appends = 50 };

static struct contest contests[] = {
	{ .name = RAW1, .label = "raw, 1", .unit = "trips/s",
	  .run = raw_ping_pong, .callers = 1, .operations = 6000 },
	{ .name = RAW1_ON1, .label = "raw, 1 on 1", .unit = "trips/s",
	  .of = RAW1, .run = raw_ping_pong, .callers = 1, .one_cpu = true,
	  .operations = 6000 },
	{ .name = "rpc_call, 1 caller", .unit = "calls/s",
	  .of = RAW1, .aim = 0.7, .run = rpc_round_trips, .callers = 1,
	  .operations = 6000 },
	{ .name = "rpc_call, 1, on one processor", .unit = "calls/s",
	  .of = RAW1_ON1, .aim = 0.7, .run = rpc_round_trips, .callers = 1,
	  .one_cpu = true, .operations = 6000 },
	{ .name = "rpc_call, 1 caller, reliable", .unit = "calls/s",
	  .of = RAW1, .run = rpc_round_trips, .callers = 1,
	  .faults = "reliable", .operations = 6000 },
	{ .name = "rpc_call, 1 caller, classic", .unit = "calls/s",
	  .of = RAW1, .run = rpc_round_trips, .callers = 1,
	  .faults = "classic", .operations = 6000 },
	{ .name = RAW8, .label = "raw, 8", .unit = "trips/s",
	  .run = raw_ping_pong, .callers = 8, .operations = 16000 },
	{ .name = "rpc_call, 8 callers", .unit = "calls/s",
	  .of = RAW8, .aim = 0.7, .run = rpc_round_trips, .callers = 8,
	  .operations = 16000 },
	{ .name = "rpc_call, 8 callers, classic", .unit = "calls/s",
	  .of = RAW8, .run = rpc_round_trips, .callers = 8,
	  .faults = "classic", .operations = 16000 },
	{ .name = SERIAL, .label = "serial", .unit = "decided/s",
	  .of = RAW1, .aim = 0.15, .run = agreements, .callers = 1,
	  .peers = 3, .operations = 1000 },
	{ .name = "agreement, 3, on one processor", .unit = "decided/s",
	  .of = RAW1_ON1, .run = agreements, .callers = 1, .one_cpu = true,
	  .peers = 3, .operations = 1000 },
	{ .name = "agreement, 5 peers, serial", .unit = "decided/s",
	  .of = RAW1, .run = agreements, .callers = 1,
	  .peers = 5, .operations = 600 },
	/* An agreement of three peers is six round trips. */
	{ .name = "agreement, 3 peers, 50 at once", .unit = "decided/s",
	  .of = RAW8, .share = 6, .aim = 0.6, .run = agreements,
	  .callers = 50, .peers = 3, .operations = 2000 },
	/* Many clerks' operations share an agreement. */
	{ .name = "key/value, 3 servers, 1 clerk", .unit = "operations/s",
	  .of = SERIAL, .run = operations, .callers = 1, .peers = 3,
	  .operations = 800 },
	{ .name = "key/value, 3 servers, 8 clerks", .unit = "operations/s",
	  .of = SERIAL, .run = operations, .callers = 8, .peers = 3,
	  .operations = 4000 },
	{ .name = "key/value, 3 servers, 32 clerks", .unit = "operations/s",
	  .of = SERIAL, .aim = 4, .run = operations, .callers = 32,
	  .peers = 3, .operations = 16000 },
	{ .name = SIM, .label = "in one process", .unit = "runs/s",
	  .run = simulations, .flavour = "sim", .one_cpu = true,
	  .operations = 5000 },
	{ .name = "simulated, through the judge", .unit = "runs/s",
	  .of = SIM, .run = simulations, .flavour = "sim", .judged = true,
	  .one_cpu = true, .operations = 2000 },
	{ .name = "simulated, looking for races", .unit = "runs/s",
	  .of = SIM, .run = simulations, .flavour = "sim-race",
	  .one_cpu = true, .operations = 700 },
	{ .name = CHECK, .unit = "operations/s", .run = checks,
	  .sample = &uniform, .operations = 1000 },
	{ .name = "check, 10 keys, 10,000", .unit = "operations/s",
	  .of = CHECK, .run = checks, .sample = &uniform,
	  .operations = 10000 },
	{ .name = "check, 10 keys, 100,000", .unit = "operations/s",
	  .of = CHECK, .run = checks, .sample = &uniform,
	  .operations = 100000 },
	{ .name = "check, 1 key, 10,000", .unit = "operations/s",
	  .of = CHECK, .run = checks, .sample = &hot, .operations = 10000 },
	{ .name = "check, 1 key, appends, 10,000", .unit = "operations/s",
	  .of = CHECK, .run = checks, .sample = &growing,
	  .operations = 10000 },
};
#define CONTESTS ((int)(sizeof contests / sizeof contests[0]))

/* The threads of a contest stay where the one is that makes them. */
static struct reading hold(const struct contest *contest)
{
	struct reading reading;

	if (contest->one_cpu)
		stay_on_one();
	reading = contest->run(contest);
	if (contest->one_cpu)
		stay_no_longer();
	return reading;
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	char results[PATH_MAX];

	if (argc != 3 + quick || argv[1 + quick][0] == '-') {
		fprintf(stderr, "usage: bench [--quick] TOOLCHAIN FOLDER\n");
		return 2;
	}
	simulations_prepare(argv[argc - 2], argv[argc - 1]);
	snprintf(results, sizeof results, "%s/results.json", argv[argc - 1]);
	for (int c = 0; c < CONTESTS && quick; c++)
		contests[c].operations /= 100;
	for (int r = 0; r < ROUNDS; r++) {
		fprintf(stderr, "round %d of %d\n", r + 1, ROUNDS);
		for (int c = 0; c < CONTESTS; c++)
			contests[c].readings[r] = hold(&contests[c]);
	}
	report_print(contests, CONTESTS);
	results_write(contests, CONTESTS, results);
	return 0;
}
