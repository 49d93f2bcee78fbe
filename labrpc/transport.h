/*
 * transport.h - how a request gets to its callee and a reply back, below
 * everything that a tester's network does to calls.
 *
 * The seam between what happens to a call (call.c) and what carries it: the
 * clock, the sending and the waiting.  Sockets (socket.c) carry it for real;
 * another world puts its own struct transport under its ends.
 *
 * Threads: as the functions of labrpc.h that come down to here.  A wire
 * belongs to one thread.
 *
 * Memory: each function says who holds a record afterwards.
 *
 * Errors: whatever goes wrong, a wire has failed; nobody can say more.
 */
#ifndef LABRPC_TRANSPORT_H
#define LABRPC_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "labrpc/labrpc.h"
#include "labrpc/link.h"
#include "labrpc/record.h"

/* The most ends that one broadcast goes to. */
#define RPC_ENDS_MAX 64

enum wire_state {
	WIRE_WAITING, /* the request is on its way, or handled */
	WIRE_REPLIED, /* `reply` has come */
	WIRE_FAILED,  /* nothing will come */
};

/* One request under way. */
struct wire {
	enum wire_state state;
	struct rpc_end *end;
	struct record *reply;   /* whoever takes it, drops it */
	int64_t deadline_us;    /* when its round ends */
	struct outgoing out;    /* the request, partly sent or wholly */
	uint32_t xid;           /* of the request, and of its reply */
	void *carrier;          /* what the transport knows it by */
};

/* A request that leaves later, on nobody's behalf; its reply is dropped. */
struct posting {
	struct rpc_end *end;
	const struct rpc_proc *proc;
	struct record *record;
	uint32_t xid;
	bool copy;              /* the second copy of a request */
	int64_t due_us;
};

struct transport {
	/* Microseconds since some moment; never goes back. */
	int64_t (*now_us)(struct rpc_end *end);

	/*
	 * Begins to send REQUEST under XID and fills in WIRE.  False: nobody
	 * is there, nothing was sent, and there is no wire to finish.  The
	 * wire holds a share of its own in REQUEST until it is finished.
	 */
	bool (*send)(struct rpc_end *end, struct wire *wire,
		     struct record *request, uint32_t xid,
		     int64_t deadline_us);

	/*
	 * Waits until one of WIRES[0..N), all WIRE_WAITING, is so no longer,
	 * or until UNTIL_US.  May return earlier.  N may be 0.
	 */
	void (*wait)(struct rpc_end *end, struct wire *const wires[], int n,
		     int64_t until_us);

	/*
	 * Lets go of WIRE, whatever its state.  A request on its way goes on,
	 * and its reply, when it comes, is dropped.
	 */
	void (*finish)(struct wire *wire);

	/*
	 * Sends POSTING at its time, unless its link is cut then.  Takes over
	 * the caller's share in the record.
	 */
	void (*post)(const struct posting *posting);

	/*
	 * NULL, or sees what its link has decided about the call XID, which
	 * begins with REQUEST, and may soften it.
	 */
	void (*decided)(struct rpc_end *end, const struct rpc_proc *proc,
			const struct record *request, uint32_t xid,
			struct fate *fate);

	/* NULL, or sees that the call XID was lost, if it was REPLIED to then
	 * the reply. */
	void (*lost)(struct rpc_end *end, const struct record *request,
		     uint32_t xid, bool replied);
};

#endif
