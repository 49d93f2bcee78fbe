/*
 * chance.c - the C library's generators, one set for each peer.
 *
 * As if each peer were a process: srand() of one does not touch another.
 * Without a seed of their own they start from the run's, for a program that
 * never calls srand() should still see different numbers in different runs.
 */
#define _GNU_SOURCE 1

#include <stdlib.h>

#include "labrpc/network.h"
#include "labrpc/random.h"
#include "labrpc/sim/sched.h"
#include "labrpc/sim/shim.h"

/* A slot for nobody and one for each node. */
#define SLOTS (NETWORK_NODES_MAX + 1)

static struct chance {
	struct random plain;          /* rand() and random() */
	struct drand48_data drand48;
	unsigned short before[3];     /* what seed48() points at */
} chances[SLOTS];
static bool begun[SLOTS];

void chance_begin(void)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		begun[i] = false;
}

static struct chance *mine(void)
{
	int slot = (sim.current->peer + 1) % SLOTS;
	struct chance *chance = &chances[slot];
	struct random rng;

	if (!begun[slot]) {
		rng = sim.student;
		random_seed(&chance->plain,
			    random_mix(random_next(&rng), (uint64_t)slot));
		srand48_r((long)(random_next(&chance->plain) >> 33),
			  &chance->drand48);
		begun[slot] = true;
	}
	return chance;
}

long sim_random(void)
{
	return (long)(random_next(&mine()->plain) >> 33);
}

void sim_srandom(unsigned seed)
{
	random_seed(&mine()->plain, seed);
}

int sim_rand(void)
{
	return (int)sim_random();
}

void sim_srand(unsigned seed)
{
	sim_srandom(seed);
}

double sim_drand48(void)
{
	double x;

	drand48_r(&mine()->drand48, &x);
	return x;
}

long sim_lrand48(void)
{
	long x;

	lrand48_r(&mine()->drand48, &x);
	return x;
}

long sim_mrand48(void)
{
	long x;

	mrand48_r(&mine()->drand48, &x);
	return x;
}

void sim_srand48(long seed)
{
	srand48_r(seed, &mine()->drand48);
}

unsigned short *sim_seed48(unsigned short seed[3])
{
	struct chance *chance = mine();
	int i;

	for (i = 0; i < 3; i++)
		chance->before[i] = chance->drand48.__x[i];
	seed48_r(seed, &chance->drand48);
	return chance->before;
}

void sim_lcong48(unsigned short parameters[7])
{
	lcong48_r(parameters, &mine()->drand48);
}
