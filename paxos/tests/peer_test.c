/* peer_test.c - real peers over real sockets, with and without faults. */
#include "paxos/peer.h"

#include <criterion/criterion.h>

#include "labrpc/random.h"
#include "paxos/tests/group.h"

/* Every peer starts SEQ with a value of its own. */
static void propose_all(struct group *g, int64_t seq)
{
	char text[32];
	int i;

	for (i = 0; i < g->npeers; i++) {
		snprintf(text, sizeof(text), "%" PRId64 " of %d", seq, i);
		group_propose(g, i, seq, text);
	}
}

/* One proposer, several, in any order; Max and the first Min. */
Test(peer, agrees, .timeout = 120)
{
	struct group g;
	int64_t seq;

	group_start(&g, 3, 1);
	cr_assert(paxos_max(g.peers[0]) == -1 && paxos_min(g.peers[0]) == 0);
	group_propose(&g, 0, 0, "hello");
	group_wait(&g, 0, 3);
	cr_assert(group_has(&g, 2, 0, "hello"));
	propose_all(&g, 1);
	group_wait(&g, 1, 3);
	for (seq = 7; seq >= 3; seq--)
		group_propose(&g, (int)(seq % 3), seq, "out of order");
	for (seq = 3; seq <= 7; seq++)
		group_wait(&g, seq, 3);
	cr_assert(paxos_max(g.peers[1]) == 7);
	cr_assert(paxos_status(g.peers[0], 2, NULL) == FATE_PENDING);
	group_close(&g);
}

/* A group of one decides by itself. */
Test(peer, alone, .timeout = 120)
{
	struct group g;

	group_start(&g, 1, 1);
	group_propose(&g, 0, 0, "mine");
	group_wait(&g, 0, 1);
	paxos_done(g.peers[0], 0);
	cr_assert(paxos_min(g.peers[0]) == 1);
	group_close(&g);
}

/* Two prepares, two accepts, two decisions for each agreement of three. */
Test(peer, six_messages, .timeout = 120)
{
	const struct rpc_proc *procs[] = {
		&PROC_PREPARE, &PROC_ACCEPT, &PROC_DECIDED,
	};
	struct paxos_stats stats;
	struct group g;
	uint64_t calls;
	int64_t seq;
	size_t i;

	group_start(&g, 3, 1);
	for (seq = 0; seq < 20; seq++) {
		group_propose(&g, (int)(seq % 3), seq, "quiet");
		group_wait(&g, seq, 3);
	}
	for (i = 0; i < 3; i++) {
		calls = network_count(g.net, -1, -1, procs[i]).calls;
		cr_assert(calls == 40, "%s: %" PRIu64 " calls, not 40",
			  procs[i]->name, calls);
	}
	paxos_stats(g.peers[0], &stats);
	cr_assert(stats.decided == 20 && stats.won == 7 && stats.rounds == 7);
	group_close(&g);
}

/* Any bytes: a megabyte of noise, NULs, nothing at all; copied at once. */
Test(peer, any_bytes, .timeout = 120)
{
	size_t len = 1 << 20, i;
	struct value noise = { malloc(len), len }, copy, got;
	struct random rng;
	struct group g;

	random_seed(&rng, 5);
	for (i = 0; i < len; i++)
		noise.data[i] = (unsigned char)random_next(&rng);
	copy = value_copy(noise);
	group_start(&g, 3, 1);
	paxos_start(g.peers[0], 0, noise);
	memset(noise.data, 0, len);
	paxos_start(g.peers[1], 1, VALUE_EMPTY);
	group_wait(&g, 0, 3);
	group_wait(&g, 1, 3);
	cr_assert(paxos_status(g.peers[2], 0, &got) == FATE_DECIDED);
	cr_assert(value_equal(got, copy));
	value_free(&got);
	cr_assert(group_has(&g, 2, 1, ""));
	value_free(&noise);
	value_free(&copy);
	group_close(&g);
}

/* Min rises to the lowest Done, everywhere, after one agreement from each
 * peer; what is below is forgotten for good, and Max is not. */
Test(peer, forgets, .timeout = 120)
{
	struct group g;
	int64_t seq;
	int i;

	group_start(&g, 6, 1);
	for (seq = 0; seq < 6; seq++)
		group_propose(&g, 0, seq, "before");
	for (seq = 0; seq < 6; seq++)
		group_wait(&g, seq, 6);
	for (i = 0; i < 6; i++)
		cr_assert(paxos_min(g.peers[i]) == 0);
	for (i = 0; i < 6; i++)
		paxos_done(g.peers[i], i == 0 ? 0 : 1);
	paxos_done(g.peers[5], 0);
	for (i = 0; i < 6; i++) {
		group_propose(&g, i, 6 + i, "after");
		group_wait(&g, 6 + i, 6);
	}
	for (i = 0; i < 6; i++) {
		group_await(paxos_min(g.peers[i]) == 1);
		cr_assert(paxos_max(g.peers[i]) == 11);
		group_propose(&g, i, 0, "too late");
		cr_assert(paxos_status(g.peers[i], 0, NULL) ==
			  FATE_FORGOTTEN);
		cr_assert(paxos_status(g.peers[i], 1, NULL) == FATE_DECIDED);
	}
	group_close(&g);
}

