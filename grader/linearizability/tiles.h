/*
 * tiles.h - the ways to tile a value with what appends add.
 *
 * Positions in the value are joined by tiles: there is one from `from` to
 * `to` if the bytes between are those of a class of appends, and if `from`
 * can be reached by tiles from the start.
 *
 * Threads: one at a time.
 *
 * Memory: all is the struct's; zeroed but for its work it is ready.
 *
 * Errors: work is counted, and when it is used up given_up is set; what is
 * found from then on is not all.  No memory left ends the process.
 */
#ifndef GRADER_LINEARIZABILITY_TILES_H
#define GRADER_LINEARIZABILITY_TILES_H

#include "grader/linearizability/classes.h"

struct tile {
	uint32_t from, to;
	uint32_t class; /* of the appends */
};

/* Where tiling begins: behind what puts of CLASS put, which is AT bytes. */
struct start {
	uint32_t class;    /* LIN_NONE: the initial state, of no bytes */
	uint32_t at;
	size_t begin, end; /* its tiles */
};

struct tiles {
	struct tile *all; /* of each start ascending by `from` */
	size_t n, room;
	unsigned char *marks; /* by position; all 0 between uses */
	size_t marks_room;
	uint64_t work;
	bool given_up;
	size_t unseen;        /* of those last laid, see tiles_seen() */
	size_t begin;
	size_t next, end;     /* those to be chosen from */
	uint32_t covered;     /* what they have covered so far */
	uint32_t goal;
};

void tiles_deinit(struct tiles *t);

/* Counts STEPS of work; false if it is used up. */
bool tiles_work(struct tiles *t, uint64_t steps);

/* Forgets all tiles. */
void tiles_clear(struct tiles *t);

/* Adds the tiles of VALUE from START, whose begin and end it sets. */
void tiles_lay(struct tiles *t, struct value value,
	       const struct lin_classes *appends, struct start *start);

/* Tells, between lay and lift, whether tiles reach AT from the start. */
bool tiles_reach(const struct tiles *t, uint32_t at);

/*
 * To be called with descending AT, between lay and lift: tells the classes of
 * the tiles that begin at AT or behind it, and not of those told before, that
 * gets read them of which the last returned at LATEST and whose least `after`
 * is AFTER.
 */
void tiles_seen(struct tiles *t, struct lin_classes *appends, uint32_t at,
		uint32_t latest, uint32_t after);

/* Ends the use of those last laid, of VALUE. */
void tiles_lift(struct tiles *t, struct value value);

/*
 * Considers the ways from START to TO; then each call of tiles_next_needed()
 * stores a tile that all these ways have, until it returns false.
 */
void tiles_choose(struct tiles *t, const struct start *start, uint32_t to);
bool tiles_next_needed(struct tiles *t, struct tile *tile);

#endif
