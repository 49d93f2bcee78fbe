/*
 * story.c - one test's outcome in words.
 */
#include "grader/grade/story.h"

#include <stdlib.h>
#include <string.h>

#include "grader/grade/screen.h"
#include "grader/grade/text.h"
#include "grader/grade/trace.h"
#include "labrpc/todo.h"

#define INDENT 2
#define LABEL_WIDTH 10
#define LINES_MAX 5         /* of each part, on the terminal */
#define REPORT_LINES_MAX 16
#define DETAILS_SHOWN_MAX 18 /* that are no steps */
#define DETAIL_LINES_MAX 4
#define DETAIL_HANG 4       /* a long one goes on further to the right */
#define PRINTED_LINES_MAX 6

/* Of the steps of a test: how it began, and what it failed at. */
#define STEPS_BEGIN 1
#define STEPS_END 6

const char *story_status(const struct outcome *outcome)
{
	switch (outcome->result) {
	case RESULT_PASS: return "ok";
	case RESULT_FAIL:
	case RESULT_CUT_SHORT: return "FAIL";
	case RESULT_SKIPPED: return "zero";
	case RESULT_NONE:
	case RESULT_NOT_BEGUN:
	case RESULT_GRADER_ERROR: break;
	}
	return "error";
}

double story_score(const struct test *test, const struct outcome *outcome)
{
	return outcome->result == RESULT_PASS ? test->points : 0;
}

const char *story_confined(const struct plan *plan,
			   const struct outcome outcomes[])
{
	for (int i = 0; i < plan->n; i++)
		if (outcomes[i].confined[0] != '\0')
			return outcomes[i].confined;
	return "";
}

const char *story_again(const struct outcome *outcome, int pass, char *buf,
			size_t size)
{
	switch (outcome->again[pass].result) {
	case RESULT_NONE: return "";
	case RESULT_PASS:
		snprintf(buf, size, "%.2f s",
			 (double)outcome->again[pass].elapsed_ms / 1000);
		return buf;
	case RESULT_FAIL:
	case RESULT_CUT_SHORT: return "FAIL";
	case RESULT_SKIPPED:
	case RESULT_NOT_BEGUN:
	case RESULT_GRADER_ERROR: break;
	}
	return "error";
}

uint64_t story_seed(const struct test *test, const struct outcome *outcome,
		    const struct options *options)
{
	bool simulated = options->passes[outcome->pass].flavour->simulated;

	return simulated && outcome->has_seed ? outcome->seed : test->seed;
}

/*
 * The command that makes TARGET of TEST in FLAVOUR (for make), with SEED
 * unless that is NULL; to be freed.
 */
static char *command(const char *target, const struct test *test,
		     const char *flavour, const uint64_t *seed,
		     const struct options *options)
{
	char *number = seed == NULL
			       ? text_copy("")
			       : text_format(" SEED=%ju", (uintmax_t)*seed);
	char *line = text_format("make %s TEST=%s%s%s%s%s%s", target,
				 test->full, number,
				 flavour[0] ? " " : "", flavour,
				 options->replay_args[0] ? " " : "",
				 options->replay_args);

	free(number);
	return line;
}

/* The same, as OUTCOME has it. */
static char *command_again(const char *target, const struct test *test,
			   const struct outcome *outcome,
			   const struct options *options)
{
	uint64_t seed = story_seed(test, outcome, options);

	return command(target, test,
		       options->passes[outcome->pass].flavour->make_args,
		       &seed, options);
}

char *story_replay(const struct test *test, const struct outcome *outcome,
		   const struct options *options)
{
	if (options->build_failed != NULL)
		return text_copy("");
	return command_again("grade", test, outcome, options);
}

/*
 * What make needs here besides, if this is for whoever sits here.  A file is
 * for a student, who has the lab and the own files in their place.
 */
static const char *paths_here(const struct options *options, bool in_full)
{
	return !in_full && screen_is_terminal() ? options->replay_paths : "";
}

/* Prints the command LINE with PATHS and, if it is not empty, WHY. */
static void say_command(FILE *to, const char *label, const char *line,
			const char *paths, const char *why)
{
	fprintf(to, "%*s%-*s%s%s%s%s%s\n", INDENT, "", LABEL_WIDTH, label,
		line, paths[0] ? " " : "", paths, why[0] ? " " : "", why);
}

char *story_simulate(const struct test *test, const struct options *options)
{
	const char *paths = paths_here(options, false);
	char *line = command("grade", test, "WORLD=sim", NULL, options);
	char *whole = text_format("%s%s%s", line, paths[0] ? " " : "", paths);

	free(line);
	return whole;
}

/* Of a simulated run a debugger shows exactly what happened. */
static void debugging(FILE *to, const struct test *test,
		      const struct outcome *outcome,
		      const struct options *options, const char *paths)
{
	char *debug;

	if (!outcome_is_failure(outcome) || options->build_failed != NULL ||
	    !options->passes[outcome->pass].flavour->simulated)
		return;
	debug = command_again("debug", test, outcome, options);
	say_command(to, "debug", debug, paths, "");
	free(debug);
}

/*
 * What would tell more of a failure in the plain pass: after a crash
 * AddressSanitizer, and otherwise the simulation, where a failure repeats and
 * each thread is seen.
 */
