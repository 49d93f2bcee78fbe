/*
 * patience.c - clerks that nobody hears for a while: they go on, or give up
 * if they were told to.
 *
 * What a clerk has given up may have been executed, or may be later; only what
 * it says was executed must have been, once.  How long a clerk takes is judged
 * where time is virtual.  On real threads it only has to come back.
 */
#include <stdio.h>

#include "grader/judge/ask.h"
#include "grader/judge/service.h"

#define SOON_MS 30000

static const struct faults nothing;

/* What came back as IT came to STATUS. */
static void expect_return(struct cluster *c, struct returned it,
			  enum kv_status status, const char *expected)
{
	expect_that(c, it.status == status, expected, "it returned %s",
		    status_name((int)it.status));
}

static int64_t lasted_ms(struct returned it)
{
	return it.returned_ms - it.called_ms;
}

/* Where time is virtual, IT came back within MS. */
static void expect_within(struct cluster *c, struct returned it, int64_t ms,
			  const char *expected)
{
	if (simulated(c))
		expect_that(c, lasted_ms(it) <= ms, expected, "it came back "
			    "after %lld ms", (long long)lasted_ms(it));
}

/* Lets CLERK append number *N and a semicolon to "k", and counts it. */
static struct returned append_next(struct cluster *c, int clerk, int *n)
{
	char bytes[16];

	snprintf(bytes, sizeof(bytes), "%d;", ++*n);
	begin(c, clerk, DO_APPEND, text("k"), text(bytes));
	return await(c, clerk, SOON_MS);
}

/* On a slow machine its patience may end although nothing is in its way. */
#define TRIES_MAX 100

/* Lets CLERK append numbers until one is executed. */
static void must_append_next(struct cluster *c, int clerk, int *n)
{
	struct returned it = { .status = KV_RETRY };

	for (int i = 0; i < TRIES_MAX && it.status == KV_RETRY; i++)
		it = append_next(c, clerk, n);
	expect_return(c, it, KV_OK, "an Append of a clerk that all servers "
		      "can hear is executed (KV_OK)");
}

GRADED(patience, what_was_given_up, .part = "B", .points = 3, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 35000,
       .about = "What comes after a request that was given up is another one")
{
	/* Twice a clerk of little patience loses all replies, until it gives
	 * up an Append that was executed all the same.  The next one is no
	 * repetition of that: whatever returns KV_OK is there, once. */
	struct cluster *c = service_up(3);
	const struct faults no_replies = { .lose_reply = 1 };
	int me = clerk_with_patience(c, simulated(c) ? 2000 : 500);
	int reader = clerk(c), n = 0;

	for (int round = 0; round < 2; round++) {
		must_append_next(c, me, &n);
		clerk_faults(c, me, &no_replies);
		expect_return(c, append_next(c, me, &n), KV_RETRY, "an Append "
			      "whose replies are lost is given up (KV_RETRY)");
		clerk_faults(c, me, &nothing);
		must_append_next(c, me, &n);
		get(c, reader, text("k"));
	}
}

/* A turn over this many servers takes long if none answers. */
#define MANY_SERVERS 7

/* So many time-outs of calls are forgiven to who is to come back: that of the
 * call under way, and one for a pause. */
#define FORGIVEN_MS (5 * RPC_TIMEOUT_MS / 2)

