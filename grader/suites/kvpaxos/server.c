/*
 * server.c - servers alone.
 *
 * Three servers are yours; the client is played by the test.  It makes the
 * requests of kv.x one by one, at whichever server it likes, and the same one
 * again, as a client does that has lost a reply.  No clerk of yours is needed.
 * A request is repeated under the same number until it is executed, unless a
 * test says otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "grader/judge/ask.h"
#include "grader/judge/service.h"

GRADED(server, refuses_what_is_too_large, .part = "B", .points = 2,
       .todo = 11, .needs = "basic/many_proposers_many_values",
       .steps = 20000, .scripted = true,
       .about = "Keys and values beyond their bounds are KV_TOO_LARGE")
{
	/* One byte too many, each time.  That is an answer, whoever asks and
	 * whatever he asks for; it needs no agreement. */
	struct cluster *c = service_up(3);
	struct value key = draw_bytes(c, KV_KEY_MAX + 1), got;
	struct value val = draw_bytes(c, KV_VALUE_MAX + 1);

	expect_status(c, "a Get of a key that is too long",
		      ask_get(c, 0, key, &got), KV_TOO_LARGE);
	expect_status(c, "a Put to a key that is too long",
		      ask_put(c, 1, 1, 1, key, text("v")), KV_TOO_LARGE);
	expect_status(c, "a Put of a value that is too long",
		      ask_put(c, 2, 1, 1, text("k"), val), KV_TOO_LARGE);
	expect_status(c, "an Append of a value that is too long",
		      ask_append(c, 0, 1, 1, text("k"), val), KV_TOO_LARGE);
}

/* A server may say KV_RETRY, or nothing: then nobody knows, and it is asked
 * again, at most this often. */
#define TRIES_MAX 20

/* What ASK, ask_put() or ask_append(), comes to in the end. */
static int answer_to(int (*ask)(struct cluster *c, int server,
				uint64_t client, uint64_t number,
				struct value key, struct value v),
		     struct cluster *c, int server, uint64_t client,
		     uint64_t number, struct value key, struct value v)
{
	int status = KV_RETRY;

	for (int i = 0; i < TRIES_MAX && !is_answer(status); i++)
		status = ask(c, server, client, number, key, v);
	return status;
}

/* What a goodbye comes to in the end. */
static int close_in_the_end(struct cluster *c, int server, uint64_t client)
{
	int status = KV_RETRY;

	for (int i = 0; i < TRIES_MAX && !is_answer(status); i++)
		status = ask_close(c, server, client);
	return status;
}

/* What a goodbye does. */
static int close_answer(struct cluster *c, int server, uint64_t client)
{
	int status = ask_close(c, server, client);

	if (is_answer(status))
		return status;
	status = close_in_the_end(c, server, client);
	/* The first may have been heard, and only its answer was not. */
	return status == KV_NO_CLIENT ? KV_OK : status;
}

static void must_put(struct cluster *c, int server, uint64_t client,
		     uint64_t number, struct value key, struct value v)
{
	expect_status(c, "a Put",
		      answer_to(ask_put, c, server, client, number, key, v),
		      KV_OK);
}

static void expect_too_large(struct cluster *c, int server, uint64_t client,
			     uint64_t number, struct value key,
			     struct value v)
{
	expect_status(c, "an Append beyond the bound",
		      answer_to(ask_append, c, server, client, number, key, v),
		      KV_TOO_LARGE);
}

/* KEY holds V, whichever server is asked first. */
static void expect_at(struct cluster *c, int server, struct value key,
		      struct value v)
{
	char wanted[VALUE_DESCRIBED_BYTES], saw[VALUE_DESCRIBED_BYTES];
	char expected[VALUE_DESCRIBED_BYTES + 32];
	struct value got = must_get(c, server, key);

	snprintf(expected, sizeof(expected), "the key holds %s",
		 value_describe(v, wanted, sizeof(wanted)));
	expect_that(c, value_equal(got, v), expected,
		    "at server %d it holds %s", server,
		    value_describe(got, saw, sizeof(saw)));
}

