/*
 * link.c - one directed link: its counters, its faults, the next call's fate.
 *
 * A link is a row of atomic counters, one slot per procedure, and a word of
 * flags that tells what is wrong with it.  While the word is 0, deciding a
 * call takes no lock.  The number of a call is what the counter of its
 * procedure stood at, so the fates that a link deals out depend on the speed
 * of no thread.
 *
 * Locks: link->mu guards the faults and the lateness, and the flags and the
 * taking of slots against other writers.  Nothing is locked under it.
 *
 * Invariant: a slot's procedure is written before nslots counts it and never
 * changes after.
 */
#include "labrpc/link.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "labrpc/sync.h"

/* What is wrong with a link; 0: nothing. */
enum {
	LINK_CUT = 1,    /* by network_cut() or network_partition() */
	LINK_DEAF = 2,   /* its callee is deaf */
	LINK_FAULTY = 4, /* its faults are not all zero */
	LINK_LATE = 8,   /* its callee is slow */
};

struct slot {
	/* fixed once counted in nslots */
	uint32_t program, version, number;
	/* atomic */
	atomic_uint_fast64_t calls, delivered, duplicated, replies, bytes;
};

struct link {
	/* fixed after make */
	int from, to;
	uint64_t seed;
	struct mutex mu;
	/* guarded by mu */
	struct faults faults GUARDED;
	int late_ms GUARDED;
	/* atomic */
	atomic_uint flags;
	atomic_int nslots;
	struct slot slots[LINK_PROCS_MAX + 1]; /* the last for all the rest */
};

struct link *link_make(int from, int to, uint64_t seed)
{
	struct link *link = calloc(1, sizeof *link);

	if (link == NULL)
		return NULL;
	link->from = from;
	link->to = to;
	link->seed = seed;
	mutex_init(&link->mu);
	return link;
}

void link_free(struct link *link)
{
	mutex_destroy(&link->mu);
	free(link);
}

int link_from(const struct link *link)
{
	return link->from;
}

int link_to(const struct link *link)
{
	return link->to;
}

static bool slot_is(const struct slot *slot, const struct rpc_proc *proc)
{
	return slot->number == proc->number &&
	       slot->program == proc->program &&
	       slot->version == proc->version;
}

static struct slot *find_slot(struct link *link, const struct rpc_proc *proc)
{
	int n = atomic_load_explicit(&link->nslots, memory_order_acquire);

	for (int i = 0; i < n; i++) {
		if (slot_is(&link->slots[i], proc))
			return &link->slots[i];
	}
	return NULL;
}

/* Takes a slot for PROC into use, unless another thread has meanwhile. */
static struct slot *take_slot_locked(struct link *link,
				     const struct rpc_proc *proc)
	REQUIRES(link->mu)
{
	struct slot *slot = find_slot(link, proc);
	int n = atomic_load(&link->nslots);

	if (slot != NULL)
		return slot;
	slot = &link->slots[n];
	if (n == LINK_PROCS_MAX)
		return slot; /* shared, and never counted in nslots */
	slot->program = proc->program;
	slot->version = proc->version;
	slot->number = proc->number;
	atomic_store_explicit(&link->nslots, n + 1, memory_order_release);
	return slot;
}

static struct slot *slot_of(struct link *link, const struct rpc_proc *proc)
{
	struct slot *slot = find_slot(link, proc);

	if (slot != NULL)
		return slot;
	mutex_lock(&link->mu);
	slot = take_slot_locked(link, proc);
	mutex_unlock(&link->mu);
	return slot;
}

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t get(atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

struct fate link_decide(struct link *link, const struct rpc_proc *proc)
{
	struct slot *slot = slot_of(link, proc);
	uint64_t nth = atomic_fetch_add_explicit(&slot->calls, 1,
						 memory_order_relaxed);
	struct fate fate = { .nth = nth };
	struct faults faults;
	unsigned flags;
	int late_ms;

	if (atomic_load_explicit(&link->flags, memory_order_acquire) == 0)
		return fate;
	mutex_lock(&link->mu);
	flags = atomic_load(&link->flags);
	faults = link->faults;
	late_ms = link->late_ms;
	mutex_unlock(&link->mu);

	fate = fate_draw(&faults, link->seed, link->from, link->to, proc, nth);
	fate.delay_ms += late_ms;
	fate.least_ms += late_ms;
	if (flags & (LINK_CUT | LINK_DEAF)) {
		fate.lose_request = true;
		fate.lose_reply = fate.duplicate = false;
		fate.copy_delay_ms = fate.hold_ms = 0;
	}
	return fate;
}

bool link_is_cut(struct link *link)
{
	return (atomic_load_explicit(&link->flags, memory_order_acquire) &
		(LINK_CUT | LINK_DEAF)) != 0;
}

void link_count_request(struct link *link, const struct rpc_proc *proc,
			size_t bytes, bool copy)
{
	struct slot *slot = slot_of(link, proc);

	add(&slot->delivered, 1);
	if (copy)
		add(&slot->duplicated, 1);
	add(&slot->bytes, bytes);
}

void link_count_reply(struct link *link, const struct rpc_proc *proc,
		      size_t bytes)
{
	struct slot *slot = slot_of(link, proc);

	add(&slot->replies, 1);
	add(&slot->bytes, bytes);
}

static bool is_faulty(const struct faults *f)
{
	return f->lose_request > 0 || f->lose_reply > 0 || f->duplicate > 0 ||
	       f->hold_reply > 0 || f->delay_max_ms > 0;
}

static void set_flag_locked(struct link *link, unsigned flag, bool on)
	REQUIRES(link->mu)
{
	if (on)
		atomic_fetch_or(&link->flags, flag);
	else
		atomic_fetch_and(&link->flags, ~flag);
}

void link_set_faults(struct link *link, const struct faults *faults)
{
	mutex_lock(&link->mu);
	link->faults = *faults;
	set_flag_locked(link, LINK_FAULTY, is_faulty(faults));
	mutex_unlock(&link->mu);
}

void link_cut(struct link *link, bool cut)
{
	mutex_lock(&link->mu);
	set_flag_locked(link, LINK_CUT, cut);
	mutex_unlock(&link->mu);
}

void link_deafen(struct link *link, bool deaf)
{
	mutex_lock(&link->mu);
	set_flag_locked(link, LINK_DEAF, deaf);
	mutex_unlock(&link->mu);
}

void link_slow(struct link *link, int late_ms)
{
	mutex_lock(&link->mu);
	link->late_ms = late_ms;
	set_flag_locked(link, LINK_LATE, late_ms > 0);
	mutex_unlock(&link->mu);
}

void link_add_count(struct link *link, const struct rpc_proc *proc,
		    struct link_count *sum)
{
	struct slot *slot = find_slot(link, proc);

	if (slot == NULL)
		return;
	sum->calls += get(&slot->calls);
	sum->delivered += get(&slot->delivered);
	sum->duplicated += get(&slot->duplicated);
	sum->replies += get(&slot->replies);
	sum->bytes += get(&slot->bytes);
}
