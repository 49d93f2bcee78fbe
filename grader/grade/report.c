/*
 * report.c - which results are written, and that they come and go together.
 *
 * Invariant: each has a dot in its name, so that make, which removes them
 * before there is a grade, knows them by that.
 */
#include "grader/grade/files.h"
#include "grader/grade/report.h"

static const struct {
	const char *name;
	void (*write)(FILE *to, const struct plan *plan,
		      const struct outcome outcomes[],
		      const struct options *options, int64_t elapsed_ms);
} reports[] = {
	{ "results.json", results_json_write },
	{ "junit.xml", junit_write },
	{ "results.tap", tap_write },
};

#define NREPORTS (int)(sizeof reports / sizeof reports[0])

void reports_clear(const struct options *options)
{
	for (int i = 0; i < NREPORTS; i++)
		file_remove(options->out, reports[i].name);
}

void reports_name(FILE *to)
{
	for (int i = 0; i < NREPORTS; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "", reports[i].name);
}

void reports_write(const struct plan *plan, const struct outcome outcomes[],
		   const struct options *options, int64_t elapsed_ms)
{
	struct draft draft;

	for (int i = 0; i < NREPORTS; i++) {
		draft_open(&draft, options->out, reports[i].name);
		reports[i].write(draft.file, plan, outcomes, options,
				 elapsed_ms);
		draft_publish(&draft);
	}
}