GRADED(server, puts_gets_and_appends, .part = "B", .points = 4, .todo = 15,
       .steps = 8000, .scripted = true,
       .needs = "server/refuses_what_is_too_large",
       .about = "One table, whichever server is asked")
{
	/* Every step at another server.  A key that was never written holds
	 * no bytes. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);

	expect_at(c, 1, text("a"), VALUE_EMPTY);
	must_put(c, 2, me, 1, text("a"), text("one"));
	expect_at(c, 0, text("a"), text("one"));
	must_append(c, 1, me, 2, text("a"), text("+two"));
	expect_at(c, 2, text("a"), text("one+two"));
	must_append(c, 0, me, 3, text("b"), text("three"));
	must_put(c, 1, me, 4, text("a"), text("four"));
	for (int server = 0; server < 3; server++) {
		expect_at(c, server, text("a"), text("four"));
		expect_at(c, server, text("b"), text("three"));
	}
}

GRADED(server, any_bytes, .part = "B", .points = 3, .todo = 15,
       .needs = "server/puts_gets_and_appends",
       .steps = 60000, .scripted = true,
       .about = "Keys and values of any bytes, up to their bounds")
{
	/* No bytes, zeros, and the longest there are, two keys of them alike
	 * but for their last bytes, and one the beginning of another.  An
	 * Append may fill a key to its bound.  One that would exceed it is
	 * refused, however often it is made, and changes nothing, not even as
	 * far as there is room. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);
	struct value key = draw_bytes(c, KV_KEY_MAX);
	struct value alike = draw_bytes(c, KV_KEY_MAX);
	struct value most = draw_bytes(c, KV_VALUE_MAX);
	struct value start = { most.data, most.len - 1 };
	struct value end = { most.data + most.len - 1, 1 };
	struct value zeros = { (unsigned char[]){ 0, 'a', 0 }, 3 };
	struct value zero = { (unsigned char[]){ 0 }, 1 };

	memcpy(alike.data, key.data, KV_KEY_MAX);
	alike.data[KV_KEY_MAX - 1] ^= 1;
	must_put(c, 0, me, 1, VALUE_EMPTY, zeros);
	must_put(c, 0, me, 2, zero, text("zero"));
	must_put(c, 0, me, 3, key, start);
	expect_too_large(c, 1, me, 4, key, text("xy"));
	must_append(c, 1, me, 5, key, end);
	must_put(c, 2, me, 6, alike, text("alike"));
	must_append(c, 0, me, 7, zero, zeros);
	must_put(c, 1, me, 8, zeros, text("zeros"));
	expect_at(c, 1, VALUE_EMPTY, zeros);
	expect_at(c, 1, zero, (struct value){ (unsigned char *)"zero\0a", 7 });
	expect_at(c, 0, zeros, text("zeros"));
	expect_at(c, 2, key, most);
	for (int server = 0; server < 3; server++)
		expect_too_large(c, server, me, 9, key, text("x"));
	must_append(c, 2, me, 10, key, VALUE_EMPTY);
	must_put(c, 1, me, 11, zero, VALUE_EMPTY);
	expect_at(c, 0, key, most);
	expect_at(c, 1, alike, text("alike"));
	expect_at(c, 2, zero, VALUE_EMPTY);
}

GRADED(server, refused_stays_refused, .part = "B", .points = 2, .todo = 15,
       .needs = "server/any_bytes",
       .steps = 40000, .scripted = true, .raceless = true,
       .about = "A request that was refused is refused when it comes again")
{
	/* The second Append is too long for the key.  Before the client asks
	 * again, another one has made room: that Append would fit by now, but
	 * it has had its answer. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0), other = must_open(c, 1);

	must_put(c, 0, me, 1, text("k"), draw_bytes(c, KV_VALUE_MAX));
	expect_too_large(c, 0, me, 2, text("k"), text("x"));
	must_put(c, 1, other, 1, text("k"), text("short"));
	for (int server = 0; server < 3; server++)
		expect_too_large(c, server, me, 2, text("k"), text("x"));
	must_append(c, 2, me, 3, text("k"), text("y"));
	expect_at(c, 0, text("k"), text("shorty"));
}

GRADED(server, same_request_again, .part = "B", .points = 4, .todo = 15,
       .steps = 15000, .scripted = true,
       .needs = "server/puts_gets_and_appends",
       .about = "A request is executed once, whoever is asked again")
{
	/* The client heard no reply, and repeats its Append, and later its
	 * Put, at the same server and at others.  They all say KV_OK. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 1);

	for (uint64_t number = 1; number <= 4; number++)
		for (int server = 0; server < 3; server++)
			for (int times = 0; times < 2; times++)
				must_append(c, (server + (int)number) % 3, me,
					    number, text("k"), text("x"));
	must_put(c, 0, me, 5, text("l"), text("x"));
	must_append(c, 1, must_open(c, 2), 1, text("l"), text("y"));
	for (int server = 0; server < 3; server++)
		must_put(c, server, me, 5, text("l"), text("x"));
	for (int server = 0; server < 3; server++)
		expect_at(c, server, text("k"), text("xxxx"));
	expect_at(c, 0, text("l"), text("xy"));
}

GRADED(server, requests_are_known_by_client, .part = "B", .points = 3,
       .todo = 15, .needs = "server/same_request_again",
       .steps = 6000, .scripted = true,
       .about = "The same words of two clients are two requests")
{
	/* Two clients append the same bytes to the same key under the same
	 * number; one of them does so to another key as well, and once more
	 * under the next number.  All of that happens. */
	struct cluster *c = service_up(3);
	uint64_t a = must_open(c, 0), b = must_open(c, 0);

	expect_that(c, a != b, "two clients get two identities",
		    "both are client %llu", (unsigned long long)a);
	must_append(c, 0, a, 1, text("k"), text("x"));
	must_append(c, 0, b, 1, text("k"), text("x"));
	must_append(c, 1, b, 2, text("l"), text("x"));
	must_append(c, 2, b, 3, text("k"), text("x"));
	must_append(c, 2, a, 2, text("l"), text("x"));
	expect_at(c, 0, text("k"), text("xxx"));
	expect_at(c, 1, text("l"), text("xx"));
}

