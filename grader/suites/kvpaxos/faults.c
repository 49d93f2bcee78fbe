/*
 * faults.c - the service while the network falls apart, or loses, doubles and
 * delays what is sent, between servers and between clerks and servers.
 */
#include "grader/judge/service.h"

#define SOON_MS 30000
#define LATER_MS 60000

/* How long a test watches for what must not happen. */
#define WATCH_MS 300

GRADED(split, majority_goes_on, .part = "B", .points = 4, .todo = 16,
       .steps = 15000,
       .needs = "clerk/one_after_the_other",
       .about = "Progress in the majority, none in the minority")
{
	/* A Put and a Get are stuck with the two servers of the minority.
	 * The majority executes what it is asked for.  After the network is
	 * whole again the two that were stuck end, and what they have done
	 * comes after all that was done before. */
	struct cluster *c = service_up(5);
	int left = clerk_of(c, "0 2"), reader = clerk_of(c, "2");
	int right = clerk_of(c, "1 3 4");

	put(c, right, text("1"), text("12"));
	partition(c, "0 2 | 1 3 4");
	put(c, right, text("1"), text("13"));
	begin(c, left, DO_PUT, text("1"), text("14"));
	begin(c, reader, DO_GET, text("1"), VALUE_EMPTY);
	run_for(c, WATCH_MS);
	expect_waiting(c, left);
	expect_waiting(c, reader);
	expect_get(c, right, text("1"), text("13"));
	put(c, right, text("1"), text("15"));
	append(c, right, text("2"), text("x"));
	expect_waiting(c, left);
	heal(c);
	await(c, left, SOON_MS);
	await(c, reader, SOON_MS);
	expect_get(c, right, text("1"), text("14"));
}

GRADED(split, holes, .part = "B", .points = 4, .todo = 16,
       .needs = "split/majority_goes_on",
       .steps = 120000,
       .about = "A majority gets past what two lost servers left half-done")
{
	/* Two clerks write through servers 0 and 1, which are cut off in the
	 * midst of it, so that instances have been begun and not ended.  The
	 * majority must get past them, and what was acknowledged before must
	 * be there.  Five times. */
	struct cluster *c = service_up(5);
	int writers[2] = { clerk_of(c, "0"), clerk_of(c, "1") };
	int me = clerk_of(c, "2 3 4");

	for (int round = 0; round < 5; round++) {
		heal(c);
		put(c, me, text("round"), text("begun"));
		for (int i = 0; i < 2; i++)
			work(c, writers[i], .operations = 8, .keys = 2,
			     .gets = 20, .puts = 20);
		run_for(c, draw_below(c, 5));
		partition(c, "0 | 1 | 2 3 4");
		append(c, me, text("k0"), text("m;"));
		get(c, me, text("k1"));
		put(c, me, text("round"), text("ended"));
		expect_get(c, me, text("round"), text("ended"));
		heal(c);
		wait_for_clerks(c, SOON_MS);
	}
}

/* Splits the servers of C, N of them, into up to three groups by chance. */
static void shuffle(struct cluster *c, int n)
{
	int group_of[KV_SERVERS_MAX] = { 0 };

	for (int server = 0; server < n; server++)
		group_of[server] = draw_below(c, 3);
	partition_by(c, group_of);
}

/* Lets partitions come and go, as long as clerks work, for up to ROUNDS. */
static void shake(struct cluster *c, int servers, int rounds, int max_ms)
{
	for (int i = 0; i < rounds && working(c); i++) {
		shuffle(c, servers);
		run_for(c, draw_below(c, max_ms));
		heal(c);
		run_for(c, draw_below(c, max_ms));
	}
	heal(c);
}

GRADED(split, many_partitions, .part = "B", .points = 5, .todo = 16,
       .needs = "split/holes",
       .steps = 60000,
       .about = "Random partitions come and go while calls are lost")
{
	/* Five servers, ten clerks, and a network that falls into other
	 * groups every few moments, and loses calls besides.  When it is
	 * whole again, everybody finishes. */
	struct cluster *c = service(.servers = 5, .faults = "classic");

	for (int i = 0; i < 10; i++)
		work(c, clerk(c), .operations = 15, .keys = 3, .gets = 40,
		     .puts = 20);
	shake(c, 5, 12, 100);
	wait_for_clerks(c, LATER_MS);
}

