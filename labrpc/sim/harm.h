/*
 * harm.h - what chance does to a run, piece by piece, and which of it is
 * called off.
 *
 * Each piece has a name that says what it is done to: the how-manieth message
 * of a kind on a link, or the how-manieth stop.  To find out what a failure
 * needs, a driver repeats a run and calls off the rest.  All else stays as it
 * was drawn, as far as the run still comes to it: what is called off takes its
 * draws all the same.
 *
 * Threads: as sim.h.
 *
 * Memory: the list of sim_harms() is overwritten by the next run.
 *
 * Errors: none.
 */
#ifndef LABRPC_SIM_HARM_H
#define LABRPC_SIM_HARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_harm {
	/* Done by the faults of a link, to a call: */
	HARM_LOST_REQUEST,
	HARM_LOST_REPLY,
	HARM_DOUBLED,      /* the request comes twice */
	HARM_LATE,         /* the request leaves late */
	HARM_HELD,         /* the reply is shown late */
	/* Done by the simulation: */
	HARM_SLOW,         /* a message takes longer than it must */
	HARM_STALL,        /* a thread stops for a while */
	HARM_WAKE,         /* a wait ends for no reason */
	HARM_TURN,         /* a thread that could go on makes way; no list */
	HARM_KINDS
};

/* Which harm is called off. */
struct sim_mercy {
	uint32_t kinds;       /* bit k: all of kind k */
	bool listed;          /* and all but what is listed, ... */
	const uint64_t *kept; /* ... in rising order; borrowed for the run */
	size_t nkept;
};

/* So many pieces of a run are listed. */
#define HARMS_MAX 16384

/*
 * What has come over the run so far, in the order in which it came, and how
 * many; that may be more than are listed.
 */
const uint64_t *sim_harms(size_t *n);

/*
 * What harm is done to, and its name: of a message the call number NTH of
 * procedure PROC from FROM to TO, its reply or its request; else NTH alone.
 */
struct harm {
	enum sim_harm kind;
	int from, to;
	uint32_t proc;
	bool reply;
	uint32_t nth;
};
uint64_t harm_name(const struct harm *harm);

#define HARM_KIND_SHIFT 56
#define HARM_FROM_SHIFT 48
#define HARM_TO_SHIFT 40
#define HARM_PROC_SHIFT 33
#define HARM_REPLY_SHIFT 32
#define HARM_NODE_MASK 0xff
#define HARM_PROC_MASK 0x7f

static inline struct harm harm_read(uint64_t name)
{
	return (struct harm){
		.kind = (enum sim_harm)(name >> HARM_KIND_SHIFT),
		.from = (int)(name >> HARM_FROM_SHIFT & HARM_NODE_MASK),
		.to = (int)(name >> HARM_TO_SHIFT & HARM_NODE_MASK),
		.proc = (uint32_t)(name >> HARM_PROC_SHIFT & HARM_PROC_MASK),
		.reply = name >> HARM_REPLY_SHIFT & 1,
		.nth = (uint32_t)name,
	};
}

/* For the simulation: before a run; tells whether this harm is to come; the
 * same for the next of a KIND that has no better name. */
void harm_begin(const struct sim_mercy *mercy);
bool harm_comes(uint64_t name);
bool harm_comes_next(enum sim_harm kind);
bool harm_is_off(enum sim_harm kind);

#endif