GRADED(server, old_requests_change_nothing, .part = "B", .points = 2,
       .todo = 15, .needs = "server/same_request_again",
       .steps = 6000, .scripted = true,
       .about = "A late copy of an earlier request is KV_STALE")
{
	/* The client has gone on to request 3 when copies of 1 and 2 come
	 * out of the network.  Requests that it gave up, which nobody has
	 * heard of, leave gaps in the numbers, and those have 64 bits. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);
	const uint64_t far = (UINT64_C(1) << 32) + 2;

	for (uint64_t number = 1; number <= 3; number++)
		must_append(c, 0, me, number, text("k"), text("x"));
	expect_status(c, "request 1 after request 3",
		      answer_to(ask_append, c, 1, me, 1, text("k"), text("x")),
		      KV_STALE);
	expect_status(c, "request 2 after request 3",
		      answer_to(ask_put, c, 2, me, 2, text("k"), text("y")),
		      KV_STALE);
	must_append(c, 1, me, 5, text("k"), text("z"));
	must_append(c, 2, me, far, text("k"), text("!"));
	expect_status(c, "request 6 after one far beyond",
		      answer_to(ask_append, c, 0, me, 6, text("k"), text("y")),
		      KV_STALE);
	expect_at(c, 2, text("k"), text("xxxz!"));
}

GRADED(server, every_request_comes_twice, .part = "B", .points = 4,
       .todo = 15, .needs = "server/same_request_again",
       .steps = 20000,
       .about = "Two copies at once are executed once")
{
	/* The network doubles every message, so both copies are there before
	 * either is executed.  Only the log can tell which was first. */
	struct cluster *c = service_up(3);
	const struct faults doubled = { .duplicate = 1, .delay_max_ms = 2 };
	uint64_t me = must_open(c, 0);

	faults_are(c, &doubled);
	for (uint64_t number = 1; number <= 15; number++)
		must_append(c, (int)number % 3, me, number, text("k"),
			    text("x"));
	faults(c, "reliable");
	for (int server = 0; server < 3; server++)
		expect_at(c, server, text("k"), text("xxxxxxxxxxxxxxx"));
}