/* With one proposer only, it hears of the Done of a peer whose replies never
 * make the majority. */
Test(peer, hears_the_slowest, .timeout = 120)
{
	struct group g;
	int64_t seq;
	int i;

	group_start(&g, 5, 1);
	network_slow(g.net, 4, 20);
	group_propose(&g, 0, 0, "first");
	group_wait(&g, 0, 5);
	for (i = 0; i < 5; i++)
		paxos_done(g.peers[i], 0);
	for (seq = 1; seq <= 3; seq++) {
		group_propose(&g, 0, seq, "next");
		group_wait(&g, seq, 5);
	}
	group_await(paxos_min(g.peers[0]) == 1);
	group_close(&g);
}

/* An accept that comes after the decision is answered, not kept besides. */
Test(peer, keeps_a_decision_once, .timeout = 120)
{
	struct value x = { .data = (unsigned char *)"decided", .len = 7 };
	struct decided_args decided = { .from = 1, .seq = 0, .val = x };
	struct prepare_args prepare = { .from = 2, .seq = 0, .n = 10 };
	struct accept_args accept = { .from = 2, .seq = 0, .n = 9, .val = x };
	struct prepare_reply promise = { .promised = 0 };
	struct accept_reply accepted = { .promised = 0 };
	struct decided_reply noted;
	struct paxos *px;
	struct group g;

	group_start(&g, 3, 1);
	px = g.peers[0];
	peer_copy_done(px, decided.done);
	peer_copy_done(px, prepare.done);
	peer_copy_done(px, accept.done);
	peer_decided(px, &decided, &noted);
	peer_accept(px, &accept, &accepted);
	cr_assert(accepted.outcome == OUTCOME_OK);
	mutex_lock(&px->mu);
	cr_assert(instances_find(&px->instances, 0)->acceptor.value.len == 0);
	mutex_unlock(&px->mu);
	peer_prepare(px, &prepare, &promise);
	cr_assert(promise.outcome == OUTCOME_DECIDED);
	cr_assert(value_equal(promise.val, x));
	value_free(&promise.val);
	group_close(&g);
}

/* Requests that make no sense, or come too late, leave no trace. */
Test(peer, refuses_nonsense, .timeout = 120)
{
	struct prepare_args prepare = { .from = 1, .seq = 50, .n = 9 };
	struct accept_args accept = { .from = 1, .seq = 50, .n = 9 };
	struct decided_args decided = { .from = 99, .seq = 50 };
	struct prepare_reply promise = { .promised = 0 };
	struct accept_reply accepted = { .promised = 0 };
	struct decided_reply noted;
	struct group g;

	group_start(&g, 3, 1);
	peer_copy_done(g.peers[0], prepare.done);
	peer_copy_done(g.peers[0], accept.done);
	prepare.from = -1;
	peer_prepare(g.peers[0], &prepare, &promise);
	cr_assert(promise.outcome == OUTCOME_REFUSED);
	accept.from = 3;
	peer_accept(g.peers[0], &accept, &accepted);
	cr_assert(accepted.outcome == OUTCOME_REFUSED);
	peer_decided(g.peers[0], &decided, &noted);
	prepare.from = accept.from = 1;
	prepare.n = 0;
	peer_prepare(g.peers[0], &prepare, &promise);
	cr_assert(promise.outcome == OUTCOME_REFUSED);
	accept.n = INT64_MAX;
	peer_accept(g.peers[0], &accept, &accepted);
	cr_assert(accepted.outcome == OUTCOME_REFUSED);
	prepare.n = accept.n = 9;
	prepare.seq = accept.seq = -5;
	peer_prepare(g.peers[0], &prepare, &promise);
	cr_assert(promise.outcome == OUTCOME_FORGOTTEN);
	peer_accept(g.peers[0], &accept, &accepted);
	cr_assert(accepted.outcome == OUTCOME_FORGOTTEN);
	group_propose(&g, 0, -5, "before the first");
	cr_assert(paxos_max(g.peers[0]) == -1 && paxos_min(g.peers[0]) == 0);
	group_propose(&g, 0, 0, "still well");
	group_wait(&g, 0, 3);
	group_close(&g);
}

/* 200 instances at once, each started by all. */
Test(peer, many_at_once, .timeout = 120)
{
	struct group g;
	int64_t seq;

	group_start(&g, 3, 1);
	for (seq = 0; seq < 200; seq++)
		propose_all(&g, seq);
	for (seq = 0; seq < 200; seq++)
		group_wait(&g, seq, 3);
	group_close(&g);
}

