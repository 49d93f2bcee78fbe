/*
 * my_first_test.c - an example of a test of your own.  `make check` runs it.
 *
 * The graded tests look at your peers from another process.  Here everything
 * is in one, so a debugger sees it all, and the functions behind paxos.h can
 * be called one by one.  Put more tests here, or into further files whose
 * names end in _test.c.  Criterion's own documentation lists its assertions.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "labrpc/endpoint.h"
#include "labrpc/network.h"
#include "paxos/acceptor.h"
#include "paxos/paxos.h"
#include "paxos/proposer.h"

#define NPEERS 3

/* How often to look for a decision, and how long at most. */
#define LOOK_MS 5
#define LOOKS_MAX 2000

/* ---- rules: no threads, no messages ------------------------------------ */

Test(rules, first_ballot_is_promised)
{
	struct acceptor a = { 0 };
	struct prepare_reply reply = { 0 };

	acceptor_prepare(&a, 7, &reply);
	cr_assert(reply.outcome == OUTCOME_OK);
	cr_assert(reply.promised == 7, "promised is %lld",
		  (long long)reply.promised);
	cr_assert(reply.accepted == 0 && reply.val.len == 0);
	value_free(&reply.val);
	acceptor_deinit(&a);
}

Test(rules, ballots_rise_and_are_unique)
{
	for (int64_t seen = 0; seen < 20; seen++)
		for (int me = 0; me < NPEERS; me++) {
			int64_t n = ballot_next(seen, NPEERS, me);

			cr_assert(n > seen, "%lld is not above %lld",
				  (long long)n, (long long)seen);
			for (int other = 0; other < me; other++)
				cr_assert(ballot_next(seen, NPEERS, other) !=
					  n, "%lld twice", (long long)n);
		}
}

/* ---- a group ----------------------------------------------------------- */

static char dir[] = "/tmp/my-group-XXXXXX";
static struct network *net;
static struct rpc_server *servers[NPEERS];
static struct paxos *peers[NPEERS];

/* Three peers over sockets in a folder of their own. */
static void group_open(void)
{
	cr_assert(mkdtemp(dir) != NULL);
	net = network_open(dir, NPEERS, 1);
	cr_assert(net != NULL);
	for (int me = 0; me < NPEERS; me++) {
		struct rpc_end *ends[NPEERS] = { NULL };
		struct paxos_config config = {
			.npeers = NPEERS, .me = me, .ends = ends, .seed = 1,
		};

		for (int to = 0; to < NPEERS; to++)
			if (to != me)
				ends[to] = network_end(net, me, to);
		servers[me] = config.server = network_serve(net, me);
		peers[me] = paxos_make(&config);
		rpc_server_run(servers[me]);
	}
}

static void group_close(void)
{
	for (int me = 0; me < NPEERS; me++)
		paxos_kill(peers[me]);
	for (int me = 0; me < NPEERS; me++)
		rpc_server_close(servers[me]);
	for (int me = 0; me < NPEERS; me++)
		paxos_free(peers[me]);
	network_close(net);
	rmdir(dir);
}

/* Waits until peer ME has decided SEQ; the value is then the caller's. */
static struct value await_decision(int me, int64_t seq)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	struct value v = VALUE_EMPTY;

	for (int i = 0; i < LOOKS_MAX; i++) {
		if (paxos_status(peers[me], seq, &v) == FATE_DECIDED)
			return v;
		nanosleep(&pause, NULL);
	}
	cr_assert_fail("peer %d has not decided %lld", me, (long long)seq);
	return v;
}

Test(group, agrees_although_calls_are_lost, .init = group_open,
     .fini = group_close)
{
	struct value mine = value_make("hello", 5);

	network_set_faults(net, faults_preset("classic"));
	paxos_start(peers[0], 0, mine);
	for (int me = 0; me < NPEERS; me++) {
		struct value v;

		/* Who missed the decision learns it by proposing. */
		paxos_start(peers[me], 0, mine);
		v = await_decision(me, 0);
		cr_assert(value_equal(v, mine));
		value_free(&v);
	}
	value_free(&mine);
}
