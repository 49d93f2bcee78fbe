/*
 * gather_stress.c - callers that leave their rounds early, under delays,
 * copies, losses and held replies: each reply is that of its own request, and
 * nothing is left open behind them.
 */
#define _DEFAULT_SOURCE 1 /* u_int, for the headers of XDR */

#include "labrpc/labrpc.h"

#include <pthread.h>
#include <stdint.h>

#include "labrpc/network.h"
#include "labrpc/random.h"
#include "labrpc/tests/echo.h"

#define PEERS 4
#define CALLERS 6
#define ROUNDS 60

static struct network *net;

/* One round of SEED to all peers, left after WANTED replies. */
static void gather(struct rpc_end *const ends[], size_t len, unsigned seed,
		   int wanted)
{
	struct value sent = echo_value(len, seed);
	const struct value *got;
	struct rpc_round *round;
	int from, seen = 0;

	round = rpc_broadcast(ends, PEERS, &PROC_ECHO, &sent);
	while (wanted-- > 0 && (got = rpc_next(round, &from)) != NULL) {
		check(value_equal(*got, sent), "seed %u from %d", seed, from);
		check((seen & 1 << from) == 0, "%d answered twice", from);
		seen |= 1 << from;
	}
	rpc_round_end(round);
	value_free(&sent);
}

static void *call_on(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg, i;
	struct rpc_end *ends[PEERS];
	struct random rng;
	int k;

	for (k = 0; k < PEERS; k++)
		ends[k] = network_end(net, (int)(PEERS + me), k);
	random_seed(&rng, me);
	for (i = 0; i < ROUNDS; i++) {
		size_t len = random_below(&rng, 10) == 0
				     ? random_below(&rng, 1 << 20)
				     : random_below(&rng, 100);

		gather(ends, len, 1000 * me + i,
		       (int)random_below(&rng, PEERS + 1));
		echo_call(ends[i % PEERS], &PROC_ECHO, len, i);
	}
	return NULL;
}

int main(void)
{
	static const struct faults faults = {
		.loss_notice = LOSS_SOON,
		.lose_request = 0.1,
		.lose_reply = 0.1,
		.duplicate = 0.3,
		.hold_reply = 0.2,
		.hold_min_ms = 1,
		.hold_max_ms = 30,
		.delay_min_ms = 0,
		.delay_max_ms = 8,
	};
	struct sockdir *dir = sockdir_make();
	int before = count_descriptors(), after;
	struct echo *peers[PEERS];
	pthread_t threads[CALLERS];
	int i;

	raise_descriptors();
	net = network_open(sockdir_path(dir), PEERS + CALLERS, 5);
	check(net != NULL, "%s", strerror(errno));
	for (i = 0; i < PEERS; i++)
		peers[i] = echo_serve(network_serve(net, i));
	network_set_faults(net, &faults);
	for (i = 0; i < CALLERS; i++)
		check(pthread_create(&threads[i], NULL, call_on,
				     (void *)(uintptr_t)i) == 0, "%d", i);
	for (i = 0; i < CALLERS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < PEERS; i++)
		echo_close(peers[i]);
	network_close(net);
	after = count_descriptors();
	check(after == before, "%d open before, %d after", before, after);
	sockdir_remove(dir);
	return 0;
}