GRADED(server, two_servers_propose_it, .part = "B", .points = 4, .todo = 15,
       .steps = 8000,
       .needs = "server/same_request_again",
       .about = "A request in the log through two servers happens once")
{
	/* Server 0 is cut off when it gets the request, so the client tries
	 * server 1, where it is executed.  Then server 0 is back and is asked
	 * again before it can know. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);
	int status;

	for (uint64_t number = 1; number <= 2; number++) {
		partition(c, "0 | 1 2");
		status = ask_append(c, 0, me, number, text("k"), text("x"));
		expect_that(c, status != KV_OK, "nothing is executed without "
			    "a majority", "KV_OK");
		must_append(c, 1, me, number, text("k"), text("x"));
		must_append(c, 2, me, number, text("k"), text("x"));
		heal(c);
		must_append(c, 0, me, number, text("k"), text("x"));
	}
	for (int server = 0; server < 3; server++)
		expect_at(c, server, text("k"), text("xx"));
}

GRADED(server, get_at_a_lagging_server, .part = "B", .points = 4, .todo = 15,
       .steps = 7000,
       .needs = "server/puts_gets_and_appends",
       .about = "A server that has missed something does not answer from it")
{
	/* Server 2 is cut off while a key changes.  A Get there must not
	 * return what the key held before; it may return nothing at all.
	 * When the server is back, it returns the new value. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);
	struct value got;

	must_put(c, 2, me, 1, text("k"), text("old"));
	partition(c, "0 1 | 2");
	must_put(c, 0, me, 2, text("k"), text("new"));
	expect_that(c, ask_get(c, 2, text("k"), &got) != KV_OK,
		    "a server without a majority executes no Get",
		    "server 2 answered KV_OK");
	for (uint64_t number = 3; number < 8; number++)
		must_append(c, 1, me, number, text("k"), text("!"));
	heal(c);
	expect_at(c, 2, text("k"), text("new!!!!!"));
}

GRADED(server, minority_acknowledges_nothing, .part = "B", .points = 3,
       .todo = 15, .steps = 9000, .needs = "server/puts_gets_and_appends",
       .about = "No KV_OK before a majority knows")
{
	/* Each server alone, one after the other.  When all are back, the
	 * service goes on. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0);

	partition(c, "0 | 1 | 2");
	for (int server = 0; server < 3; server++) {
		int status = ask_put(c, server, me, 1, text("k"), text("v"));

		expect_that(c, status != KV_OK, "a server that is alone "
			    "acknowledges nothing", "server %d said KV_OK",
			    server);
	}
	heal(c);
	must_put(c, 1, me, 1, text("k"), text("v"));
	expect_at(c, 0, text("k"), text("v"));
}

GRADED(server, forgets_who_says_goodbye, .part = "B", .points = 3,
       .todo = 18, .needs = "server/same_request_again",
       .steps = 7000, .scripted = true,
       .about = "After its goodbye a client is KV_NO_CLIENT")
{
	/* Neither a late copy of its last request nor a second goodbye is
	 * anything to a service that has forgotten it.  Others are not
	 * concerned, and nobody gets its identity again. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0), other = must_open(c, 1), later;

	must_append(c, 0, me, 1, text("k"), text("a"));
	must_append(c, 0, other, 1, text("k"), text("b"));
	expect_status(c, "a goodbye", close_answer(c, 1, me), KV_OK);
	expect_status(c, "an Append after that",
		      answer_to(ask_append, c, 2, me, 1, text("k"), text("a")),
		      KV_NO_CLIENT);
	expect_status(c, "an Append after that",
		      answer_to(ask_append, c, 0, me, 2, text("k"), text("a")),
		      KV_NO_CLIENT);
	expect_status(c, "another goodbye", close_in_the_end(c, 0, me),
		      KV_NO_CLIENT);
	later = must_open(c, 2);
	expect_that(c, later != me && later != other,
		    "a new client gets a new identity", "client %llu once "
		    "more", (unsigned long long)later);
	must_append(c, 0, later, 1, text("k"), text("b"));
	expect_status(c, "a goodbye", close_answer(c, 2, later), KV_OK);
	must_append(c, 0, other, 2, text("k"), text("c"));
	expect_at(c, 1, text("k"), text("abbc"));
}
