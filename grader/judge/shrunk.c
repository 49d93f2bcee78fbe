/*
 * shrunk.c - what a search has left of a run, for people and for programs.
 *
 * Invariant: the kinds of harm are those of labrpc/sim/harm.h, in its order.
 *
 * No locks: no state.
 */
#include <inttypes.h>
#include <stdio.h>

#include "grader/judge/shrink.h"
#include "labrpc/fatal.h"
#include "labrpc/sim/harm.h"

static const char *const kinds[HARM_KINDS] = {
	[HARM_LOST_REQUEST] = "request_lost", [HARM_LOST_REPLY] = "reply_lost",
	[HARM_DOUBLED] = "request_doubled", [HARM_LATE] = "request_late",
	[HARM_HELD] = "reply_held", [HARM_SLOW] = "slow",
	[HARM_STALL] = "stall", [HARM_WAKE] = "wake", [HARM_TURN] = "turns",
};

/* It comes from the host, so it may be anything. */
static const char *harm_word(enum sim_harm kind)
{
	return kind < HARM_KINDS ? kinds[kind] : "unknown";
}

static int count_taken(const struct omittable *found)
{
	int n = 0;

	for (int i = 0; i < found->nsteps; i++)
		n += !found->out[i];
	return n;
}

char *shrink_words(const struct shrunk *s)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		lab_fatal("no memory for the words of a search");
	fprintf(to, "shrunk in %d run%s:", s->runs, s->runs == 1 ? "" : "s");
	if (s->complete)
		fprintf(to, " chance strikes %zu times instead of %zu",
			s->nharms, s->harms_before);
	else
		fprintf(to, " what chance does is not known");
	if (count_taken(&s->found) < s->found_before.nsteps)
		fprintf(to, ", the test does %d of %d things",
			count_taken(&s->found), s->found_before.nsteps);
	if (s->best->operations > 0)
		fprintf(to, ", each clerk %d of %d operations",
			s->best->operations, s->found_before.operations);
	if (fclose(to) != 0)
		lab_fatal("no memory for the words of a search");
	return text;
}

static json_t *harm_json(uint64_t name)
{
	struct harm harm = harm_read(name);

	if (harm.kind < HARM_SLOW)
		return json_pack("{s:s, s:i, s:i, s:i, s:I}", "kind",
				 harm_word(harm.kind), "from", harm.from, "to",
				 harm.to, "procedure", (int)harm.proc, "nth",
				 (json_int_t)harm.nth);
	if (harm.kind == HARM_SLOW)
		return json_pack("{s:s, s:i, s:i, s:i, s:I, s:b}", "kind",
				 harm_word(harm.kind), "from", harm.from, "to",
				 harm.to, "procedure", (int)harm.proc, "nth",
				 (json_int_t)harm.nth, "reply", harm.reply);
	return json_pack("{s:s, s:I}", "kind", harm_word(harm.kind), "nth",
			 (json_int_t)harm.nth);
}

json_t *shrink_json(const struct shrunk *s)
{
	json_t *off = json_array(), *harms = json_array();
	json_t *seqs = json_array();

	for (int kind = 0; kind < HARM_KINDS; kind++)
		if (s->best->mercy >> kind & 1)
			json_array_append_new(off, json_string(kinds[kind]));
	for (size_t i = 0; i < s->nharms && s->complete; i++)
		json_array_append_new(harms, harm_json(s->harms[i]));
	for (int i = 0; i < s->best->nseqs; i++)
		json_array_append_new(seqs, json_integer(s->best->seqs[i]));
	return json_pack("{s:i, s:I, s:o, s:o, s:b, s:I, s:o, s:i, s:i, s:i}",
			 "runs", s->runs, "salt", (json_int_t)s->best->salt,
			 "off", off, "harms", harms,
			 "all_harms", s->complete, "harms_before",
			 (json_int_t)s->harms_before, "instances_left_out",
			 seqs, "steps", count_taken(&s->found),
			 "steps_before", s->found_before.nsteps,
			 "operations", s->best->operations);
}
