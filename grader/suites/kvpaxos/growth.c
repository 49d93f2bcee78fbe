/*
 * growth.c - what servers keep, and what they must keep.
 *
 * A log entry that every server has executed is needed no more, and of a
 * client only its last request.
 */
#include <stdio.h>

#include "grader/judge/ask.h"
#include "grader/judge/service.h"

#define SOON_MS 30000

/* A value that cannot be overlooked: 256 KiB. */
#define BIG_BYTES (1 << 18)

/* How often to look whether memory has been given back. */
#define LOOK_MS 20
#define LOOKS_MAX 300

/*
 * Lets all three servers of C execute something, by way of their CLERKS, so
 * that each learns what the others have done, and says so.
 */
static void exchange(struct cluster *c, const int clerks[3])
{
	for (int i = 0; i < 3; i++)
		put(c, clerks[i], text("other"), text("v"));
	run_for(c, LOOK_MS);
}

/* Waits until at most BYTES are live. */
static void expect_memory(struct cluster *c, const int clerks[3],
			  int64_t bytes, const char *expected)
{
	int64_t now = live_memory(c).bytes;

	for (int i = 0; i < LOOKS_MAX && now > bytes; i++) {
		exchange(c, clerks);
		now = live_memory(c).bytes;
	}
	expect_that(c, now <= bytes, expected, "%lld KiB are live, at most "
		    "%lld were expected", (long long)now / 1024,
		    (long long)bytes / 1024);
}

GRADED(growth, log_is_forgotten, .part = "B", .points = 4, .todo = 17,
       .needs = "clerk/one_after_the_other",
       .steps = 270000, .scripted = true,
       .about = "What all servers have executed leaves the log")
{
	/* A key is overwritten with 256 KiB, 20 times, through every server.
	 * In the end three servers need 256 KiB each for it.  Twice as much
	 * is allowed, so neither the old values nor their log entries can be
	 * there any more. */
	struct cluster *c = service_up(3);
	int clerks[3] = { clerk_of(c, "0"), clerk_of(c, "1"),
			  clerk_of(c, "2") };
	struct value last = VALUE_EMPTY;

	for (int i = 0; i < 20; i++) {
		last = draw_bytes(c, BIG_BYTES);
		put(c, clerks[i % 3], text("k"), last);
	}
	expect_memory(c, clerks, 3 * 2 * BIG_BYTES,
		      "memory falls to twice of what the table holds");
	expect_get(c, clerks[1], text("k"), last);
}

GRADED(growth, answers_for_nobody, .part = "B", .points = 2, .todo = 17,
       .needs = "growth/log_is_forgotten", .raceless = true,
       .steps = 25000,
       .about = "A result that nobody waits for any more is not kept")
{
	/* Server 0 is cut off when it is asked for a value of 256 KiB, until
	 * it lets the client try elsewhere, or the client gives up.  Then it
	 * is back, and executes the Get all the same.  Four times; in the end
	 * not half of these results can be there. */
	struct cluster *c = service_up(3);
	int clerks[3] = { clerk_of(c, "0"), clerk_of(c, "1"),
			  clerk_of(c, "2") };
	struct value got;
	int64_t before;

	put(c, clerks[0], text("k"), draw_bytes(c, BIG_BYTES));
	for (int i = 0; i < 5; i++)
		exchange(c, clerks);
	before = live_memory(c).bytes;
	for (int i = 0; i < 4; i++) {
		partition(c, "0 | 1 2");
		ask_get(c, 0, text("k"), &got);
		heal(c);
		exchange(c, clerks);
	}
	expect_memory(c, clerks, before + 2 * BIG_BYTES,
		      "after four Gets that nobody waited for memory is what "
		      "it was");
}

GRADED(growth, keeps_for_the_absent, .part = "B", .points = 4, .todo = 16,
       .needs = "split/majority_goes_on",
       .steps = 20000,
       .about = "A server that was away can still learn all that it missed")
{
	/* Server 2 is cut off during 30 Appends.  When it is back it must
	 * still be told all of them, although the others have long executed
	 * them; so nobody may have said Done for it. */
	struct cluster *c = service_up(3);
	int me = clerk_of(c, "0 1"), there = clerk_of(c, "2");

	append(c, there, text("k"), text("("));
	partition(c, "0 1 | 2");
	for (int i = 0; i < 30; i++)
		append(c, me, text("k"), text("a"));
	heal(c);
	append(c, me, text("k"), text(")"));
	expect_get(c, there, text("k"),
		   text("(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"));
	append(c, there, text("k"), text("."));
	expect_get(c, me, text("k"),
		   text("(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)."));
}

