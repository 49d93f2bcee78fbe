/*
 * random.c - splitmix64: a counter that goes in steps of an odd constant,
 * and a function that scrambles it.
 *
 * Invariant: every function takes the same count of numbers whatever they
 * are, so that one decision never shifts the next.
 */
#include "labrpc/random.h"

#include "labrpc/fatal.h"

#define STEP UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio, odd */

/* One to one on 64 bits, each bit of X reaching all bits of the result. */
static uint64_t scramble(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

void random_seed(struct random *rng, uint64_t seed)
{
	/* Scrambled, for neighbouring seeds would else share their numbers. */
	rng->state = scramble(seed + STEP);
}

uint64_t random_next(struct random *rng)
{
	rng->state += STEP;
	return scramble(rng->state);
}

uint64_t random_below(struct random *rng, uint64_t n)
{
	if (n == 0)
		lab_fatal("random_below: no number is below 0");
	/* Favours the low ones by at most n / 2^64: less than shows. */
	return random_next(rng) % n;
}

bool random_chance(struct random *rng, double probability)
{
	/* 53 bits: what a double holds exactly, so 1 is never reached. */
	return (double)(random_next(rng) >> 11) * 0x1p-53 < probability;
}

uint64_t random_mix(uint64_t hash, uint64_t x)
{
	return scramble((hash ^ x) + STEP);
}