GRADED(patience, lasts_as_long_as_told, .part = "B", .points = 3, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 20000,
       .about = "A clerk gives up when its patience is over, not earlier")
{
	/* No server hears the clerk.  In the simulation it learns of each
	 * loss by the time-out of the call, so that a turn over all servers
	 * takes longer than its patience.  Then the same, but the servers can
	 * hear it before that is over. */
	struct cluster *c = service_up(MANY_SERVERS);
	int patience_ms = (simulated(c) ? 4 : 1) * RPC_TIMEOUT_MS;
	struct faults unheard = {
		.lose_request = 1,
		.loss_notice = simulated(c) ? LOSS_BY_TIMEOUT : LOSS_AT_ONCE,
	};
	int me = clerk_with_patience(c, patience_ms);
	/* Who stops before a call that would take too long is forgiven. */
	int64_t least_ms = patience_ms * 3 / 4;
	struct returned it;

	clerk_faults(c, me, &unheard);
	begin(c, me, DO_PUT, text("k"), text("v"));
	it = await(c, me, SOON_MS);
	expect_return(c, it, KV_RETRY, "a Put that no server hears is given "
		      "up (KV_RETRY) when the clerk's patience is over");
	expect_that(c, lasted_ms(it) >= least_ms, "a clerk tries for as long "
		    "as its patience lasts", "it gave up after %lld of %d ms",
		    (long long)lasted_ms(it), patience_ms);
	expect_within(c, it, patience_ms + FORGIVEN_MS, "a clerk gives up "
		      "when its patience is over");

	begin(c, me, DO_GET, text("k"), VALUE_EMPTY);
	run_for(c, patience_ms / 4);
	clerk_faults(c, me, &nothing);
	it = await(c, me, SOON_MS);
	expect_that(c, it.status == KV_OK || lasted_ms(it) >= least_ms,
		    "a clerk that is heard in time is answered",
		    "it returned %s after %lld of %d ms",
		    status_name((int)it.status), (long long)lasted_ms(it),
		    patience_ms);
}

GRADED(patience, ends_when_killed, .part = "B", .points = 3, .todo = 16,
       .steps = 8000,
       .needs = "clerk/one_after_the_other",
       .about = "kv_clerk_kill() ends the call under way, and all later ones")
{
	/* No server hears the clerk, which has all the patience there is and
	 * learns of each loss by the time-out of the call.  It is killed
	 * during the first one, not when it has been to all servers.  Later
	 * it could be heard again. */
	struct cluster *c = service_up(MANY_SERVERS);
	const struct faults unheard = { .lose_request = 1,
					.loss_notice = LOSS_BY_TIMEOUT };
	int me = clerk(c), other = clerk(c);
	struct returned it;

	append(c, me, text("k"), text("a"));
	clerk_faults(c, me, &unheard);
	begin(c, me, DO_APPEND, text("k"), text("b"));
	run_for(c, RPC_TIMEOUT_MS / 2);
	clerk_kill(c, me);
	it = await(c, me, SOON_MS);
	expect_return(c, it, KV_RETRY, "the call under way of a clerk that is "
		      "killed returns KV_RETRY");
	expect_within(c, it, RPC_TIMEOUT_MS / 2 + FORGIVEN_MS,
		      "it does so soon");
	clerk_faults(c, me, &nothing);
	begin(c, me, DO_GET, text("k"), VALUE_EMPTY);
	it = await(c, me, SOON_MS);
	expect_return(c, it, KV_RETRY, "a later call of it returns KV_RETRY, "
		      "too");
	expect_within(c, it, FORGIVEN_MS, "that does so soon, too");
	expect_get(c, other, text("k"), text("a"));
}

/* Whoever pauses between two turns does so for less than this. */
#define PAUSE_MAX_MS 15000

GRADED(patience, outlasts_silence, .part = "B", .points = 1, .todo = 16,
       .needs = "lossy/appends_once",
       .steps = 30000,
       .about = "However long nobody heard a clerk, soon after it is answered")
{
	/* No server hears two clerks for so long that a pause which doubled
	 * each time would by now be as long as all of that.  One of them
	 * knows all servers, the other one server only. */
	struct cluster *c = service_up(3);
	const struct faults unheard = { .lose_request = 1 };
	int silence_ms = simulated(c) ? 50000 + draw_below(c, 50000) : 500;
	int clerks[2] = { clerk(c), clerk_of(c, "1") };

	for (int i = 0; i < 2; i++) {
		clerk_faults(c, clerks[i], &unheard);
		begin(c, clerks[i], DO_PUT, text(i == 0 ? "k" : "l"),
		      text("v"));
	}
	run_for(c, silence_ms);
	for (int i = 0; i < 2; i++)
		clerk_faults(c, clerks[i], &nothing);
	for (int i = 0; i < 2; i++) {
		struct returned it = await(c, clerks[i], SOON_MS);

		expect_return(c, it, KV_OK, "a clerk without an end to its "
			      "patience is answered");
		expect_within(c, it, silence_ms + PAUSE_MAX_MS, "a clerk is "
			      "answered soon after the servers can hear it "
			      "again");
	}
	expect_get(c, clerks[0], text("l"), text("v"));
	expect_get(c, clerks[1], text("k"), text("v"));
}
