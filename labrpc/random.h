/*
 * random.h - random numbers that a seed repeats.
 *
 *     struct random rng;
 *
 *     random_seed(&rng, config->seed);
 *     backoff_ms = random_below(&rng, 50);
 *
 * The same seed gives the same numbers in every process and on every machine
 * (splitmix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014).  Good for back-off, tests and faults; not for
 * secrets.
 *
 * Threads: a struct random has no lock.  Let one thread have it, or guard it.
 *
 * Memory: the struct is yours, nothing is allocated.
 *
 * Errors: none; a range of no numbers ends the process with a message.
 */
#ifndef LABRPC_RANDOM_H
#define LABRPC_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* Starts RNG at SEED.  Seeds that differ in one bit have nothing in common. */
void random_seed(struct random *rng, uint64_t seed);

/* The next number, of all 2^64 equally likely.  Each of them comes once. */
uint64_t random_next(struct random *rng);

/* A number from 0 to N - 1; N is at least 1.  Takes one number of RNG. */
uint64_t random_below(struct random *rng, uint64_t n);

/* True with PROBABILITY: never for 0, always for 1.  Takes one number. */
bool random_chance(struct random *rng, double probability);

/*
 * Mixes X into HASH, so that a seed can be made of several numbers: the order
 * matters, and for one HASH different X give different results.
 */
uint64_t random_mix(uint64_t hash, uint64_t x);

#endif
