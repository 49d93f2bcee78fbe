/*
 * peers_stress.c - three peers under losses, each used by several threads
 * that call everything at once; for the race detector above all.
 *
 * The work is bounded by instances: every thread starts each of them, looks
 * at some, and is done with the decided ones.  At the end all peers hold the
 * same values for what they have not forgotten.
 */
#include <pthread.h>

#include "labrpc/random.h"
#include "paxos/tests/group.h"

#define NPEERS 3
#define THREADS 3 /* for each peer */
#define INSTANCES 60

struct user {
	pthread_t thread;
	struct group *group;
	int peer;
	uint64_t seed;
};

/* Waits for SEQ at the user's peer; others may have made it forgotten. */
static void await_fate(struct user *u, int64_t seq)
{
	group_await(paxos_status(u->group->peers[u->peer], seq, NULL) !=
		    FATE_PENDING);
}

static void *use_peer(void *arg)
{
	struct user *u = arg;
	struct paxos *px = u->group->peers[u->peer];
	struct paxos_stats stats;
	struct random rng;
	char text[32];
	int64_t seq;

	random_seed(&rng, u->seed);
	for (seq = 0; seq < INSTANCES; seq++) {
		snprintf(text, sizeof(text), "%" PRIu64 "/%" PRId64, u->seed,
			 seq);
		group_propose(u->group, u->peer, seq, text);
		group_require(paxos_max(px) >= seq, "Max is too low");
		if (random_below(&rng, 4) == 0)
			await_fate(u, (int64_t)random_below(
					      &rng, (uint64_t)seq + 1));
		if (random_below(&rng, 8) == 0)
			paxos_stats(px, &stats);
		/* Only what all threads of this peer have long started. */
		if (seq > 20 && random_below(&rng, 4) == 0 &&
		    paxos_status(px, seq - 20, NULL) == FATE_DECIDED)
			paxos_done(px, seq - 20);
		group_require(paxos_min(px) <= INSTANCES, "Min is too high");
	}
	for (seq = 0; seq < INSTANCES; seq++)
		await_fate(u, seq);
	return NULL;
}

static void use_all(struct group *g)
{
	struct user users[NPEERS * THREADS];
	int i;

	for (i = 0; i < NPEERS * THREADS; i++) {
		users[i].group = g;
		users[i].peer = i % NPEERS;
		users[i].seed = (uint64_t)i;
		group_require(pthread_create(&users[i].thread, NULL, use_peer,
					     &users[i]) == 0, "no thread");
	}
	for (i = 0; i < NPEERS * THREADS; i++)
		pthread_join(users[i].thread, NULL);
}

int main(void)
{
	struct group g;
	int64_t seq;

	group_start(&g, NPEERS, 3);
	network_set_faults(g.net, faults_preset("classic"));
	use_all(&g);
	for (seq = 0; seq < INSTANCES; seq++)
		group_decided(&g, seq);

	/* Killed while some instances have only begun. */
	for (seq = INSTANCES; seq < 2 * INSTANCES; seq++)
		group_propose(&g, (int)(seq % NPEERS), seq, "unfinished");
	group_close(&g);
	return 0;
}