/* Five proposers of the same instances, one after the other. */
Test(peer, duels, .timeout = 120)
{
	struct group g;
	int64_t seq;

	group_start(&g, 5, 1);
	for (seq = 0; seq < 30; seq++) {
		propose_all(&g, seq);
		group_wait(&g, seq, 5);
	}
	group_close(&g);
}

/* Runs N instances, started by all of three peers, under a preset. */
static void run_with_faults(const char *preset, int n)
{
	struct group g;
	int64_t seq;

	group_start(&g, 3, 42);
	network_set_faults(g.net, faults_preset(preset));
	for (seq = 0; seq < n; seq++)
		propose_all(&g, seq);
	for (seq = 0; seq < n; seq++)
		group_wait(&g, seq, 3);
	group_close(&g);
}

/* The classic losses. */
Test(peer, classic_faults, .timeout = 120)
{
	run_with_faults("classic", 50);
}

/* Losses, delays, copies and replies that overtake each other. */
Test(peer, rough_faults, .timeout = 120)
{
	run_with_faults("rough", 10);
}

/* A peer that nobody can reach learns by asking. */
Test(peer, deaf_peer_learns_by_asking, .timeout = 120)
{
	struct group g;

	group_start(&g, 5, 1);
	network_deafen(g.net, 0, true);
	network_deafen(g.net, 4, true);
	group_propose(&g, 1, 1, "goodbye");
	group_wait(&g, 1, 3);
	group_propose(&g, 0, 1, "xxx");
	group_propose(&g, 4, 1, "yyy");
	group_wait(&g, 1, 5);
	cr_assert(group_has(&g, 0, 1, "goodbye"));
	cr_assert(group_has(&g, 4, 1, "goodbye"));
	group_close(&g);
}

/* A peer that joins late learns the old value, and what it misses stays
 * remembered for it. */
Test(peer, late_peer_learns_the_old_value, .timeout = 120)
{
	struct group g;
	int i;

	group_open(&g, 5, 1);
	for (i = 1; i < 5; i++)
		group_up(&g, i);
	group_propose(&g, 1, 1, "old");
	group_wait(&g, 1, 4);
	for (i = 1; i < 5; i++) {
		paxos_done(g.peers[i], 1);
		cr_assert(paxos_min(g.peers[i]) == 0);
	}
	group_up(&g, 0);
	group_propose(&g, 0, 1, "new");
	group_wait(&g, 1, 5);
	cr_assert(group_has(&g, 0, 1, "old"));
	group_close(&g);
}

/*
 * More instances are stuck in the minority than there are workers, each until
 * its call times out.  The majority decides without it, and when the network
 * heals all are decided.
 */
Test(peer, partition_and_heal, .timeout = 120)
{
	const struct faults silent = { .loss_notice = LOSS_BY_TIMEOUT };
	const int groups[] = { 0, 1, 0, 1, 1 };
	struct group g;
	int64_t seq;

	group_start(&g, 5, 1);
	network_set_faults(g.net, &silent);
	network_partition(g.net, groups, 5);
	for (seq = 0; seq < 3 * WORKERS_MAX; seq++)
		group_propose(&g, 0, seq, "minority");
	for (seq = 0; seq < 3 * WORKERS_MAX; seq += 2)
		group_propose(&g, 1, seq, "majority");
	for (seq = 0; seq < 3 * WORKERS_MAX; seq += 2)
		group_wait(&g, seq, 3);
	for (seq = 0; seq < 3 * WORKERS_MAX; seq++)
		cr_assert(paxos_status(g.peers[0], seq, NULL) ==
			  FATE_PENDING);
	network_heal(g.net);
	for (seq = 0; seq < 3 * WORKERS_MAX; seq++)
		group_await(group_has(&g, 0, seq, seq % 2 == 0
					? "majority" : "minority"));
	group_close(&g);
}

static void *kill_peer(void *px)
{
	paxos_kill(px);
	return NULL;
}

/* Killing, from two threads, while calls are under way and instances wait. */
Test(peer, killed_in_flight, .timeout = 120)
{
	const struct faults late = { .delay_min_ms = 30, .delay_max_ms = 60 };
	pthread_t killer;
	struct group g;
	int64_t seq;

	group_start(&g, 3, 1);
	network_set_faults(g.net, &late);
	for (seq = 0; seq < 100; seq++)
		propose_all(&g, seq);
	cr_assert(!pthread_create(&killer, NULL, kill_peer, g.peers[0]));
	paxos_kill(g.peers[0]);
	pthread_join(killer, NULL);
	paxos_kill(g.peers[0]);
	group_propose(&g, 0, 200, "after death");
	cr_assert(paxos_max(g.peers[0]) < 200);
	group_close(&g);
}
