/*
 * search.h - the search for a legal order of one key's operations.
 *
 * Operations are placed one after the other (Wing and Gong, "Testing and
 * Verifying Concurrent Objects", JPDC 1993), and what was placed in whatever
 * order with the same result is looked at once (Lowe, "Testing for
 * Linearizability", CCPE 2017).
 *
 * Threads: one at a time.
 *
 * Memory: the problem and the meter are borrowed, the rest is the search's.
 * What grows with the configurations is counted by the meter.
 *
 * Errors: no memory left ends the process with a message.
 */
#ifndef GRADER_LINEARIZABILITY_SEARCH_H
#define GRADER_LINEARIZABILITY_SEARCH_H

#include "grader/linearizability/memo.h"
#include "grader/linearizability/placing.h"

enum lin_found {
	LIN_FOUND,     /* there is a legal order */
	LIN_FOUND_NOT, /* there is none */
	LIN_SEARCHING, /* not yet known */
};

struct lin_search {
	struct lin_placing at;
	struct lin_meter *meter;
	struct lin_fork *forks; /* where there are ways not yet taken */
	size_t nforks, forks_room;
	uint32_t *ways;         /* these, of all forks; the best is last */
	size_t nways, ways_room;
	uint32_t *words;        /* a configuration, for the memo */
	size_t words_room;
	struct lin_memo memo;
	bool began;
};

/* Begins a search in P; see lin_placing_init(). */
void lin_search_init(struct lin_search *s, const struct lin_problem *p,
		     struct lin_meter *meter, const struct value *barred,
		     size_t nbarred);
void lin_search_deinit(struct lin_search *s);

/*
 * Looks at CONFIGURATIONS more; at fewer if the answer is found, or if the
 * meter is over.
 */
enum lin_found lin_search_run(struct lin_search *s,
			      uint64_t configurations);

#endif
