/*
 * wait.c - see wait.h.
 *
 * Each look asks every open peer afresh, so that a decision that changes, or
 * two that differ, end the wait at once, whoever else is still undecided.  So
 * does an accusation of the referee's.
 */
#include "grader/host/wait.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grader/control.h"
#include "grader/host/watch.h"
#include "labrpc/log.h"

/* The time between two looks. */
#define LOOK_MS 1

int ask_peer(struct group *group, int number, int64_t seq, struct value *v)
{
	struct peer *peer = &group->peers[number];
	int fate;

	*v = VALUE_EMPTY;
	log_peer(number);
	fate = (int)peer->api.status(peer->px, seq, v);
	log_peer(-1);
	if (fate == FATE_DECIDED && v->len > VALUE_MAX_BYTES) {
		fprintf(stderr,
			"host: paxos_status() of peer %d says that instance "
			"%" PRId64 " is decided on a value of %zu bytes\n",
			number, seq, v->len);
		abort();
	}
	if (fate == FATE_DECIDED)
		watch_learned(number, seq, *v);
	else
		*v = VALUE_EMPTY; /* whatever it is, it is nobody's */
	return fate == 0 ? -1 : fate; /* 0 stands for closed */
}

/* Takes note that peer NUMBER has decided on V, and owns V from now on. */
static void note_decision(struct ctl_wait_reply *reply, int number,
			  struct value v)
{
	bool first = reply->decided++ == 0;

	reply->lengths[number] = v.len;
	reply->fingerprints[number] = value_fingerprint(v);
	if (first) {
		reply->first = v;
	} else if (reply->other_peer < 0 && !value_equal(v, reply->first)) {
		reply->other = v;
		reply->other_peer = number;
	} else {
		value_free(&v);
	}
}

static void look(struct group *group, int64_t seq,
		 struct ctl_wait_reply *reply)
{
	int i;

	value_free(&reply->first);
	value_free(&reply->other);
	*reply = (struct ctl_wait_reply){ .other_peer = -1 };
	for (i = 0; i < group->npeers; i++) {
		struct value v;

		if (group->peers[i].px == NULL)
			continue;
		reply->fates[i] = ask_peer(group, i, seq, &v);
		if (reply->fates[i] == FATE_DECIDED)
			note_decision(reply, i, v);
	}
}

void wait_decided(struct group *group, const struct ctl_wait_args *args,
		  struct ctl_wait_reply *reply)
{
	const struct world *world = group->world;
	int64_t began_ms = world->now_ms();
	int64_t passed_ms = 0;

	for (;;) {
		look(group, args->seq, reply);
		if (reply->decided >= args->count || reply->other_peer >= 0 ||
		    passed_ms >= args->within_ms || watch_accuses())
			break;
		world->run_for(LOOK_MS);
		passed_ms = world->now_ms() - began_ms;
	}
	reply->elapsed_ms = (int32_t)passed_ms;
}
