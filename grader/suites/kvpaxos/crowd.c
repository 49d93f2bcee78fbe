/*
 * crowd.c - servers with many clients, many keys, and many who wait at once.
 *
 * The requests are the test's own, one by one, or those of clerks.  Whatever
 * your servers count or keep has no bound but memory: a table has to grow, an
 * identity has 64 bits, and an entry has room for all who wait.
 */
#include <stdio.h>

#include "grader/judge/ask.h"
#include "grader/judge/service.h"

#define SOON_MS 30000

GRADED(crowd, strangers, .part = "B", .points = 2, .todo = 15,
       .needs = "server/same_request_again",
       .steps = 3000, .scripted = true,
       .about = "Who was never given an identity is KV_NO_CLIENT")
{
	/* No client is 0, and servers count; so nobody can be one that is far
	 * beyond the last.  Nothing is executed for such, and the next client
	 * is a new one all the same. */
	struct cluster *c = service_up(3);
	uint64_t me = must_open(c, 0), next;
	const uint64_t nobodies[] = { 0, me + 1000, UINT64_MAX };

	must_append(c, 0, me, 1, text("k"), text("a"));
	for (int i = 0; i < 3; i++) {
		int status = KV_RETRY;

		for (int tries = 0; tries < 20 && !is_answer(status); tries++)
			status = ask_append(c, i, nobodies[i], 1, text("k"),
					    text("x"));
		expect_status(c, "an Append of nobody", status, KV_NO_CLIENT);
	}
	next = must_open(c, 1);
	expect_that(c, next != 0 && next != me, "a new client gets a new "
		    "identity, never 0", "it is client %llu",
		    (unsigned long long)next);
	must_append(c, 2, next, 1, text("k"), text("b"));
	expect_that(c, value_equal(must_get(c, 1, text("k")), text("ab")),
		    "nothing is executed for who is no client", "it was");
}

#define CLIENTS 300
#define NUMBERED_BYTES 24

/* Number I as it stands in keys and values; BYTES has NUMBERED_BYTES. */
static struct value numbered(const char *word, int i, char *bytes)
{
	snprintf(bytes, NUMBERED_BYTES, "%s%d", word, i);
	return text(bytes);
}

/* Client I, which is ID, appends to its own key, once or once more. */
static void append_own(struct cluster *c, int server, int i, uint64_t id)
{
	char key[NUMBERED_BYTES], val[NUMBERED_BYTES];

	must_append(c, server, id, 1, numbered("key", i, key),
		    numbered("value", i, val));
}

GRADED(crowd, hundreds_of_clients, .part = "B", .points = 2, .todo = 15,
       .needs = "server/requests_are_known_by_client", .raceless = true,
       .steps = 120000, .scripted = true,
       .about = "Three hundred clients with a key each")
{
	/* Each gets an identity that no other has, and appends to a key of
	 * its own.  Then some of them, old and new, repeat that request, and
	 * their keys are looked at: everybody is still known, and every key
	 * holds what it did. */
	struct cluster *c = service_up(3);
	uint64_t ids[CLIENTS];

	for (int i = 0; i < CLIENTS; i++) {
		ids[i] = must_open(c, i % 3);
		for (int j = 0; j < i; j++)
			expect_that(c, ids[i] != ids[j], "no two clients have "
				    "the same identity", "the %dth and the "
				    "%dth are both client %llu", j + 1, i + 1,
				    (unsigned long long)ids[i]);
		append_own(c, i % 3, i, ids[i]);
	}
	for (int i = 0; i < CLIENTS; i += 1 + draw_below(c, 20)) {
		char key[NUMBERED_BYTES], val[NUMBERED_BYTES];
		struct value got;

		append_own(c, (i + 1) % 3, i, ids[i]);
		got = must_get(c, (i + 2) % 3, numbered("key", i, key));
		expect_that(c, value_equal(got, numbered("value", i, val)),
			    "each key holds what its client has appended, "
			    "once", "that of client %llu, the %dth of %d, "
			    "holds %zu bytes", (unsigned long long)ids[i],
			    i + 1, CLIENTS, got.len);
	}
}

#define WAITING_MAX 36

GRADED(crowd, all_at_one_server, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/killed_while_stuck",
       .steps = 6000, .raceless = true,
       .about = "Each of many who wait at one server gets his own answer")
{
	/* Server 0 is cut off while 36 clerks ask it for a key each, and all
	 * these keys hold something else.  When it is back, each clerk is
	 * told what its key holds.  (Simulated, messages may take so long
	 * that who agrees on one request after the other does not answer so
	 * many before they ask again, and again: there they are 12.) */
	struct cluster *c = service_up(3);
	int me = clerk_of(c, "1 2"), clerks[WAITING_MAX];
	int waiting = simulated(c) ? 12 : WAITING_MAX;
	char key[NUMBERED_BYTES], val[NUMBERED_BYTES];

	for (int i = 0; i < waiting; i++) {
		put(c, me, numbered("key", i, key), numbered("value", i, val));
		clerks[i] = clerk_of(c, "0");
	}
	partition(c, "0 | 1 2");
	for (int i = 0; i < waiting; i++)
		begin(c, clerks[i], DO_GET, numbered("key", i, key),
		      VALUE_EMPTY);
	run_for(c, 100);
	heal(c);
	for (int i = 0; i < waiting; i++) {
		struct returned it = await(c, clerks[i], SOON_MS);

		expect_that(c, value_equal(it.got, numbered("value", i, val)),
			    "a Get returns what its key holds", "clerk %d "
			    "was told that of another one, or nothing",
			    clerks[i]);
	}
}