GRADED(lossy, appends_once, .part = "B", .points = 4, .todo = 16,
       .needs = "clerk/one_after_the_other",
       .steps = 30000,
       .about = "Appends happen once, although replies are lost")
{
	/* Every other reply is lost on its way, so most requests are made
	 * more than once.  Each byte must be there once, in order. */
	struct cluster *c = service_up(3);
	const struct faults deaf_ears = { .lose_reply = 0.5,
					  .lose_request = 0.1 };
	int me = clerk(c);

	faults_are(c, &deaf_ears);
	for (int i = 0; i < 16; i++)
		append(c, me, text("k"), (struct value){
			(unsigned char[]){ (unsigned char)('a' + i) }, 1 });
	faults(c, "reliable");
	expect_get(c, me, text("k"), text("abcdefghijklmnop"));
}

GRADED(lossy, appends_of_many, .part = "B", .points = 4, .todo = 16,
       .needs = "lossy/appends_once",
       .steps = 90000,
       .about = "Appends of many clerks to one key, while calls are lost")
{
	/* Each clerk's Appends must be there once and in its order; whose
	 * comes first is open. */
	struct cluster *c = service(.servers = 3, .faults = "classic");

	for (int i = 0; i < 8; i++)
		work(c, clerk(c), .operations = 15, .keys = 1, .gets = 10);
	wait_for_clerks(c, LATER_MS);
	faults(c, "reliable");
	get(c, clerk(c), text("k0"));
}

GRADED(chance, lossy, .part = "B", .points = 3, .todo = 16,
       .needs = "lossy/appends_of_many",
       .steps = 80000,
       .about = "A random workload while calls are lost")
{
	/* How many clerks, keys and operations, and of which kinds: all drawn
	 * from the seed. */
	struct cluster *c = service(.servers = 3, .faults = "classic");
	int clerks = 4 + draw_below(c, 8), keys = 1 + draw_below(c, 4);
	int gets = 20 + draw_below(c, 50), puts = draw_below(c, 30);

	for (int i = 0; i < clerks; i++)
		work(c, clerk(c), .operations = 10 + draw_below(c, 15),
		     .keys = keys, .gets = gets, .puts = puts);
	wait_for_clerks(c, LATER_MS);
}

GRADED(chance, rough, .part = "B", .points = 4, .todo = 16,
       .needs = "chance/lossy",
       .steps = 40000,
       .about = "A random workload over a network that does all it can")
{
	/* Requests late, lost or doubled, replies lost or held back: what
	 * arrives is in any order. */
	struct cluster *c = service_up(3);
	const struct faults rough = {
		.loss_notice = LOSS_AT_ONCE,
		.lose_request = 0.05, .lose_reply = 0.05, .duplicate = 0.2,
		.hold_reply = 0.2, .hold_min_ms = 5, .hold_max_ms = 60,
		.delay_max_ms = 6,
	};
	int clerks = 4 + draw_below(c, 6), keys = 1 + draw_below(c, 3);

	faults_are(c, &rough);
	for (int i = 0; i < clerks; i++)
		work(c, clerk(c), .operations = 12, .keys = keys, .gets = 40,
		     .puts = 20, .value_bytes = draw_below(c, 2000));
	wait_for_clerks(c, LATER_MS);
}

GRADED(chance, everything, .part = "B", .points = 5, .todo = 16,
       .needs = "chance/rough",
       .steps = 100000,
       .about = "Partitions, losses, delays, copies, and a server dies")
{
	/* Five servers, of which one dies on the way. */
	struct cluster *c = service_up(5);
	const struct faults rough = {
		.loss_notice = LOSS_AT_ONCE,
		.lose_request = 0.05, .lose_reply = 0.1, .duplicate = 0.1,
		.delay_max_ms = 4,
	};
	int clerks = 5 + draw_below(c, 5), keys = 1 + draw_below(c, 3);

	faults_are(c, &rough);
	for (int i = 0; i < clerks; i++)
		work(c, clerk(c), .operations = 15, .keys = keys, .gets = 40,
		     .puts = 20);
	shake(c, 5, 5, 80);
	peer_kill(c, draw_below(c, 5));
	wait_for_clerks(c, LATER_MS);
}
