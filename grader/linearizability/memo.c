/*
 * memo.c - see memo.h.
 *
 * Invariant: no two configurations of the set are equal; at most three
 * quarters of the slots are taken.
 *
 * No locks: one thread.
 */
#include "grader/linearizability/memo.h"

#include <stdlib.h>
#include <string.h>

#include "grader/linearizability/room.h"

/* A slot: its low bits are a place in words[] plus 1, the others a tag. */
#define PLACE_BITS 40
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

#define SLOTS_FIRST 64

void lin_memo_init(struct lin_memo *m, struct lin_meter *meter)
{
	*m = (struct lin_memo){ .meter = meter };
}

void lin_memo_deinit(struct lin_memo *m)
{
	if (m->meter != NULL)
		lin_meter_resize(m->meter,
				 m->words_room * sizeof(uint32_t) +
				 m->size * sizeof(uint64_t), 0);
	free(m->words);
	free(m->slots);
	*m = (struct lin_memo){ .n = 0 };
}

uint64_t lin_memo_hash(const uint32_t *words, uint32_t n)
{
	uint64_t hash = n;

	for (uint32_t i = 0; i < n; i++) {
		hash = (hash ^ words[i]) * UINT64_C(0x9fb21c651e98df25);
		hash ^= hash >> 32;
	}
	return hash;
}

/* The slot of a configuration, or the free one where it belongs. */
static uint64_t *slot_of(const struct lin_memo *m, uint64_t hash,
			 const uint32_t *words, uint32_t n)
{
	size_t at = hash & (m->size - 1);

	for (; m->slots[at] != 0; at = (at + 1) & (m->size - 1)) {
		const uint32_t *it =
			m->words + (m->slots[at] & PLACE_MASK) - 1;

		if (((m->slots[at] ^ hash) & ~PLACE_MASK) == 0 && *it == n &&
		    memcmp(it + 1, words, n * sizeof(*words)) == 0)
			break;
	}
	return &m->slots[at];
}

static void grow(struct lin_memo *m)
{
	size_t old = m->size;

	m->size = old > 0 ? 2 * old : SLOTS_FIRST;
	lin_meter_resize(m->meter, old * sizeof(uint64_t),
			 m->size * sizeof(uint64_t));
	free(m->slots);
	m->slots = room_make(m->size, sizeof(uint64_t));
	for (size_t at = 0; at < m->nwords; at += m->words[at] + 1) {
		const uint32_t *it = m->words + at;
		uint64_t hash = lin_memo_hash(it + 1, *it);

		*slot_of(m, hash, it + 1, *it) =
			(hash & ~PLACE_MASK) | (at + 1);
	}
}

bool lin_memo_add(struct lin_memo *m, uint64_t hash, const uint32_t *words,
		  uint32_t n)
{
	size_t had = m->words_room * sizeof(uint32_t);
	uint64_t *slot;

	if (4 * (m->n + 1) > 3 * m->size)
		grow(m);
	slot = slot_of(m, hash, words, n);
	if (*slot != 0)
		return false;
	m->words = room_grow(m->words, &m->words_room, m->nwords + n + 1,
			     sizeof(uint32_t));
	lin_meter_resize(m->meter, had, m->words_room * sizeof(uint32_t));
	m->words[m->nwords] = n;
	memcpy(m->words + m->nwords + 1, words, n * sizeof(uint32_t));
	*slot = (hash & ~PLACE_MASK) | (m->nwords + 1);
	m->nwords += n + 1;
	m->n++;
	return true;
}
