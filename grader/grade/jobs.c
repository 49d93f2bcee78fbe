/*
 * jobs.c - how many tests may run at a time.
 */
#include <stdio.h>

#include "grader/grade/run.h"
#include "grader/grade/supervise.h"

int run_jobs(const struct options *options)
{
	FILE *file = fopen("/proc/meminfo", "r");
	long long available_kb = 0;
	/* Most tests stay far below what they may use. */
	int each_mb = supervise_memory_mb(options, PASS_FIRST) / 4;
	char line[128];
	int fit, pass;

	for (pass = 1; pass < PASSES_MAX; pass++) {
		int mb = supervise_memory_mb(options, pass) / 4;

		if (options_have(options, pass) && mb > each_mb)
			each_mb = mb;
	}

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "MemAvailable: %lld", &available_kb) == 1)
			break;
	if (file != NULL)
		fclose(file);
	if (available_kb <= 0)
		return options->jobs;
	fit = (int)(available_kb / 1024 / (each_mb > 0 ? each_mb : 1));
	return fit < 1 ? 1 : fit < options->jobs ? fit : options->jobs;
}
