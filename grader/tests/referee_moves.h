/*
 * referee_moves.h - messages between peers before the eyes of a referee, for
 * its tests.
 *
 * Threads: one.  Memory: static.  Errors: a failed assertion.
 */
#ifndef GRADER_TESTS_REFEREE_MOVES_H
#define GRADER_TESTS_REFEREE_MOVES_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "grader/referee/referee.h"
#include "paxos/protocol.h"

#define SEQ 7

static struct referee *r;
static int64_t now_us;
static int64_t nothing_done[PEERS_MAX];

static void moves_init(void)
{
	for (int i = 0; i < PEERS_MAX; i++)
		nothing_done[i] = -1;
	r = referee_make();
	referee_open(r, 3, 0);
}

static void moves_fini(void)
{
	referee_free(r);
}

static struct mark bytes(const char *s)
{
	return mark_of((struct value){ (unsigned char *)(uintptr_t)s,
				       strlen(s) });
}

static struct request_seen request(enum message_kind kind, int from,
				   int64_t n, const char *v)
{
	return (struct request_seen){ kind, from, SEQ, n, bytes(v),
				      nothing_done };
}

/* FROM sends a request; nothing has come of it. */
static void sends(enum message_kind kind, int from, int64_t n, const char *v)
{
	struct request_seen req = request(kind, from, n, v);

	referee_sends(r, from, &req, ++now_us);
}

/* A request of FROM's is in the hands of TO's handler. */
static struct handling reaches(enum message_kind kind, int from, int to,
			       int64_t n, const char *v)
{
	struct request_seen req = request(kind, from, n, v);
	struct handling h;

	referee_handles(r, to, &req, ++now_us, &h);
	return h;
}

static void replies(struct handling h, int said, int64_t accepted,
		    const char *v)
{
	struct reply_seen reply = { said, 0, accepted, bytes(v),
				    nothing_done };

	referee_replied(r, &h, &reply, ++now_us);
}

/* A prepare and its promise, which reports V under ACCEPTED. */
static void promises(int from, int to, int64_t n, int64_t accepted,
		     const char *v)
{
	sends(MESSAGE_PREPARE, from, n, "");
	replies(reaches(MESSAGE_PREPARE, from, to, n, ""), OUTCOME_OK,
		accepted, v);
}

static void accepts(int from, int to, int64_t n, const char *v)
{
	sends(MESSAGE_ACCEPT, from, n, v);
	replies(reaches(MESSAGE_ACCEPT, from, to, n, v), OUTCOME_OK, 0, "");
}

static void silent(void)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(a == NULL, "%s: %s", a->expected, a->saw);
}

/* There is an accusation, of RULE, that says HOW. */
static void accuses(const char *rule, const char *how)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(a != NULL, "no accusation about %s", rule);
	cr_assert_eq(a->seq, SEQ);
	cr_assert(strstr(a->expected, rule) != NULL, "not about %s: %s", rule,
		  a->expected);
	cr_assert(strstr(a->saw, how) != NULL, "not \"%s\": %s", how, a->saw);
}

static void shows(int message, const char *how)
{
	const struct accusation *a = referee_accusation(r);

	cr_assert(strstr(a->messages[message], how) != NULL, "not \"%s\": %s",
		  how, a->messages[message]);
}

#endif
