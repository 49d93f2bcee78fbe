/*
 * clerk.c - servers and clerks together, nothing lost on the way.
 *
 * Clerks are your client code, each on a thread of its own.  All that they do
 * is put down, and when a test ends there must be one order of all operations
 * that explains every answer.
 */
#include "grader/judge/ask.h"
#include "grader/judge/service.h"

#define SOON_MS 30000

GRADED(clerk, one_after_the_other, .part = "B", .points = 3, .todo = 16,
       .steps = 8000,
       .needs = "server/puts_gets_and_appends",
       .about = "Append, Put and Get through different servers")
{
	/* Three clerks, of one server each, take turns. */
	struct cluster *c = service_up(3);
	int a = clerk_of(c, "0"), b = clerk_of(c, "1"), d = clerk_of(c, "2");

	expect_get(c, a, text("k"), VALUE_EMPTY);
	append(c, a, text("app"), text("x"));
	append(c, b, text("app"), text("y"));
	expect_get(c, d, text("app"), text("xy"));
	put(c, a, text("k"), text("aa"));
	expect_get(c, b, text("k"), text("aa"));
	put(c, d, text("k"), text("cc"));
	expect_get(c, a, text("k"), text("cc"));
	expect_get(c, b, text("app"), text("xy"));
}

GRADED(clerk, refusals_are_returned, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 60000,
       .about = "KV_TOO_LARGE reaches who has called, and a clerk goes on")
{
	/* Too long a key, too long a value, and an Append that makes one. */
	struct cluster *c = service_up(3);
	int me = clerk(c);
	struct value long_key = draw_bytes(c, KV_KEY_MAX + 1);
	struct value most = draw_bytes(c, KV_VALUE_MAX);
	struct returned it;

	begin(c, me, DO_GET, long_key, VALUE_EMPTY);
	it = await(c, me, SOON_MS);
	expect_that(c, it.status == KV_TOO_LARGE, "a Get of a key that is too "
		    "long is KV_TOO_LARGE", "it is %s",
		    status_name((int)it.status));
	expect_that(c, it.got.len == 0, "it stores no bytes in *val",
		    "there are %zu", it.got.len);
	begin(c, me, DO_PUT, long_key, text("v"));
	it = await(c, me, SOON_MS);
	expect_that(c, it.status == KV_TOO_LARGE, "a Put to a key that is too "
		    "long returns KV_TOO_LARGE", "%d", (int)it.status);
	put(c, me, text("k"), most);
	begin(c, me, DO_APPEND, text("k"), text("x"));
	it = await(c, me, SOON_MS);
	expect_that(c, it.status == KV_TOO_LARGE, "an Append beyond the bound "
		    "returns KV_TOO_LARGE", "%d", (int)it.status);
	expect_get(c, me, text("k"), most);
	put(c, me, text("k"), text("short"));
	append(c, me, text("k"), text("er"));
	expect_get(c, me, text("k"), text("shorter"));
}