static void hint(FILE *to, const struct test *test,
		 const struct outcome *outcome, const struct options *options,
		 const char *paths)
{
	bool plain = options->passes[outcome->pass].flavour->make_args[0] ==
		     '\0';
	bool unwritten = strstr(outcome->saw, LAB_TODO_WORDS) != NULL;
	uint64_t seed = story_seed(test, outcome, options);
	char *line;

	if (!outcome_is_failure(outcome) || options->build_failed != NULL ||
	    !plain || unwritten || (!outcome->crashed && !test->simulated))
		return;
	line = outcome->crashed
		       ? command("grade", test, "SAN=address", &seed, options)
		       : command("grade", test, "WORLD=sim", NULL, options);
	say_command(to, "hint", line, paths, outcome->crashed ? "shows where"
		    : "shows what each thread does, if it fails there too");
	free(line);
}

static struct layout layout_of(const char *label, bool in_full, int max_lines)
{
	return (struct layout){
		.label = label,
		.indent = INDENT,
		.label_width = LABEL_WIDTH,
		.width = in_full ? 0 : PAGE_WIDTH,
		.max_lines = in_full ? 0 : max_lines,
	};
}

static void part(FILE *to, const char *label, const char *s, bool in_full,
		 int max_lines)
{
	struct layout layout = layout_of(label, in_full, max_lines);

	text_print(to, &layout, s);
}

/* Prints the details from FROM on, to before END. */
static void some_details(FILE *to, const struct outcome *outcome, int from,
			 int end, bool in_full)
{
	for (int i = from; i < end; i++) {
		struct layout layout = layout_of(i == 0 ? "details" : "",
						 in_full, DETAIL_LINES_MAX);

		layout.hang = DETAIL_HANG;
		text_print(to, &layout, outcome->details[i]);
	}
}

static void left_out(FILE *to, int n, const char *what)
{
	if (n > 0)
		fprintf(to, "%*s... %d %s%s in the log\n",
			INDENT + LABEL_WIDTH, "", n, what, n == 1 ? "" : "s");
}

static bool is_step(const char *detail)
{
	return strncmp(detail, "step ", strlen("step ")) == 0;
}

/* What peers held, and then the steps of the test. */
static void details(FILE *to, const struct outcome *outcome, bool in_full)
{
	int n = outcome->ndetails, steps = 0, shown, last;

	while (steps < n && !is_step(outcome->details[steps]))
		steps++;
	if (in_full) {
		some_details(to, outcome, 0, n, true);
		return;
	}
	shown = steps <= DETAILS_SHOWN_MAX ? steps : DETAILS_SHOWN_MAX - 1;
	some_details(to, outcome, 0, shown, false);
	left_out(to, steps - shown, "more line");
	if (outcome->story[0] != '\0')
		return; /* which has them all, with their times */
	/* Leaving out one step would save nothing. */
	if (n - steps <= STEPS_BEGIN + STEPS_END + 1) {
		some_details(to, outcome, steps, n, false);
		return;
	}
	last = n - STEPS_END;
	some_details(to, outcome, steps, steps + STEPS_BEGIN, false);
	left_out(to, last - steps - STEPS_BEGIN, "more step");
	some_details(to, outcome, last, n, false);
}

/* The end of S from its last LINES lines on. */
static const char *last_lines(const char *s, int lines)
{
	const char *at = s + strlen(s);

	while (at > s && (lines > 0 || at[-1] != '\n'))
		lines -= *--at == '\n' && at[1] != '\0';
	return lines < 0 || *at != '\n' ? at : at + 1;
}

/* No verdict came, so that what was printed has to say why. */
static bool ended_speechless(const struct outcome *outcome)
{
	return outcome->report[0] == '\0' &&
	       (outcome->result == RESULT_CUT_SHORT ||
		(outcome->result == RESULT_GRADER_ERROR &&
		 outcome->expected[0] == '\0'));
}

void story_write(FILE *to, const struct test *test,
		 const struct outcome *outcome, const struct options *options,
		 bool in_full)
{
	const char *here = paths_here(options, in_full);
	char *replay = story_replay(test, outcome, options);
	char *report = in_full ? text_copy(outcome->report)
			       : report_brief(outcome->report);

	if (in_full)
		fprintf(to, "%s: %s, %g/%g points, %.2f s\n", test->full,
			story_status(outcome), story_score(test, outcome),
			test->points, (double)outcome->elapsed_ms / 1000);
	part(to, "about", test->about, in_full, LINES_MAX);
	part(to, "expected", outcome->expected, in_full, LINES_MAX);
	part(to, "happened", outcome->saw, in_full, LINES_MAX);
	details(to, outcome, in_full);
	trace_print(to, outcome, in_full);
	part(to, outcome_is_advice(outcome) ? "advice" : "report", report,
	     in_full, REPORT_LINES_MAX);
	if (!in_full && ended_speechless(outcome))
		part(to, "printed",
		     last_lines(outcome->output, PRINTED_LINES_MAX), in_full,
		     PRINTED_LINES_MAX);
	if (outcome->runs > 1 && !outcome_is_fault(outcome))
		fprintf(to, "%*s%-*sthe judge did not begin at first: this "
			"was run %d\n", INDENT, "", LABEL_WIDTH, "machine",
			outcome->runs);
	if (outcome->runs > 0 && replay[0] != '\0')
		say_command(to, "replay", replay, here, "");
	debugging(to, test, outcome, options, here);
	hint(to, test, outcome, options, here);
	if (!in_full)
		part(to, "in full", outcome->log, true, 1);
	free(report);
	free(replay);
}

char *story_text(const struct test *test, const struct outcome *outcome,
		 const struct options *options)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		machine_error("no memory left for a report");
	story_write(to, test, outcome, options, true);
	if (outcome->result != RESULT_PASS && outcome->output[0] != '\0')
		fprintf(to, "\nprinted:\n%s", outcome->output);
	if (fclose(to) != 0)
		machine_error("no memory left for a report");
	return text;
}