GRADED(growth, clients_are_few_requests_many, .part = "B", .points = 4,
       .todo = 17, .needs = "growth/log_is_forgotten",
       .steps = 240000, .scripted = true,
       .about = "What is remembered of a client does not grow")
{
	/* Eight clerks make 50 requests each on one key, and then five times
	 * 20.  A server that kept but 16 bytes for each of these would need
	 * 38 KiB more in the end.  (Not thousands: who looks every 10 ms
	 * whether an entry is decided has time for these.  Not in one go: a
	 * table that had to grow for all that is not yet forgotten may keep
	 * its size.) */
	struct cluster *c = service_up(3);
	int each[3] = { clerk_of(c, "0"), clerk_of(c, "1"),
			clerk_of(c, "2") };
	int clerks[8];
	int64_t before;

	for (int i = 0; i < 8; i++) {
		clerks[i] = clerk_of(c, "0 1 2");
		work(c, clerks[i], .operations = 50, .puts = 100);
	}
	wait_for_clerks(c, SOON_MS);
	for (int i = 0; i < 5; i++)
		exchange(c, each);
	before = live_memory(c).bytes;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 8; i++)
			work(c, clerks[i], .operations = 20, .puts = 100);
		wait_for_clerks(c, SOON_MS);
		exchange(c, each);
	}
	expect_memory(c, each, before + 16 * 1024,
		      "after 800 requests memory is what it was");
}

/* The client ID says goodbye, and is heard. */
static void must_close(struct cluster *c, int server, uint64_t id)
{
	int status = KV_RETRY;

	for (int i = 0; i < 20 && !is_answer(status); i++)
		status = ask_close(c, (server + i) % 3, id);
	expect_that(c, is_answer(status), "a goodbye is answered", "%s",
		    status_name(status));
}

GRADED(growth, clients_come_and_go, .part = "B", .points = 2, .todo = 18,
       .needs = "server/forgets_who_says_goodbye", .raceless = true,
       .steps = 150000, .scripted = true,
       .about = "Of a client that has said goodbye nothing is left")
{
	/* Four hundred clients get an identity and say goodbye.  A server
	 * that kept but 40 bytes of each would need 16 KB in the end. */
	struct cluster *c = service_up(3);
	int each[3] = { clerk_of(c, "0"), clerk_of(c, "1"),
			clerk_of(c, "2") };
	int64_t before = 0;

	for (int i = 0; i < 420; i++) {
		if (i == 20) {
			for (int j = 0; j < 5; j++)
				exchange(c, each);
			before = live_memory(c).bytes;
		}
		must_close(c, i % 3, must_open(c, i % 3));
	}
	expect_memory(c, each, before + 24 * 1024,
		      "after 400 clients have gone memory is what it was");
}

GRADED(growth, gets_leave_nothing, .part = "B", .points = 2, .todo = 17,
       .needs = "growth/log_is_forgotten", .raceless = true,
       .steps = 60000, .scripted = true,
       .about = "What a Get has returned is not kept")
{
	/* A value of 16 KiB is asked for fifty times at each server. */
	struct cluster *c = service_up(3);
	int each[3] = { clerk_of(c, "0"), clerk_of(c, "1"),
			clerk_of(c, "2") };
	int64_t before;

	put(c, each[0], text("k"), draw_bytes(c, BIG_BYTES / 16));
	for (int i = 0; i < 5; i++)
		exchange(c, each);
	before = live_memory(c).bytes;
	for (int i = 0; i < 150; i++)
		get(c, each[i % 3], text("k"));
	expect_memory(c, each, before + BIG_BYTES,
		      "after 150 Gets memory is what it was");
}

GRADED(growth, nothing_left, .part = "B", .points = 1, .todo = 17,
       .needs = "growth/log_is_forgotten", .raceless = true,
       .steps = 27000, .scripted = true,
       .about = "kv_server_free() leaves nothing behind")
{
	/* Sixty clients write 1 KiB each, to keys of their own.  When the
	 * servers have been killed and freed, neither keys nor values nor
	 * clients are there any more. */
	struct cluster *c = service(.servers = 3, .absent = "0 1 2");
	int64_t before = live_memory(c).bytes, left;
	char key[16];

	for (int server = 0; server < 3; server++)
		peer_open(c, server);
	for (int i = 0; i < 60; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		must_append(c, i % 3, must_open(c, i % 3), 1, text(key),
			    draw_bytes(c, 1024));
	}
	for (int server = 0; server < 3; server++)
		peer_kill(c, server);
	left = live_memory(c).bytes;
	for (int i = 0; i < LOOKS_MAX && left > before + 4096; i++) {
		run_for(c, LOOK_MS);
		left = live_memory(c).bytes;
	}
	expect_that(c, left <= before + 4096, "nothing is live that killed "
		    "and freed servers had allocated", "%lld bytes are",
		    (long long)(left - before));
}