GRADED(clerk, same_bytes_of_two_clerks, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 20000,
       .about = "Clerks that append the same are not taken for one")
{
	/* Ten clerks append the same byte, three times each, at once. */
	struct cluster *c = service_up(3);
	int clerks[10];

	for (int i = 0; i < 10; i++)
		clerks[i] = clerk(c);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++)
			begin(c, clerks[i], DO_APPEND, text("k"), text("x"));
		wait_for_clerks(c, SOON_MS);
	}
	expect_get(c, clerks[0], text("k"),
		   text("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
}

/* What all servers of C say that KEY holds, which must be the same. */
static void expect_agreement(struct cluster *c, struct value key)
{
	int a = clerk_of(c, "0"), b = clerk_of(c, "1"), d = clerk_of(c, "2");
	struct value v = get(c, a, key);

	expect_get(c, b, key, v);
	expect_get(c, d, key, v);
}

GRADED(clerk, many_at_once, .part = "B", .points = 5, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 50000,
       .about = "Fifteen clerks at work on the same keys")
{
	/* Gets, Puts and Appends on three keys, through all servers.  In the
	 * end all servers agree on what the keys hold. */
	struct cluster *c = service_up(3);

	for (int i = 0; i < 15; i++)
		work(c, clerk(c), .operations = 25, .keys = 3, .gets = 40,
		     .puts = 20);
	wait_for_clerks(c, SOON_MS);
	expect_agreement(c, text("k0"));
	expect_agreement(c, text("k2"));
}

GRADED(clerk, nine_servers, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/many_at_once",
       .steps = 60000, .raceless = true,
       .about = "Each of nine servers tells its own entries from the others'")
{
	/* The first and the last of nine servers have a clerk each, and
	 * propose their entries for the same instances.  Whoever takes the
	 * other's entry for its own loses what it was asked for. */
	struct cluster *c = service_up(9);
	int first = clerk_of(c, "0"), last = clerk_of(c, "8");

	work(c, first, .operations = 40, .keys = 1, .gets = 20);
	work(c, last, .operations = 40, .keys = 1, .gets = 20);
	wait_for_clerks(c, SOON_MS);
	get(c, clerk_of(c, "4"), text("k0"));
}

GRADED(clerk, clerks_come_and_go, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 40000,
       .about = "Clerks that say goodbye and new ones do not mix")
{
	/* Each clerk appends, says goodbye, and is followed by the next.
	 * The network doubles every message meanwhile, so copies of requests
	 * may come after the goodbye of who made them. */
	struct cluster *c = service_up(3);
	const struct faults doubled = { .duplicate = 1, .delay_max_ms = 5 };

	faults_are(c, &doubled);
	for (int i = 0; i < 12; i++) {
		int me = clerk(c);

		append(c, me, text("k"), text("x"));
		append(c, me, text("k"), text("y"));
		clerk_close(c, me);
	}
	faults(c, "reliable");
	run_for(c, 20);
	expect_get(c, clerk(c), text("k"), text("xyxyxyxyxyxyxyxyxyxyxyxy"));
}

/*
 * Who of the clients between A and B has gone on from request 1 to another; 0
 * if nobody has.  To ask it changes nothing for that one, and a client that
 * nobody uses is welcome to an Append of no bytes.
 */
static uint64_t find_client(struct cluster *c, uint64_t a, uint64_t b)
{
	for (uint64_t id = a + 1; id < b && id <= a + 16; id++) {
		int status = KV_RETRY;

		for (int i = 0; i < 20 && !is_answer(status); i++)
			status = ask_append(c, i % 3, id, 1, text("l"),
					    VALUE_EMPTY);
		if (status == KV_STALE)
			return id;
	}
	return 0;
}

GRADED(clerk, says_goodbye, .part = "B", .points = 2, .todo = 18,
       .steps = 6000,
       .needs = "server/forgets_who_says_goodbye",
       .about = "A clerk that is freed says goodbye for itself")
{
	/* The test opens itself an identity before and after the clerk, and
	 * servers count, so the clerk's is between them.  When the clerk has
	 * been freed, no server knows it. */
	struct cluster *c = service_up(3);
	uint64_t before = must_open(c, 0), its;
	int me = clerk(c), status = KV_OK;

	append(c, me, text("k"), text("a"));
	append(c, me, text("k"), text("b"));
	its = find_client(c, before, must_open(c, 1));
	expect_that(c, its != 0, "identities are counted, and requests "
		    "numbered 1, 2, 3, ...", "there is no client %llu or "
		    "later that has made two",
		    (unsigned long long)before + 1);
	clerk_close(c, me);
	for (int i = 0; i < 20 && status != KV_NO_CLIENT; i++) {
		run_for(c, 20);
		status = ask_append(c, i % 3, its, 2, text("k"), text("b"));
	}
	expect_status(c, "the last request of a clerk that has gone", status,
		      KV_NO_CLIENT);
	expect_get(c, clerk(c), text("k"), text("ab"));
}

/* Of a goodbye that nobody hears: it is said at once, or not at all. */
#define GOODBYE_MS 5000

GRADED(clerk, goodbye_if_it_can, .part = "B", .points = 2, .todo = 18,
       .steps = 6000,
       .needs = "clerk/says_goodbye",
       .about = "No goodbye of a killed clerk; none that is waited for")
{
	/* Both clerks could say goodbye for what they have done.  One was
	 * killed, and no server hears a word.  None can hear the other one,
	 * which is freed all the same, in the simulation soon. */
	struct cluster *c = service_up(3);
	const struct faults unheard = { .lose_request = 1 };
	int killed = clerk(c), alone = clerk(c), other = clerk(c);
	struct returned before, after;
	uint64_t goodbyes;

	append(c, killed, text("k"), text("a"));
	append(c, alone, text("k"), text("b"));
	clerk_kill(c, killed);
	clerk_close(c, killed);
	goodbyes = clerk_sent(c, killed, &PROC_KV_CLOSE);
	expect_that(c, goodbyes == 0, "a clerk that was killed says no "
		    "goodbye", "it has sent %llu",
		    (unsigned long long)goodbyes);

	clerk_faults(c, alone, &unheard);
	begin(c, other, DO_GET, text("k"), VALUE_EMPTY);
	before = await(c, other, SOON_MS);
	clerk_close(c, alone);
	begin(c, other, DO_GET, text("k"), VALUE_EMPTY);
	after = await(c, other, SOON_MS);
	if (simulated(c))
		expect_that(c, after.called_ms - before.returned_ms <=
			    GOODBYE_MS, "a clerk that no server can hear is "
			    "freed at once", "that took %lld ms",
			    (long long)(after.called_ms -
					before.returned_ms));
	expect_get(c, other, text("k"), text("ab"));
}

GRADED(clerk, a_server_dies, .part = "B", .points = 4, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 70000,
       .about = "Clerks go on with the servers that are left")
{
	/* Two of five servers die, one after the other, while six clerks
	 * work.  What was acknowledged is still there. */
	struct cluster *c = service_up(5);
	int me = clerk(c);

	put(c, me, text("k"), text("a"));
	for (int i = 0; i < 6; i++)
		work(c, clerk(c), .operations = 30, .keys = 2, .gets = 30,
		     .puts = 10);
	run_for(c, 10);
	peer_kill(c, 0);
	append(c, me, text("k"), text("b"));
	peer_kill(c, 3);
	append(c, me, text("k"), text("c"));
	wait_for_clerks(c, SOON_MS);
	expect_get(c, me, text("k"), text("abc"));
}

GRADED(clerk, killed_while_stuck, .part = "B", .points = 3, .todo = 16,
       .steps = 7000,
       .needs = "clerk/one_after_the_other",
       .about = "A server with operations that cannot end can be killed")
{
	/* Server 0 is alone and has operations to execute when it is killed.
	 * The two others go on, and the clerks that were stuck with it finish
	 * through them. */
	struct cluster *c = service_up(3);
	int stuck[3], me = clerk_of(c, "1 2");

	put(c, me, text("k"), text("a"));
	for (int i = 0; i < 3; i++)
		stuck[i] = clerk_of(c, "0 1");
	partition(c, "0 | 1 2");
	for (int i = 0; i < 3; i++)
		begin(c, stuck[i], DO_APPEND, text("l"), text("x"));
	run_for(c, 100);
	peer_kill(c, 0);
	append(c, me, text("k"), text("b"));
	wait_for_clerks(c, SOON_MS);
	expect_get(c, me, text("k"), text("ab"));
	expect_get(c, me, text("l"), text("xxx"));
}

GRADED(clerk, a_stuck_server_serves_others, .part = "B", .points = 3,
       .todo = 16, .steps = 9000, .needs = "clerk/killed_while_stuck",
       .about = "Operations that wait do not block a server's Paxos peer")
{
	/* Server 0 is cut off with many operations waiting.  Then it is all
	 * that server 1 has left for a majority, and its peer must answer,
	 * although those operations have been waiting all the time. */
	struct cluster *c = service_up(3);
	int me = clerk_of(c, "1");

	put(c, me, text("k"), text("a"));
	partition(c, "0 | 1 2");
	for (int i = 0; i < 10; i++)
		begin(c, clerk_of(c, "0"), DO_APPEND, text("l"), text("x"));
	run_for(c, 50);
	append(c, me, text("k"), text("b"));
	partition(c, "0 1 | 2");
	append(c, me, text("k"), text("c"));
	expect_get(c, me, text("k"), text("abc"));
	wait_for_clerks(c, SOON_MS);
	expect_get(c, me, text("l"), text("xxxxxxxxxx"));
}

GRADED(clerk, large_ones_wait, .part = "B", .points = 2, .todo = 16,
       .needs = "clerk/killed_while_stuck",
       .worlds = WORLD_THREADS, .raceless = true,
       .about = "More waits at a server than one value of the log can hold")
{
	/* Eighteen Puts of 1 MiB wait at a server that is cut off; a value
	 * that Paxos decides is of 16 MiB at most.  When the server is back,
	 * they are all executed. */
	struct cluster *c = service_up(3);
	int clerks[18];

	partition(c, "0 | 1 2");
	for (int i = 0; i < 18; i++)
		clerks[i] = clerk_of(c, "0");
	for (int i = 0; i < 18; i++)
		begin(c, clerks[i], DO_PUT, text("k"),
		      draw_bytes(c, KV_VALUE_MAX));
	run_for(c, 100);
	heal(c);
	wait_for_clerks(c, SOON_MS);
	get(c, clerk(c), text("k"));
}
